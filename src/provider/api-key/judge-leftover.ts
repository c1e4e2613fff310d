/**
 * Decides about the keys that still work beside the active one of a logical key.
 */
import { Duration } from "../../model/duration";
import type { Instant } from "../../model/instant";
import { phaseOf } from "../../model/key-name";
import {
  judgeRetirement,
  type RetirementVerdict,
  type RetiringEvidence,
  type SuccessorEvidence,
} from "../../model/retirement";
import type { RotationPolicy } from "../../model/rotation-policy";

/** A key beside the active one, and what is known of its use. */
export interface Leftover extends RetiringEvidence {
  /** Its name on the API, which says what it is. */
  readonly name: string;
  readonly createdAt?: Instant | undefined;
}

/** A run that mints a key promotes it or takes it back within seconds, or some minutes on a bad network. */
const longestRun = Duration.minutes(15);

/** Says whether the key may be revoked at `now`, and if not, which conditions are missing. */
export function judgeLeftover(
  leftover: Leftover,
  successor: SuccessorEvidence,
  context: { readonly logicalName: string; readonly policy: RotationPolicy; readonly now: Instant },
): RetirementVerdict {
  if (phaseOf(leftover.name, context.logicalName) !== "pending") return judgeRetirement(leftover, successor, context);
  // A run that did not finish has left it behind, and has handed its secret to nobody. A young one may belong to a run under way.
  const until = leftover.createdAt?.plus(longestRun);
  if (!until || !context.now.isBefore(until)) return { kind: "due" };
  const reason = `a run that is still under way may have minted it; that is certain not to be so from ${until} on`;
  return { kind: "kept", missing: [{ condition: "overlap", reason, until }] };
}
