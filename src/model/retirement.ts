/**
 * Decides whether a replaced key may be revoked.
 *
 * Pure: it takes the instant and the evidence as arguments. Provider and CLI ask it at plan time with what the refresh saw,
 * and again right before a revocation with what the API says then. No evidence is not evidence: what is unknown keeps the key.
 */
import type { Instant } from "./instant";
import type { RotationPolicy } from "./rotation-policy";

/** What must be known of the key that took over. */
export interface SuccessorEvidence {
  readonly createdAt: Instant | undefined;
  readonly lastUsedAt: Instant | undefined;
  /**
   * The latest use that may have been keyturn's own: it tries a new secret once before it delivers it.
   * Only a use after this instant is a service's. Undefined if nobody remembers it.
   */
  readonly provenAt: Instant | undefined;
}

/** What must be known of the key that was replaced. */
export interface RetiringEvidence {
  readonly lastUsedAt: Instant | undefined;
}

/** A condition that does not hold yet. `holdsAt` says when it will if nothing else happens; undefined where only traffic can tell. */
export interface MissingCondition {
  readonly condition: "overlap" | "successor-used" | "quiet";
  readonly reason: string;
  readonly holdsAt: Instant | undefined;
}

export type RetirementVerdict =
  { readonly kind: "due" } | { readonly kind: "kept"; readonly missing: readonly MissingCondition[] };

/** Says whether the replaced key may be revoked at `now`, and if not, which conditions are missing. */
export function judgeRetirement(
  retiring: RetiringEvidence,
  successor: SuccessorEvidence,
  context: { readonly policy: RotationPolicy; readonly now: Instant },
): RetirementVerdict {
  const { policy } = context;
  const conditions =
    policy.verification === "time-only"
      ? [overlapPassed(successor, context)]
      : [overlapPassed(successor, context), successorUsed(successor), retiringQuiet(retiring, successor, context)];
  const missing = conditions.filter((condition) => condition !== undefined);
  return missing.length === 0 ? { kind: "due" } : { kind: "kept", missing };
}

type Context = { readonly policy: RotationPolicy; readonly now: Instant };

function overlapPassed(successor: SuccessorEvidence, { policy, now }: Context): MissingCondition | undefined {
  if (!successor.createdAt) {
    return { condition: "overlap", reason: "nothing says when its successor was created", holdsAt: undefined };
  }
  const holdsAt = successor.createdAt.plus(policy.overlap);
  if (!now.isBefore(holdsAt)) return undefined;
  return { condition: "overlap", reason: `the overlap of ${policy.overlap} lasts until ${holdsAt}`, holdsAt };
}

function successorUsed({ lastUsedAt, provenAt }: SuccessorEvidence): MissingCondition | undefined {
  if (provenAt && lastUsedAt?.isAfter(provenAt)) return undefined;
  const reason = lastUsedAt
    ? "its successor has not been used since it was delivered, as far as can be told"
    : "there is no sign that its successor has ever been used";
  return { condition: "successor-used", reason, holdsAt: undefined };
}

function retiringQuiet(
  retiring: RetiringEvidence,
  successor: SuccessorEvidence,
  { policy, now }: Context,
): MissingCondition | undefined {
  if (!retiring.lastUsedAt) {
    // Null means "unknown or never". Where the API reports the use of the successor it does keep track, so here it means never.
    if (successor.lastUsedAt) return undefined;
    return { condition: "quiet", reason: "the API does not say when it was last used", holdsAt: undefined };
  }
  const holdsAt = retiring.lastUsedAt.plus(policy.quietPeriod);
  if (!now.isBefore(holdsAt)) return undefined;
  return {
    condition: "quiet",
    reason: `it was last used at ${retiring.lastUsedAt}, and must be quiet for ${policy.quietPeriod}`,
    holdsAt,
  };
}

/** Whether every missing condition may hold at `deadline`: none of them is known to hold only later. */
export function mayHoldBy(missing: readonly MissingCondition[], deadline: Instant): boolean {
  return missing.every(({ holdsAt }) => !holdsAt?.isAfter(deadline));
}
