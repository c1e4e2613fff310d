/**
 * When a key is rotated, and what must be true before its predecessor is revoked.
 *
 * Pure data and its rules. The constructs check them at synth, the provider again at validate, with the same words.
 */
import { Duration } from "./duration";

/**
 * What ends an overlap.
 *
 * - `evidence`: the window has passed, the new key has been used, and the old one has gone quiet.
 * - `time-only`: the window has passed. A service that still uses the old secret then loses access.
 */
export const verificationModes = ["evidence", "time-only"] as const;
export type VerificationMode = (typeof verificationModes)[number];

/** The times that govern a key's life. */
export interface RotationPolicy {
  /** The longest age of a generation before a new one is due. More than zero. */
  readonly period: Duration;
  /** How long old and new secret both work at the least. Shorter than the period. */
  readonly overlap: Duration;
  /** How long the old key must not have been used before it may be revoked. */
  readonly quietPeriod: Duration;
  /** How long a replaced key may stay. It is not revoked when that is over, since it may be in use; but every plan warns then. */
  readonly maxOverlap: Duration;
  /** How long an apply may wait for the overlap to end before it leaves the old key to a later run. */
  readonly overlapWait: Duration;
  readonly verification: VerificationMode;
}

const longestDefaultQuiet = Duration.hours(1);
const shortestDefaultMaxOverlap = Duration.days(7);

/** What holds where a configuration does not say. */
export const policyDefaults = {
  overlap: Duration.hours(24),
  overlapWait: Duration.minutes(5),
  verification: "evidence",
  /** The overlap, or one hour if that is shorter. */
  quietPeriod: (overlap: Duration): Duration =>
    overlap.isLongerThan(longestDefaultQuiet) ? longestDefaultQuiet : overlap,
  /** Seven days, or overlap and quiet period together if that is longer. */
  maxOverlap: ({ overlap, quietPeriod }: Pick<RotationPolicy, "overlap" | "quietPeriod">): Duration => {
    const needed = Duration.seconds((overlap.ms + quietPeriod.ms) / 1000);
    return needed.isLongerThan(shortestDefaultMaxOverlap) ? needed : shortestDefaultMaxOverlap;
  },
} as const;

/** A policy that contradicts itself: which of its times, and what is allowed. */
export interface PolicyProblem {
  readonly field: "period" | "overlap" | "quietPeriod" | "maxOverlap";
  readonly message: string;
}

/** The times of a policy that can contradict each other. */
export type PolicyTimes = Pick<RotationPolicy, "period" | "overlap" | "quietPeriod" | "maxOverlap">;

/** Everything that is wrong with a policy; empty if it can be carried out. */
export function policyProblems({ period, overlap, quietPeriod, maxOverlap }: PolicyTimes): PolicyProblem[] {
  if (period.isZero()) {
    const message = `the rotation period is ${period}; it must be longer than zero, for example 90d`;
    return [{ field: "period", message }];
  }
  const problems: PolicyProblem[] = [];
  if (!period.isLongerThan(overlap)) {
    const message = `the overlap of ${overlap} does not fit into the rotation period of ${period}; it must be shorter`;
    problems.push({ field: "overlap", message });
  }
  if (!period.isLongerThan(quietPeriod)) {
    const message = `the quiet period of ${quietPeriod} does not fit into the rotation period of ${period}; it must be shorter`;
    problems.push({ field: "quietPeriod", message });
  }
  for (const [name, needed] of [
    ["overlap", overlap],
    ["quiet period", quietPeriod],
  ] as const) {
    if (!needed.isLongerThan(maxOverlap)) continue;
    const message = `the ${name} of ${needed} does not fit into the longest overlap of ${maxOverlap}; it must not be longer`;
    problems.push({ field: "maxOverlap", message });
  }
  return problems;
}
