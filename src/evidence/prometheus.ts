/**
 * Evidence from Prometheus: a query that gives the number of requests with a key.
 *
 * It is asked over the whole window at once, in steps of half the resolution, each looking back over the whole of it. So every two
 * samples that follow each other meet in one of the ranges, and a request between them is not missed. Prometheus has the last word on
 * nothing that it did not see: a step without a value ends what its silence can tell of the time before.
 */
import { Duration } from "../model/duration";
import type { Observation } from "../model/evidence";
import { fillTemplate, placeholdersIn } from "../model/evidence-template";
import type { EvidenceSource, EvidenceWindow, HeldName, WatchedKey } from "./evidence-source";
import { missingValue } from "./key-values";
import { readErrorOf, readMatrix, type Samples } from "./prometheus-answer";
import { readTimeline, type Grid, type Series } from "./prometheus-timeline";
import { webService, type WebServiceParts, type WebServiceSettings } from "./web-service";

/**
 * How Prometheus is asked.
 *
 * A sound query gives a value for every instant at which Prometheus was watching, and none for every other. `increase` alone does
 * not: it has no value where a key has no series, it does not count what a series begins with, and it needs two samples in its range.
 * - What a series begins with: add `sum(m unless m offset $window) or vector(0)`, or have the exporter begin each counter at 0.
 * - Where a key without requests has no series: `or vector(0)` says in writing that absence means zero. That holds only while the
 *   exporter is scraped: `… and on() (min(min_over_time(up{job="gateway"}[$window])) == 1)`.
 * - Several series are added up here, but nobody notices if one of them is missing; better end in `sum(…)`.
 *
 * The provider's reference has such a query in full, and a test tries it on the real Prometheus.
 */
export interface PrometheusSettings extends WebServiceSettings {
  /**
   * PromQL with `$window`, which becomes a duration, and with `$key_id`, `$key_name`, `$service` or `$environment` inside strings. It
   * must be one that `queryProblem` takes. With `$key_name`, every name that the key has had is asked for, each for its own time.
   */
  readonly query: string;
  /** What `$window` becomes: at least twice as long as the time between two scrapes. @default Duration.minutes(5) */
  readonly resolution?: Duration | undefined;
}

const source = "Prometheus";

/** Prometheus refuses more than 11,000 points for a series. */
const maxPoints = 10_000;

/** Asks a Prometheus, or whatever speaks its HTTP API. */
export function createPrometheusSource(settings: PrometheusSettings, parts: WebServiceParts): EvidenceSource {
  const { query, resolution = Duration.minutes(5) } = settings;
  const service = webService(settings, parts);
  const path = `${new URL(settings.url).pathname.replace(/\/+$/, "")}/api/v1/query_range`;
  const asksByName = placeholdersIn(query).has("key_name");

  async function ask(
    filled: string,
    grid: Grid,
    signal: AbortSignal | undefined,
  ): Promise<Samples | { readonly problem: string }> {
    const form = new URLSearchParams({
      query: filled,
      start: seconds(grid.start.epochMs),
      end: seconds(grid.end.epochMs),
      step: seconds(grid.stepMs),
    });
    const reply = await service.ask({ method: "POST", path, form, refusal: readErrorOf }, signal);
    return "problem" in reply ? reply : readMatrix(reply);
  }

  return {
    name: source,
    observe: async (key, window, signal) => {
      const missing = missingValue(query, key);
      if (missing !== undefined) return unanswered(missing);
      const grid = gridFor(window, resolution);
      const names = asksByName ? key.names.filter((held) => isIn(held, window)) : [always];
      const series: Series[] = [];
      let servedAt = window.now;
      for (const held of names) {
        const samples = await ask(fillQuery(query, key, held.name, grid), grid, signal);
        if ("problem" in samples) return unanswered(samples.problem);
        if (samples.servedAt.isBefore(servedAt)) servedAt = samples.servedAt;
        series.push({ valueAt: samples.valueAt, from: held.from, to: held.to });
      }
      return { source, ...readTimeline(series, grid, servedAt) };
    },
  };
}

/** Stands for all names where the query does not ask by name. */
const always: HeldName = { name: "", from: undefined, to: undefined };

function isIn({ from, to }: HeldName, { since, now }: EvidenceWindow): boolean {
  return !from?.isAfter(now) && !to?.isBefore(since);
}

/** Ends at the present and begins at `since` or up to a step before. */
function gridFor({ since, now }: EvidenceWindow, resolution: Duration): Grid {
  const spanMs = Math.max(0, since.msUntil(now));
  // Whole seconds, since `$window` is twice the step and PromQL durations of `Duration` have nothing smaller.
  const stepMs = Math.max(Math.ceil(resolution.ms / 2000), Math.ceil(spanMs / maxPoints / 1000)) * 1000;
  const steps = Math.ceil(spanMs / stepMs);
  return { start: now.minus({ ms: steps * stepMs }), end: now, stepMs, steps, windowMs: 2 * stepMs };
}

function fillQuery(query: string, key: WatchedKey, name: string, { windowMs }: Grid): string {
  return fillTemplate(query, (placeholder) => {
    switch (placeholder) {
      case "key_id":
        return escape(key.id);
      case "key_name":
        return escape(name);
      case "service":
      case "environment":
        return escape(key[placeholder] ?? "");
      default:
        return Duration.seconds(windowMs / 1000).toString();
    }
  });
}

/** For the inside of a PromQL string in either kind of quotes, where an escape for the other kind is an error. */
function escape(value: string): string {
  return value.replace(/["'\\\p{Cc}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function unanswered(problem: string): Observation {
  return { source, lastUsedAt: undefined, watched: undefined, problem };
}
