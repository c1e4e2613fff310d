/**
 * One run of the command: started with its secret, signalled, stopped, and how it ended.
 *
 * Away from a terminal it gets a session and a process group of its own, so that what it starts can be stopped with it. At a terminal it
 * stays in keyturn's group, where Ctrl-C, Ctrl-Z and passwords typed at the terminal work as if it had been started directly.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import type { Clock } from "../../model/clock";
import type { Duration } from "../../model/duration";
import type { KillTarget } from "./guard";
import { isGroupLeft, sendSignal } from "./process-signals";

/** What to run, and how. */
export interface ChildCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly isAtTerminal: boolean;
}

/** How a command ended. */
export type ChildEnd =
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "signalled"; readonly name: NodeJS.Signals }
  /** It never ran. `code` is that of the system: `ENOENT`. */
  | { readonly kind: "not-started"; readonly code: string };

/** How often it is looked whether a process group has gone. The system tells nobody. */
const groupPollMs = 50;

/** A command that has been started. */
export class RunningChild {
  /** How it ended. Never rejects. */
  readonly ended: Promise<ChildEnd>;
  readonly #process: ChildProcess | undefined;
  readonly #hasGroup: boolean;

  constructor({ program, arguments: words, variables, isAtTerminal }: ChildCommand) {
    this.#hasGroup = !isAtTerminal;
    try {
      this.#process = spawn(program, words, { env: variables, stdio: "inherit", detached: this.#hasGroup });
    } catch (error) {
      // Only the code: what Node says of an environment that it refuses may quote a value.
      this.ended = Promise.resolve({ kind: "not-started", code: codeOf(error) });
      return;
    }
    const child = this.#process;
    this.ended = new Promise((resolve) => {
      child.once("error", (error) => {
        if (child.pid === undefined) resolve({ kind: "not-started", code: codeOf(error) });
      });
      child.once("exit", (status, name) => {
        resolve(name === null ? { kind: "exited", status: status ?? 0 } : { kind: "signalled", name });
      });
    });
  }

  /** All that is stopped with it: its process group, or itself where it has none. Undefined if it was not started. */
  get target(): KillTarget | undefined {
    const pid = this.#process?.pid;
    return pid === undefined || !this.#hasGroup ? pid : -pid;
  }

  /** Whether it runs no more, or never did. */
  get hasEnded(): boolean {
    return this.#process?.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Hands a signal on, as if it had been sent to the command itself. */
  signal(name: NodeJS.Signals): void {
    const pid = this.#process?.pid;
    if (pid === undefined || this.hasEnded) return;
    // A terminal sends these two to everybody in the foreground: at one the command has had it, and away from one it is done here.
    const isForAll = name === "SIGINT" || name === "SIGQUIT";
    if (isForAll && !this.#hasGroup) return;
    sendSignal(isForAll ? -pid : pid, name);
  }

  /**
   * Asks it to end, then whoever it has started and left behind, and kills those who are still there when the patience is over.
   * @returns whether somebody had to be killed
   */
  async stop(patience: Duration, clock: Clock): Promise<boolean> {
    const pid = this.#process?.pid;
    if (pid === undefined) return false;
    const done = new AbortController();
    const limit = { isReached: false };
    const reached = clock.sleep(patience, done.signal).then(
      () => {
        limit.isReached = true;
      },
      () => undefined,
    );
    const mayWait = (): boolean => this.#hasGroup && !limit.isReached;
    try {
      // The command first: a wrapper such as npm hands it on, and who gets it twice may give up what it has in hand.
      sendSignal(pid, "SIGTERM");
      await Promise.race([this.ended, reached]);
      if (mayWait()) sendSignal(-pid, "SIGTERM");
      while (mayWait() && isGroupLeft(pid)) await clock.sleep({ ms: groupPollMs });
      const mustKill = this.#hasGroup ? isGroupLeft(pid) : !this.hasEnded;
      if (mustKill) sendSignal(this.#hasGroup ? -pid : pid, "SIGKILL");
      await this.ended;
      return mustKill;
    } finally {
      done.abort();
    }
  }
}

/** The exit status that a shell would give: that of the command, 128 and the number of its signal, 127 or 126 if it did not start. */
export function exitStatusOf(end: ChildEnd): number {
  switch (end.kind) {
    case "exited":
      return end.status;
    case "signalled":
      return 128 + constants.signals[end.name];
    case "not-started":
      return end.code === "ENOENT" ? 127 : 126;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
