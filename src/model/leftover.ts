/**
 * Decides about the keys that still work beside the active one of a logical key: replaced ones, ones that were rolled back, and ones
 * that a run has left unfinished.
 */
import type { Delivery } from "./decision";
import { Duration } from "./duration";
import { usedSince, type Observation } from "./evidence";
import type { Generations } from "./generations";
import type { Instant } from "./instant";
import { phaseOf, phaseSince } from "./key-name";
import type { ListedKey } from "./listed-key";
import {
  judgeRetirement,
  type JudgementContext,
  type MissingCondition,
  type RetirementVerdict,
  type SuccessorEvidence,
} from "./retirement";

/** The keys beside the active one, the replaced ones first, each kind oldest first. */
export function leftoversOf({ retiring, rolledBack, pending }: Generations): readonly ListedKey[] {
  return [...retiring, ...rolledBack, ...pending];
}

/** A key beside the active one, and what is known of it. */
export interface Leftover {
  readonly key: Pick<ListedKey, "name" | "createdAt">;
  readonly observations: readonly Observation[];
  readonly delivery: Delivery;
}

/** Says whether the key may be revoked at `now`, and if not, which conditions are missing. */
export function judgeLeftover(
  { key, observations, delivery }: Leftover,
  successor: SuccessorEvidence,
  { logicalName, policy, now }: JudgementContext & { readonly logicalName: string },
): RetirementVerdict {
  // A name that somebody else has made up says nothing of how far a run of ours has got.
  const isMinted = phaseOf(key.name, logicalName) === "pending" && phaseSince(key.name) !== undefined;
  const unfinished = isMinted ? judgeUnfinished(key, now) : undefined;
  if (unfinished?.kind === "kept") return unfinished;
  if (unfinished && delivery === "nowhere" && !isUsedByOthers(key, observations)) return unfinished;
  const verdict = judgeRetirement({ ...key, observations }, successor, { policy, now });
  const missing = notHandedOut(delivery, logicalName);
  if (!missing) return verdict;
  return { kind: "kept", missing: [...(verdict.kind === "kept" ? verdict.missing : []), missing] };
}

/** Whoever reads a secret now must get one that works, however long nobody has read any. */
function notHandedOut(delivery: Delivery, logicalName: string): MissingCondition | undefined {
  const condition = "not-handed-out";
  if (delivery === "formerly" || delivery === "nowhere") return undefined;
  if (delivery === "unknown") {
    return {
      condition,
      reason: "it cannot be told whether a delivery target hands out its secret",
      until: "unknowable",
    };
  }
  const reason = `a delivery target hands out its secret; if a roll-back was cut short, keyturn rollback ${logicalName} finishes it`;
  return { condition, reason, until: "unknowable" };
}

/** A run that mints a key promotes it or takes it back within seconds, or some minutes on a bad network. */
const longestRun = Duration.minutes(15);

/**
 * By when keyturn has certainly tried the secret of the active key, where nobody remembers: before a key was renamed after its creation,
 * or within the run that has minted it. Undefined if nobody knows when it was minted: then all names may be older than it is.
 */
export function provenBy(
  { retiring, rolledBack }: Generations,
  { createdAt }: Pick<ListedKey, "createdAt">,
): Instant | undefined {
  const renamedAt = [...retiring, ...rolledBack]
    .map(({ name }) => phaseSince(name))
    .reduce((latest, each) => (latest && !each?.isAfter(latest) ? latest : each), undefined);
  return renamedAt && createdAt && !createdAt.isAfter(renamedAt) ? renamedAt : createdAt?.plus(longestRun);
}

/** Says whether the run that has minted a pending key is certain to have ended. */
export function judgeUnfinished(key: Leftover["key"], now: Instant): RetirementVerdict {
  const until = bornAt(key)?.plus(longestRun);
  if (!until || !now.isBefore(until)) return { kind: "due" };
  const reason = `a run that is still under way may have minted it; that is certain not to be so from ${until} on`;
  return { kind: "kept", missing: [{ condition: "overlap", reason, until }] };
}

/** Whoever minted the key has tried its secret within that run. A later use shows that the secret has reached somebody. */
function isUsedByOthers(key: Leftover["key"], observations: readonly Observation[]): boolean {
  const born = bornAt(key);
  return (
    observations.some(({ lastUsedAt }) => lastUsedAt !== undefined) &&
    (!born || usedSince(observations, born.plus(longestRun)))
  );
}

function bornAt({ createdAt, name }: Leftover["key"]): Instant | undefined {
  return createdAt ?? phaseSince(name);
}
