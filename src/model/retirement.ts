/**
 * Decides whether a replaced key may be revoked.
 *
 * Pure: it takes the instant and the evidence as arguments. Provider and CLI ask it at plan time with what the refresh saw,
 * and again right before a revocation with what the API says then. No evidence is not evidence: what is unknown keeps the key.
 */
import { Duration } from "./duration";
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
  /**
   * How long the API took at the most to note a use: it was watched when the secret was tried. Undefined while it has noted none,
   * and then nothing that it does not tell can be taken for quiet.
   */
  readonly noticedWithin: { readonly ms: number } | undefined;
}

/** What must be known of the key that was replaced. */
export interface RetiringEvidence {
  readonly lastUsedAt?: Instant | undefined;
}

/** A condition that does not hold yet. */
export interface MissingCondition {
  readonly condition: "overlap" | "successor-used" | "quiet";
  readonly reason: string;
  /** When it will hold if nothing else happens; `traffic` if a use must come first; `unknowable` if no waiting will tell. */
  readonly until: Instant | "traffic" | "unknowable";
}

export type RetirementVerdict =
  { readonly kind: "due" } | { readonly kind: "kept"; readonly missing: readonly MissingCondition[] };

type Context = { readonly policy: RotationPolicy; readonly now: Instant };

/** Says whether the replaced key may be revoked at `now`, and if not, which conditions are missing. */
export function judgeRetirement(
  retiring: RetiringEvidence,
  successor: SuccessorEvidence,
  context: Context,
): RetirementVerdict {
  const conditions =
    context.policy.verification === "time-only"
      ? [overlapPassed(successor, context)]
      : [overlapPassed(successor, context), successorUsed(successor), retiringQuiet(retiring, successor, context)];
  const missing = conditions.filter((condition) => condition !== undefined);
  return missing.length === 0 ? { kind: "due" } : { kind: "kept", missing };
}

function overlapPassed(successor: SuccessorEvidence, { policy, now }: Context): MissingCondition | undefined {
  if (!successor.createdAt) {
    return { condition: "overlap", reason: "nothing says when its successor was created", until: "unknowable" };
  }
  const until = successor.createdAt.plus(policy.overlap);
  if (!now.isBefore(until)) return undefined;
  return { condition: "overlap", reason: `the overlap of ${policy.overlap} lasts until ${until}`, until };
}

function successorUsed({ lastUsedAt, provenAt }: SuccessorEvidence): MissingCondition | undefined {
  const condition = "successor-used";
  if (!provenAt) {
    const reason = "this run does not know when the secret of its successor was first tried";
    return { condition, reason, until: "unknowable" };
  }
  if (lastUsedAt?.isAfter(provenAt)) return undefined;
  const reason = lastUsedAt
    ? "its successor has not been used since it was delivered, as far as can be told"
    : "there is no sign that its successor has ever been used";
  return { condition, reason, until: "traffic" };
}

function retiringQuiet(
  retiring: RetiringEvidence,
  { noticedWithin }: SuccessorEvidence,
  { policy, now }: Context,
): MissingCondition | undefined {
  const condition = "quiet";
  if (!noticedWithin) {
    const reason = "the API has not been seen to note when a key is used";
    return { condition, reason, until: retiring.lastUsedAt ? "traffic" : "unknowable" };
  }
  // The API does note uses, and in all this time it has noted none.
  if (!retiring.lastUsedAt) return undefined;
  const until = latestInstant(retiring.lastUsedAt).plus(policy.quietPeriod).plus(noticedWithin);
  if (!now.isBefore(until)) return undefined;
  const reason = `it was last used at ${retiring.lastUsedAt}, and must be quiet for ${policy.quietPeriod}`;
  return { condition, reason, until };
}

const granularities = [Duration.days(1), Duration.hours(1), Duration.minutes(1), Duration.seconds(1)];

/**
 * The latest instant that a timestamp of the API may stand for. An API may note uses by the day, hour, minute or second, and a
 * timestamp on such a border may stand for all that follows up to the next one.
 */
function latestInstant(noted: Instant): Instant {
  const granularity = granularities.find(({ ms }) => noted.epochMs % ms === 0);
  return granularity ? noted.plus(granularity) : noted;
}

/** Whether every missing condition may hold at `deadline`. */
export function mayHoldBy(missing: readonly MissingCondition[], deadline: Instant): boolean {
  return missing.every(({ until }) => until === "traffic" || (until !== "unknowable" && !until.isAfter(deadline)));
}
