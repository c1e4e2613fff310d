/**
 * The provider's process, which Terraform has started: found, held, slowed down and killed by its id.
 *
 * Reads /proc, so it works on Linux only.
 */
import { constants, setPriority } from "node:os";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** The ids of the provider processes that this Terraform has running now. */
export function providerPids(terraformPid: number): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter(
      (pid) => pid > 0 && parentOf(pid) === terraformPid && commandOf(pid).includes("terraform-provider-keyturn"),
    );
}

/** Sends a signal to each of them. One that has ended since is passed over. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/**
 * Lets the processes run for moments only, until `isThere` says that what was waited for has happened, and holds them there.
 * @returns false if it did not happen within some seconds; then they run on
 */
export async function stepUntil(pids: readonly number[], isThere: () => boolean): Promise<boolean> {
  // On a busy machine a moment of running must not become a long one, so whoever looks goes before whoever is looked at.
  for (const pid of pids) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const endAt = performance.now() + 60_000;
  while (performance.now() < endAt) {
    signalAll(pids, "SIGSTOP");
    if (isThere()) return true;
    signalAll(pids, "SIGCONT");
    await delay(1);
  }
  return false;
}

function parentOf(pid: number): number | undefined {
  // The name of the program stands in brackets, and may hold anything; the parent is the second field after it.
  const [, parent] =
    read(`/proc/${pid}/stat`)
      ?.replace(/^.*\) /s, "")
      .split(" ") ?? [];
  return parent === undefined ? undefined : Number(parent);
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`) ?? "";
}

/** Undefined if the process has ended since. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
