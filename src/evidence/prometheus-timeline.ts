/**
 * Reads the values of a range query as a story: when was the key used last, and since when is that certain.
 *
 * The value at an instant counts the requests in the window that ends there. So a use is known to have been after the beginning of
 * that window, and not after its end.
 */
import type { Observation, TimeSpan } from "../model/evidence";
import type { Instant } from "../model/instant";
import { renamingSlack } from "./key-values";

/** The instants at which a query was evaluated. */
export interface Grid {
  readonly start: Instant;
  readonly end: Instant;
  readonly stepMs: number;
  /** How many steps it is from `start` to `end`. */
  readonly steps: number;
  /** How far each value looks back. */
  readonly windowMs: number;
}

/** Values that speak of the key from one instant to another, and before and after that of another key. */
export interface Series {
  readonly valueAt: (instant: Instant) => number | undefined;
  /** Undefined: from the beginning. */
  readonly from: Instant | undefined;
  /** Undefined: to the end. */
  readonly to: Instant | undefined;
}

/** What one instant of the grid says. */
interface Reading {
  /** Whether all is known that there is to know of the window. */
  readonly isComplete: boolean;
  /** `certainly` if the key was used; `perhaps` if it was that key or another one. */
  readonly isUsed: "certainly" | "perhaps" | "no";
}

/**
 * Reads the series of a key, which follow each other in time.
 * @param servedAt what happened later cannot be in the values
 */
export function readTimeline(series: readonly Series[], grid: Grid, servedAt: Instant): Omit<Observation, "source"> {
  let certainAt: Instant | undefined;
  let possibleAt: Instant | undefined;
  let completeFrom: Instant | undefined;
  for (let step = 0; step <= grid.steps; step += 1) {
    const instant = grid.start.plus({ ms: step * grid.stepMs });
    const { isComplete, isUsed } = readAt(instant, series, grid);
    if (isUsed === "certainly") certainAt = instant;
    if (isUsed !== "no") possibleAt = instant;
    completeFrom = isComplete ? (completeFrom ?? instant) : undefined;
  }
  return {
    lastUsedAt: certainAt?.minus({ ms: grid.windowMs }),
    lastUsedUpTo: possibleAt,
    watched: completeFrom && watchedFrom(completeFrom, grid, servedAt),
  };
}

/** What was used last may not have been scraped yet; scrapes follow each other within a step. */
function watchedFrom(from: Instant, { end, stepMs }: Grid, servedAt: Instant): TimeSpan {
  return { from, to: (servedAt.isBefore(end) ? servedAt : end).minus({ ms: stepMs }) };
}

function readAt(instant: Instant, series: readonly Series[], { windowMs }: Grid): Reading {
  const start = instant.minus({ ms: windowMs });
  const concerned = series.filter((each) => overlaps(each, start, instant));
  const used = concerned.filter(({ valueAt }) => (valueAt(instant) ?? 0) > 0);
  const isCertain = used.some((each) => contains(each, start, instant));
  return {
    isComplete: concerned.length > 0 && concerned.every(({ valueAt }) => valueAt(instant) !== undefined),
    isUsed: isCertain ? "certainly" : used.length > 0 ? "perhaps" : "no",
  };
}

/** Whether the series may speak of the key in some part of a window. */
function overlaps({ from, to }: Series, start: Instant, end: Instant): boolean {
  return !from?.isAfter(end.plus(renamingSlack)) && !to?.isBefore(start.minus(renamingSlack));
}

/** Whether the series certainly speaks of the key in the whole of a window. */
function contains({ from, to }: Series, start: Instant, end: Instant): boolean {
  return !from?.isAfter(start.minus(renamingSlack)) && !to?.isBefore(end.plus(renamingSlack));
}
