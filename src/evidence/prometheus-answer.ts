/** Reads what Prometheus answers to a range query, or says why it cannot be read. */
import * as z from "zod";
import { Instant } from "../model/instant";

// https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
const answerBody = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])).optional() })),
  }),
  warnings: z.array(z.string()).optional(),
});

const errorBody = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });

/** The sum of all series of an answer. */
export interface Samples {
  /** The value at an instant of the grid; undefined if there is none, or if it is not a number. */
  readonly valueAt: (instant: Instant) => number | undefined;
  readonly servedAt: Instant;
}

/** Reads an answer. */
export function readMatrix({
  json,
  servedAt,
}: {
  readonly json: unknown;
  readonly servedAt: Instant;
}): Samples | { readonly problem: string } {
  const result = answerBody.safeParse(json);
  if (!result.success) return { problem: "its answer is not that of a range query; check the address" };
  const { data, warnings = [] } = result.data;
  // Whoever puts several Prometheus together says so here if one of them did not answer.
  if (warnings.length > 0) return { problem: "it warns that its answer may not be complete; look at the query there" };
  const sums = new Map<number, number>();
  for (const [time, text] of data.result.flatMap(({ values = [] }) => values)) {
    const ms = Instant.ofEpochMs(Math.round(time * 1000)).epochMs;
    sums.set(ms, (sums.get(ms) ?? 0) + numberOf(text));
  }
  return {
    servedAt,
    valueAt: ({ epochMs }) => {
      const sum = sums.get(epochMs);
      return sum === undefined || Number.isNaN(sum) ? undefined : sum;
    },
  };
}

/** What Prometheus says of a query that it refuses. */
export function readErrorOf(json: unknown): string | undefined {
  const result = errorBody.safeParse(json);
  return result.success ? `${result.data.errorType}: ${result.data.error}` : undefined;
}

/** As Go prints a number, with `+Inf`, `-Inf` and `NaN`. */
function numberOf(text: string): number {
  return Number(text.replace("Inf", "Infinity"));
}
