/**
 * The services of the demo: one process for each key, counted together.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { ConsumerReport } from "./consumer";

/** Processes that send traffic until they are stopped. */
export class Consumers {
  readonly #processes: ChildProcess[] = [];
  readonly #reports = new Map<string, ConsumerReport>();
  readonly #exits: Promise<unknown>[] = [];

  /** Starts one consumer for each key name. It begins to send as soon as the state has its secret. */
  constructor(options: {
    readonly endpoint: string;
    readonly stateFile: string;
    readonly keyNames: readonly string[];
  }) {
    for (const keyName of options.keyNames) {
      const child = fork(path.join(__dirname, "consumer.ts"), [options.endpoint, options.stateFile, keyName], {
        execArgv: ["--import", "tsx"],
      });
      child.on("message", (report: ConsumerReport) => this.#reports.set(report.keyName, report));
      this.#processes.push(child);
      this.#exits.push(once(child, "exit"));
    }
  }

  /** Asks every consumer to stop after the request that it is at, and gives the final counts. */
  async stop(): Promise<readonly ConsumerReport[]> {
    for (const child of this.#processes) if (child.connected) child.send("stop");
    await Promise.all(this.#exits);
    return this.reports();
  }

  reports(): readonly ConsumerReport[] {
    return [...this.#reports.values()].sort((a, b) => (a.keyName < b.keyName ? -1 : 1));
  }

  /** Ends every consumer at once, by its own process. */
  kill(): void {
    for (const child of this.#processes) child.kill("SIGKILL");
  }
}
