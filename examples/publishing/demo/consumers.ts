/**
 * The services of the demo: one process for each key, counted together.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { ConsumerOrder, ConsumerReport } from "./consumer";

/** What a consumer is started with. */
export interface ConsumerStart {
  readonly endpoint: string;
  readonly keyName: string;
  readonly secretFile: string;
  readonly identityFile: string;
}

/** Processes that send traffic until they are stopped. */
export class Consumers {
  readonly #processes = new Map<string, ChildProcess>();
  readonly #reports = new Map<string, ConsumerReport>();
  readonly #exits: Promise<unknown>[] = [];

  /** Starts the consumers. Their secrets must have been delivered. */
  constructor(starts: readonly ConsumerStart[]) {
    for (const { endpoint, keyName, secretFile, identityFile } of starts) {
      const args = [endpoint, keyName, secretFile, identityFile];
      const child = fork(path.join(__dirname, "consumer.ts"), args, { execArgv: ["--import", "tsx"] });
      child.on("message", (report: ConsumerReport) => this.#reports.set(report.keyName, report));
      this.#processes.set(keyName, child);
      this.#exits.push(once(child, "exit"));
    }
  }

  /** Tells one consumer what to do. */
  tell(keyName: string, order: ConsumerOrder): void {
    const child = this.#processes.get(keyName);
    if (child?.connected) child.send(order);
  }

  /** Asks every consumer to stop after the request that it is at, and gives the final counts. */
  async stop(): Promise<readonly ConsumerReport[]> {
    for (const keyName of this.#processes.keys()) this.tell(keyName, "stop");
    await Promise.all(this.#exits);
    return [...this.#reports.values()].sort((a, b) => (a.keyName < b.keyName ? -1 : 1));
  }

  /** Ends every consumer at once, by its own process. */
  kill(): void {
    for (const child of this.#processes.values()) child.kill("SIGKILL");
  }
}
