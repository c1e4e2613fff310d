/**
 * What is known of the use of a key, whoever says so.
 *
 * Every source of evidence answers the same two questions: was the key used since an instant, and since when has it been quiet.
 * A source that saw nothing has said something only about the time in which it would have noticed.
 */
import { Duration } from "./duration";
import { Instant } from "./instant";

/** What one source of evidence knows about the use of one key. */
export interface Observation {
  /** Where it comes from, in words for messages: `last_used_at`, `the activity log`, `Prometheus`, `the HTTP probe`. */
  readonly source: string;
  /** The latest use that it knows of, at the earliest; undefined if it knows of none. */
  readonly lastUsedAt: Instant | undefined;
  /** The same use, at the latest, where the source tells time coarsely. @default - `lastUsedAt`: it is exact */
  readonly lastUsedUpTo?: Instant | undefined;
  /** From when to when it would have noticed every use; undefined if its silence means nothing. */
  readonly watched: TimeSpan | undefined;
  /** Why it could not be asked, in words and without a secret. A source that does not answer keeps a key. @default - it answered */
  readonly problem?: string | undefined;
}

/** From one instant to another. */
export interface TimeSpan {
  readonly from: Instant;
  readonly to: Instant;
}

/** A span of time in which a key was certainly not used. */
export interface Quiet extends TimeSpan {
  /** Who would have noticed a use. */
  readonly source: string;
}

/** Whether one of the sources knows of a use after `since`. */
export function usedSince(observations: readonly Observation[], since: Instant): boolean {
  return observations.some(({ lastUsedAt }) => lastUsedAt?.isAfter(since));
}

/** The latest instant at which the key may have been used, as far as anybody knows of a use; undefined if nobody does. */
export function lastUse(observations: readonly Observation[]): Instant | undefined {
  return observations
    .map(({ lastUsedAt, lastUsedUpTo }) => lastUsedUpTo ?? lastUsedAt)
    .reduce((latest, each) => (latest && !each?.isAfter(latest) ? latest : each), undefined);
}

/**
 * The longest span, up to the latest instant that its source can tell of, in which nobody knows of a use and somebody would.
 * Undefined if nobody can tell. Its end may come before its beginning: then there is no such span yet.
 */
export function quietSpan(observations: readonly Observation[]): Quiet | undefined {
  const usedAt = lastUse(observations);
  return observations
    .flatMap(({ source, watched }) => (watched ? [{ source, ...watched }] : []))
    .map((span) => (usedAt?.isAfter(span.from) ? { ...span, from: usedAt } : span))
    .reduce<Quiet | undefined>(
      (longest, span) => (longest && lengthOf(longest) >= lengthOf(span) ? longest : span),
      undefined,
    );
}

function lengthOf({ from, to }: TimeSpan): number {
  return from.msUntil(to);
}

/** The longest step in which an API may note uses. */
export const longestStep = Duration.days(1);

/** The steps in which an API may note uses, the longest first. A timestamp that fits to several is taken for the coarsest. */
const granularities = [
  ...[longestStep, Duration.hours(12), Duration.hours(6), Duration.hours(1)],
  ...[30, 15, 10, 5, 1].map((minutes) => Duration.minutes(minutes)),
  ...[30, 15, 10, 5, 1].map((seconds) => Duration.seconds(seconds)),
];

/** The coarsest step that a timestamp fits to; undefined if it fits to none, or if there is none. */
export function granularityOf(timestamp: Instant | undefined): Duration | undefined {
  return granularities.find(({ ms }) => timestamp && timestamp.epochMs % ms === 0);
}

/** What must be known to read `last_used_at` of a key. */
export interface LastUsedContext {
  /** How long a use may be unknown to the API: it was watched when a secret was tried. Undefined while it has noted none. */
  readonly noticedWithin: { readonly ms: number } | undefined;
  readonly now: Instant;
}

/**
 * What `last_used_at` of a key says.
 *
 * An API may note uses by the day, by the second, or in steps between, and a timestamp on such a border may stand for all that follows
 * up to the next one. It may note them late, too. While it has not been seen to note any use at all, its silence means nothing.
 */
export function lastUsedObservation(
  lastUsedAt: Instant | undefined,
  { noticedWithin, now }: LastUsedContext,
): Observation {
  const granularity = granularityOf(lastUsedAt);
  return {
    source: "last_used_at",
    lastUsedAt,
    lastUsedUpTo: granularity && lastUsedAt?.plus(granularity),
    // It holds the latest use of all, so it goes back to the beginning.
    watched: noticedWithin && { from: Instant.ofEpochMs(0), to: now.minus(noticedWithin) },
  };
}
