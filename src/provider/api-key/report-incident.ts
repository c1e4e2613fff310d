/**
 * Tells what an answer to a leak has done, and what is left to do for people.
 */
import type { Diagnostics } from "../../framework";
import type { ListedKey } from "../../model/listed-key";

/** An answer that was given. */
export interface AnsweredIncident {
  readonly incident: string;
  readonly logicalName: string;
  readonly revoked: readonly ListedKey[];
  readonly successorId: string;
}

/** Reports it as a warning, since nobody must overlook it. */
export function reportIncident(
  { incident, logicalName, revoked, successorId }: AnsweredIncident,
  diagnostics: Diagnostics,
): void {
  diagnostics.warning({
    summary: "Compromised keys were revoked",
    detail:
      `Because of ${incident}, these keys of ${logicalName} do not work any more: ${revoked.map(describe).join("; ")}. ` +
      `The new key is ${successorId}. Look into the activity log of the API for what they did.`,
  });
}

function describe({ id, name, lastUsedAt }: ListedKey): string {
  return `${name} (${id}), last used ${lastUsedAt ? `at ${lastUsedAt}` : "at a time that is not known, if ever"}`;
}
