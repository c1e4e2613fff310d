/**
 * Facts for tests of `src/model`: instants in seconds after a start, a policy of short times, and what sources of evidence say.
 *
 * The start is on no border of a second, minute, hour or day, which an API that notes uses coarsely would print.
 */
import { Duration } from "../../src/model/duration";
import type { Observation } from "../../src/model/evidence";
import { Instant } from "../../src/model/instant";
import type { RotationPolicy } from "../../src/model/rotation-policy";

/** When everything begins. */
export const start = Instant.parse("2026-03-01T12:34:56.789Z");

/** So many seconds after the start, or before it. */
export function at(seconds: number): Instant {
  return Instant.ofEpochMs(start.epochMs + seconds * 1000);
}

/** A period of 10000 s, an overlap of 100 s, a quiet period of 30 s; `changes` says what is different. */
export function shortPolicy(changes: Partial<RotationPolicy> = {}): RotationPolicy {
  return {
    period: Duration.seconds(10_000),
    overlap: Duration.seconds(100),
    quietPeriod: Duration.seconds(30),
    maxOverlap: Duration.days(7),
    overlapWait: Duration.minutes(5),
    verification: "evidence",
    ...changes,
  };
}

/** What a source says, in seconds after the start. */
export interface Said {
  readonly source?: string;
  readonly used?: number;
  /** The same use at the latest. */
  readonly upTo?: number;
  /** From when to when it would have noticed a use. */
  readonly watched?: readonly [from: number, to: number];
  readonly problem?: string;
}

/** What a source of evidence says of one key. */
export function said({ source = "the log", used, upTo, watched, problem }: Said): Observation {
  return {
    source,
    lastUsedAt: used === undefined ? undefined : at(used),
    lastUsedUpTo: upTo === undefined ? undefined : at(upTo),
    watched: watched && { from: at(watched[0]), to: at(watched[1]) },
    problem,
  };
}

/** The name of a generation of `scheduler-prod`, in its phase since so many seconds after the start, or since nobody knows when. */
export function taggedSince(phase: "pending" | "retiring" | "rolledback", seconds?: number): string {
  // Written out, so that the names do not follow `taggedName` wherever it goes.
  const tag = seconds === undefined ? "abc123" : `${compact(at(seconds))}4f9a2c1b`;
  return `scheduler-prod~${phase}~${tag}`;
}

/** As in `20260530t120003z`. What is below a second is dropped. */
function compact(instant: Instant): string {
  return `${new Date(instant.epochMs).toISOString().slice(0, 19).replace(/[-:]/g, "").toLowerCase()}z`;
}
