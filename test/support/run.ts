/**
 * Runs a program and collects what it says.
 *
 * The program gets the environment that is passed, so nothing of the machine that runs the tests leaks in. Where the watch over the secrets
 * is kept, it gets what that asks for as well, and the watch hears what it says. It runs in a process group of its own: at the time limit
 * the whole group is ended, so no grandchild stays behind.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { currentCanary } from "./canary/current-canary";

/** What a finished program left. */
export interface RunResult {
  /** The exit code, or null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Everything that was said, in order: what a person at the terminal would have seen. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** @default 60,000 */
  readonly timeoutMs?: number;
}

/** A program that is running. */
export interface RunningCommand {
  /** Its process id; undefined if it could not be started. */
  readonly pid: number | undefined;
  /** Resolves when it has ended, whatever its exit code. Rejects with everything said so far if the time limit is reached. */
  readonly result: Promise<RunResult>;
  /** What it has said so far. */
  readonly output: () => string;
  /** Sends a signal to it and to everything that it has started, as a terminal does at Ctrl-C. Without effect when all have ended. */
  readonly signal: (signal: "SIGINT" | "SIGKILL") => void;
}

/** Starts a program. */
export function startCommand(command: string, args: readonly string[], options: RunOptions): RunningCommand {
  const { cwd, env, timeoutMs = 60_000 } = options;
  const canary = currentCanary();
  const child = spawn(command, args, {
    cwd,
    env: { ...canary?.variables, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const said = { stdout: "", stderr: "", output: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      said[name] += chunk;
      said.output += chunk;
    });
  }
  const searchWhatItLeft = canary?.watchRun({ command, args, cwd, said });
  child.once("close", () => searchWhatItLeft?.());
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined) signalGroup(child.pid, name);
  };
  const timeLimit = new AbortController();
  const timer = setTimeout(() => {
    timeLimit.abort();
    signal("SIGKILL");
  }, timeoutMs);
  const finish = async (): Promise<RunResult> => {
    try {
      await once(child, "close");
    } finally {
      clearTimeout(timer);
    }
    if (timeLimit.signal.aborted)
      throw new Error(`${command} ${args.join(" ")} took longer than ${timeoutMs} ms. It said:\n${said.output}`);
    return { code: child.exitCode, ...said };
  };
  return { pid: child.pid, result: finish(), output: () => said.output, signal };
}

/**
 * Resolves when the program has ended, whatever its exit code.
 * @throws Error with everything said so far if the time limit is reached
 */
export async function runCommand(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  return await startCommand(command, args, options).result;
}

function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
