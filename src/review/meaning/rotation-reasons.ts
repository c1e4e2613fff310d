/**
 * Why a plan makes a new generation of a key, from what Terraform says forced the replacement.
 */
import { Instant } from "../../model/instant";
import { ownerEventPrefix } from "../../model/owner-event-name";
import type { PlannedKey } from "../plan/planned-key";
import { known, type Shown } from "../../policy/shown";
import type { RotationReason } from "../report/change-schema";
import { declaredTimes } from "../../policy/declared-times";

/** How far the clock of the machine may be from that of the API, which decided. */
const clockDifference = { ms: 3_600_000 };

/** The reasons for a replacement, in a fixed order. At least one. */
export function rotationReasons(key: PlannedKey, plannedAt: Instant | undefined): readonly RotationReason[] {
  const reasons = [
    ...triggerReasons(key),
    ...(key.replacedFor.includes("deliver_to") ? [{ kind: "new-target", targets: key.newTargets } as const] : []),
    ...(key.replacedFor.includes("rotate_after") ? [dueOrOwed(key, plannedAt)] : []),
    ...ordered(key.actionReason),
  ];
  return reasons.length > 0 ? reasons : [{ kind: "other" }];
}

/** Staffing events are triggers with a name of their own. */
function triggerReasons({ replacedFor, newTriggers }: PlannedKey): readonly RotationReason[] {
  if (!replacedFor.includes("rotation_triggers")) return [];
  const isEvent = (name: Shown<string>): boolean => known(name)?.startsWith(ownerEventPrefix) ?? false;
  const names = newTriggers.filter((name) => !isEvent(name));
  const events = newTriggers.filter(isEvent).map((name) => (known(name) ?? "").slice(ownerEventPrefix.length));
  return [
    ...(names.length > 0 ? [{ kind: "trigger", names } as const] : []),
    ...(events.length > 0 ? [{ kind: "staffing", events } as const] : []),
  ];
}

/** A rotation that is not due, and forced all the same, was asked for by an earlier plan. */
function dueOrOwed(key: PlannedKey, plannedAt: Instant | undefined): RotationReason {
  const dueAt = dueInstant(key);
  if (dueAt && plannedAt && dueAt.isAfter(plannedAt.plus(clockDifference))) return { kind: "owed" };
  return { kind: "due", since: dueAt?.toString() ?? null };
}

/** When the key before the change is due: a period that is declared anew holds for it. */
export function dueInstant({ before, after }: PlannedKey): Instant | undefined {
  const createdAt = Instant.tryParse(known(before?.createdAt ?? null) ?? "");
  const period = after && declaredTimes(after).period;
  const isSamePeriod = known(before?.rotationPeriod ?? null) === known(after?.rotationPeriod ?? null);
  // After a roll-back it is later than the period says, and the state knows.
  if (!isSamePeriod && createdAt && period) return createdAt.plus(period);
  return Instant.tryParse(known(before?.rotateAfter ?? null) ?? "");
}

function ordered(actionReason: string | undefined): readonly RotationReason[] {
  switch (actionReason) {
    case "replace_by_request":
      return [{ kind: "requested" }];
    case "replace_because_tainted":
      return [{ kind: "tainted" }];
    case "replace_by_triggers":
      return [{ kind: "dependency" }];
    default:
      return [];
  }
}
