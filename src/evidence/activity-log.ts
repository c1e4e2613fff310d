/**
 * Evidence from the API's activity log, read once for all keys of a plan.
 *
 * The log may leave out what only read, and then its silence means nothing. It is trusted to be silent only where it has an entry of
 * a read that is known to have happened: the call by which keyturn proved a new secret. And it forgets: before the retention began,
 * silence means nothing either.
 */
import type { KeyApiClient } from "../client";
import { KeyApiError } from "../client/key-api-error";
import { shareReads, type SharedRead } from "../client/shared-read";
import { waitFor } from "../client/wait-for";
import type { Clock } from "../model/clock";
import { Duration } from "../model/duration";
import type { Observation, TimeSpan } from "../model/evidence";
import type { Instant } from "../model/instant";
import { ActivityIndex } from "./activity-index";
import { findKnownRead, latestActivity, namesKnownFrom } from "./activity-match";
import type { EvidenceSource, EvidenceWindow, WatchedKey } from "./evidence-source";

const source = "the activity log";

const day = Duration.days(1);

/** What the source works with. */
export interface ActivityLogParts {
  readonly client: Pick<KeyApiClient, "activityPages">;
  readonly clock: Clock;
  /** How long a reading may be shared after it came. */
  readonly maxAge: Duration;
}

/** One reading of the log. */
interface Reading {
  readonly index: ActivityIndex;
  readonly since: Instant;
  /** The API's time when it gave the first page. What happened since then may be missing. */
  readonly servedAt: Instant | undefined;
  /** From when on nothing has been forgotten; undefined if the API does not say how long it keeps entries. */
  readonly keptFrom: Instant | undefined;
}

/**
 * The activity log as a source. Where the API has none, or does not let the credential read it, it knows nothing, and that is no
 * problem: a deployment without a log is as good as one whose log leaves out reads.
 */
export function createActivityLogSource({ client, clock, maxAge }: ActivityLogParts): EvidenceSource {
  const readings = new Map<number, SharedRead<Reading>>();
  /** The API's time, as soon as anybody has told it: the clock of this machine may be wrong by any amount. */
  let apiTime = clock.now();

  /** Each reading goes back twice as far as the one before, so that all of them together cost no more than two of the longest. */
  function readingOf(days: number): SharedRead<Reading> {
    const known = readings.get(days);
    if (known) return known;
    const added = shareReads({
      request: () => readLog(client, apiTime.minus({ ms: days * day.ms })),
      clock,
      maxAgeMs: maxAge.ms,
    });
    readings.set(days, added);
    return added;
  }

  return {
    name: source,
    observe: async (key, window, signal) => {
      const { fresh = false } = window;
      apiTime = window.now;
      const reading = readingOf(daysBack(window));
      try {
        return observation(await waitFor(() => reading.read({ fresh }), "read the activity log", signal), key, window);
      } catch (error) {
        if (!(error instanceof KeyApiError) || error.code === "ABORTED") throw error;
        return isWithoutLog(error) ? nothing : { ...nothing, problem: error.message };
      }
    },
  };
}

const nothing: Observation = { source, lastUsedAt: undefined, watched: undefined };

/** A power of two, so that keys with different windows share readings. Readers that share one may have been told the time some minutes apart. */
function daysBack({ since, now, knownRead }: EvidenceWindow): number {
  const first = knownRead?.at.isBefore(since) ? knownRead.at : since;
  const days = (first.msUntil(now) + Duration.minutes(10).ms) / day.ms;
  return 2 ** Math.max(0, Math.ceil(Math.log2(days)));
}

async function readLog(client: Pick<KeyApiClient, "activityPages">, since: Instant): Promise<Reading> {
  const index = new ActivityIndex();
  let servedAt: Instant | undefined;
  let keptDays = Infinity;
  for await (const page of client.activityPages({ since })) {
    servedAt ??= page.servedAt;
    for (const item of page.items) {
      index.add(item);
      // Entries keep the retention of the plan under which they were written, which may have been shorter.
      keptDays = Math.min(keptDays, item.retentionDays ?? Infinity);
    }
    keptDays = Math.min(keptDays, page.retentionDays ?? Infinity);
  }
  const keptFrom = Number.isFinite(keptDays) ? servedAt?.minus({ ms: keptDays * day.ms }) : undefined;
  return { index, since, servedAt, keptFrom };
}

function observation(reading: Reading, key: WatchedKey, window: EvidenceWindow): Observation {
  const { certainAt, possibleAt } = latestActivity(reading.index, key, window.knownRead?.requestId);
  const isDoubtful = possibleAt !== undefined && (certainAt === undefined || possibleAt.isAfter(certainAt));
  return {
    source,
    lastUsedAt: certainAt,
    ...(isDoubtful ? { lastUsedUpTo: possibleAt } : {}),
    watched: watchedSpan(reading, key, window),
  };
}

function watchedSpan(
  { index, since, servedAt, keptFrom }: Reading,
  key: WatchedKey,
  { since: wantedSince, now, knownRead }: EvidenceWindow,
): TimeSpan | undefined {
  const noted = knownRead && findKnownRead(index, knownRead);
  if (!noted || !servedAt || !keptFrom) return undefined;
  const namesFrom = noted.hasId ? "always" : namesKnownFrom(key.names);
  if (!namesFrom) return undefined;
  const from = [since, wantedSince, keptFrom, noted.at, ...(namesFrom === "always" ? [] : [namesFrom])];
  return {
    // Since that read it is known that reads are noted; whether they were before is not.
    from: from.reduce((one, other) => (other.isAfter(one) ? other : one)),
    to: servedAt.isBefore(now) ? servedAt : now,
  };
}

/** In the API's own words: what a proxy answers is another code. */
function isWithoutLog({ code, status }: KeyApiError): boolean {
  return (code === "FORBIDDEN" && status === 403) || (code === "NOT_FOUND" && status === 404);
}
