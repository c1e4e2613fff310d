/**
 * Decides whether a replaced key may be revoked.
 *
 * Pure: it takes the instant and the evidence as arguments. Provider and CLI ask it at plan time with what the refresh saw,
 * and again right before a revocation with what the API says then. No evidence is not evidence: what is unknown keeps the key.
 */
import { lastUse, quietSpan, usedSince, type Observation } from "./evidence";
import type { Instant } from "./instant";
import { phaseSince } from "./key-name";
import type { RotationPolicy } from "./rotation-policy";

/** What must be known of the key that took over. */
export interface SuccessorEvidence {
  readonly createdAt?: Instant | undefined;
  /**
   * The latest use that may have been keyturn's own: it tries a new secret once before it delivers it. Only a use after this
   * instant is a service's. Undefined if nobody can tell.
   */
  readonly provenAt: Instant | undefined;
  readonly observations: readonly Observation[];
}

/** What must be known of the key that was replaced. */
export interface RetiringEvidence {
  /** Its name on the API, which may tell since when it is replaced. */
  readonly name: string;
  readonly createdAt?: Instant | undefined;
  readonly observations: readonly Observation[];
}

/** A condition that does not hold yet. */
export interface MissingCondition {
  readonly condition: "overlap" | "not-handed-out" | "answers" | "successor-used" | "quiet";
  readonly reason: string;
  /** When it will hold if nothing else happens; `traffic` if a use must come first; `unknowable` if no waiting will tell. */
  readonly until: Instant | "traffic" | "unknowable";
}

export type RetirementVerdict =
  { readonly kind: "due" } | { readonly kind: "kept"; readonly missing: readonly MissingCondition[] };

/** The policy, and the API's time. */
export interface JudgementContext {
  readonly policy: RotationPolicy;
  readonly now: Instant;
}

/** Says whether the replaced key may be revoked at `now`, and if not, which conditions are missing. */
export function judgeRetirement(
  retiring: RetiringEvidence,
  successor: SuccessorEvidence,
  context: JudgementContext,
): RetirementVerdict {
  const overlap = overlapPassed(retiring, successor, context);
  const conditions =
    context.policy.verification === "time-only"
      ? [overlap]
      : [
          overlap,
          allAnswer([...successor.observations, ...retiring.observations]),
          successorUsed(retiring, successor),
          isQuiet(retiring.observations, context),
        ];
  return verdictOf(conditions);
}

/** The verdict that follows from conditions, where undefined stands for one that holds. */
export function verdictOf(conditions: readonly (MissingCondition | undefined)[]): RetirementVerdict {
  const missing = conditions.filter((condition) => condition !== undefined);
  return missing.length === 0 ? { kind: "due" } : { kind: "kept", missing };
}

/** When the successor took over: it was created before that, and the other key was renamed. Undefined if nothing tells. */
export function tookOverAt(
  retiring: Pick<RetiringEvidence, "name" | "createdAt">,
  { createdAt }: Pick<SuccessorEvidence, "createdAt">,
): Instant | undefined {
  const replacedAt = phaseSince(retiring.name);
  if (replacedAt) return createdAt?.isAfter(replacedAt) ? createdAt : replacedAt;
  // An older key takes over by a roll-back, and its creation says nothing of when that was.
  return retiring.createdAt && !createdAt?.isAfter(retiring.createdAt) ? undefined : createdAt;
}

function overlapPassed(
  retiring: RetiringEvidence,
  successor: SuccessorEvidence,
  { policy, now }: JudgementContext,
): MissingCondition | undefined {
  const since = tookOverAt(retiring, successor);
  if (!since) {
    return { condition: "overlap", reason: "nothing says when its successor took over", until: "unknowable" };
  }
  const until = since.plus(policy.overlap);
  if (!now.isBefore(until)) return undefined;
  return { condition: "overlap", reason: `the overlap of ${policy.overlap} lasts until ${until}`, until };
}

function successorUsed(
  { name }: RetiringEvidence,
  { provenAt, observations }: SuccessorEvidence,
): MissingCondition | undefined {
  const condition = "successor-used";
  const replacedAt = phaseSince(name);
  if (!provenAt) {
    const reason = "nothing says which uses of its successor were keyturn's own";
    return { condition, reason, until: "unknowable" };
  }
  const since = replacedAt?.isAfter(provenAt) ? replacedAt : provenAt;
  if (usedSince(observations, since)) return undefined;
  const reason = lastUse(observations)
    ? `its successor has not been used since it was delivered at ${since}, as far as can be told`
    : `there is no sign that its successor has been used since it was delivered at ${since}`;
  return { condition, reason, until: "traffic" };
}

/** A source of evidence that was configured and does not answer might know of a use. */
export function allAnswer(observations: readonly Observation[]): MissingCondition | undefined {
  const problems = new Set(observations.flatMap(({ problem }) => (problem === undefined ? [] : [problem])));
  if (problems.size === 0) return undefined;
  return { condition: "answers", reason: [...problems].join(", and "), until: "traffic" };
}

/** Whether a key has certainly not been used for the quiet period. */
export function isQuiet(
  observations: readonly Observation[],
  { policy, now }: JudgementContext,
): MissingCondition | undefined {
  const condition = "quiet";
  const usedAt = lastUse(observations);
  const quiet = quietSpan(observations);
  if (!quiet) {
    const sources = observations.map(({ source }) => source).join(" and ");
    const reason = `nothing tells whether it is in use: the silence of ${sources || "the API"} means nothing, as far as has been seen`;
    return { condition, reason, until: usedAt ? "traffic" : "unknowable" };
  }
  const until = quiet.from.plus(policy.quietPeriod).plus({ ms: Math.max(0, quiet.to.msUntil(now)) });
  if (!now.isBefore(until)) return undefined;
  const reason = usedAt
    ? `it was last used at ${usedAt}, and must be quiet for ${policy.quietPeriod}`
    : `its use has been watched only since ${quiet.from}, and it must be quiet for ${policy.quietPeriod}`;
  return { condition, reason, until };
}

/** Whether every missing condition may hold at `deadline`. */
export function mayHoldBy(missing: readonly MissingCondition[], deadline: Instant): boolean {
  return missing.every(({ until }) => until === "traffic" || (until !== "unknowable" && !until.isAfter(deadline)));
}
