/**
 * Decides whether the last key of a logical key may be revoked: nobody has taken over from it, so whoever uses it loses access.
 */
import { Duration } from "./duration";
import { lastUse, longestStep, quietSpan, type Observation } from "./evidence";
import type { Instant } from "./instant";
import {
  allAnswer,
  isQuiet,
  verdictOf,
  type JudgementContext,
  type MissingCondition,
  type RetirementVerdict,
} from "./retirement";

/** What must be known of a key that is to end without a successor. */
export interface LastKeyEvidence {
  readonly observations: readonly Observation[];
  /** As in `SuccessorEvidence`: a use up to then was keyturn's own. */
  readonly provenAt: Instant | undefined;
}

/** A use that is noted within this time is not missed by somebody who looks before destroying the key. */
const atOnce = Duration.seconds(5);

/** Says whether the key may be revoked at `now`, and if not, why not. */
export function judgeLastKey(key: LastKeyEvidence, context: JudgementContext): RetirementVerdict {
  return verdictOf([allAnswer(key.observations), notInUse(key, context)]);
}

function notInUse(
  { observations, provenAt }: LastKeyEvidence,
  context: JudgementContext,
): MissingCondition | undefined {
  const usedAt = lastUse(observations);
  const { quietPeriod, verification } = context.policy;
  // Whoever wrote that time alone ends an overlap has no evidence to offer.
  if (!usedAt) return verification === "time-only" ? undefined : isQuiet(observations, context);
  const quiet = quietSpan(observations);
  // Somebody notes uses, and the only one that was noted is keyturn's own. One that is noted coarsely, or late, may hide others.
  const isNoticedAtOnce = quiet && quiet.to.msUntil(context.now) <= atOnce.ms;
  if (provenAt && !usedAt.isAfter(provenAt) && isNoticedAtOnce) return undefined;
  if (quiet) return isQuiet(observations, context);
  // How late and how sparingly uses are noted is not known, but that they are.
  const until = usedAt.plus(quietPeriod).plus(longestStep);
  if (!context.now.isBefore(until)) return undefined;
  const reason =
    `it was last used at ${usedAt}, and must be quiet for ${quietPeriod} and another ${longestStep}, ` +
    "since nobody knows how the API notes uses";
  return { condition: "quiet", reason, until };
}
