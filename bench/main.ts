/**
 * The benchmarks: `npm run bench`, or `npm run bench -- --short` for fewer runs.
 *
 * Every figure is a ratio against a baseline that is measured in the same run, because absolute times move from machine to
 * machine. It ends with exit code 1 if a ratio is over its limit.
 */
import { benchmarkHandshake } from "./handshake";
import { benchmarkPlan } from "./plan";

/** One line of the result. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly value: number;
  /** The most that it may be. Undefined for a figure that is only told. */
  readonly limit: number | undefined;
}

async function main(): Promise<void> {
  const isShort = process.argv.includes("--short");
  const figures = [...(await benchmarkHandshake(isShort ? 5 : 15)), ...(await benchmarkPlan(isShort ? 2 : 5))];
  for (const { what, measured, value, limit } of figures) {
    console.log(`${what}: ${value.toFixed(2)}${verdict(value, limit)}   ${measured}`);
  }
  if (figures.some(({ value, limit }) => isOver(value, limit))) process.exitCode = 1;
}

function isOver(value: number, limit: number | undefined): boolean {
  // A figure that is not a number is no figure.
  return limit !== undefined && !(value <= limit);
}

function verdict(value: number, limit: number | undefined): string {
  if (limit === undefined) return "";
  return ` (limit ${limit}) ${isOver(value, limit) ? "OVER THE LIMIT" : "ok"}`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
