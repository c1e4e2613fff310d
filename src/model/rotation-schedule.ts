/**
 * When the active generation of a key is to be replaced.
 */
import type { Instant } from "./instant";
import { phaseOf, phaseSince } from "./key-name";
import type { RotationPolicy } from "./rotation-policy";

/**
 * The instant from which a new generation is due: when the period is over. After a roll-back the older generation is in use again,
 * often past its time; then the next rotation waits until the overlap of the roll-back is over.
 *
 * @param otherNames the names of the other generations that still work
 */
export function rotationDueAt(
  createdAt: Instant,
  { period, overlap }: Pick<RotationPolicy, "period" | "overlap">,
  { logicalName, otherNames }: { readonly logicalName: string; readonly otherNames: readonly string[] },
): Instant {
  return otherNames
    .filter((name) => phaseOf(name, logicalName) === "rolledBack")
    .map((name) => phaseSince(name)?.plus(overlap))
    .reduce<Instant>((latest, each) => (each?.isAfter(latest) ? each : latest), createdAt.plus(period));
}
