/**
 * Times whole commands in turn, A B A B …, so that a machine that drifts drifts for both.
 */
import { spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";

/** A command to time. `until` says what ends the measurement: the end of the process, or its first output. */
export interface TimedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly options?: Pick<SpawnOptions, "cwd" | "env">;
  readonly until: "exit" | "first-output";
}

/** Milliseconds from the start of the process to what the measurement waits for. */
export async function timeOnce({ file, args, options, until }: TimedCommand): Promise<number> {
  const start = process.hrtime.bigint();
  const child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
  const exited = once(child, "exit") as Promise<[number | null]>;
  if (until === "first-output") {
    await Promise.race([once(child.stdout, "data"), exited]);
    const elapsed = elapsedMs(start);
    if (child.exitCode !== null)
      throw new Error(`${file} ended before it said anything: ${Buffer.concat(output).toString()}`);
    child.kill("SIGKILL");
    await exited;
    return elapsed;
  }
  const [code] = await exited;
  if (code !== 0)
    throw new Error(`${file} ${args.join(" ")} ended with ${code ?? "a signal"}:\n${Buffer.concat(output).toString()}`);
  return elapsedMs(start);
}

function elapsedMs(start: bigint): number {
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** The median times of two commands, in milliseconds, over so many runs of each after one that does not count. */
export async function comparePaired(
  a: TimedCommand,
  b: TimedCommand,
  runs: number,
): Promise<{ readonly a: number; readonly b: number }> {
  const times: { a: number[]; b: number[] } = { a: [], b: [] };
  for (let run = 0; run <= runs; run += 1) {
    const [timeA, timeB] = [await timeOnce(a), await timeOnce(b)];
    if (run > 0) {
      times.a.push(timeA);
      times.b.push(timeB);
    }
  }
  return { a: median(times.a), b: median(times.b) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
