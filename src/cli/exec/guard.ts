/**
 * A guard that ends a command when keyturn itself is gone, however it went.
 *
 * No process can handle SIGKILL, and Node cannot ask Linux for a signal at the death of a parent. But the kernel closes the pipes of a
 * process that dies: the guard is a small shell that reads one from keyturn, and what keyturn wrote last is whom it ends. It has a session
 * of its own, so that what a terminal sends to everybody does not reach it, and no secret in its environment.
 */
import { spawn } from "node:child_process";
import type { Duration } from "../../model/duration";

/** Whom the guard ends, as kill(2) takes it: a process, or a process group if it is negative. */
export type KillTarget = number;

/** A guard that is running, or has failed to start. */
export interface Guard {
  /** Whom to end from now on, if keyturn dies; undefined for nobody. Takes effect at once. */
  watchOver(target: KillTarget | undefined): void;
  /** Lets it end. Resolves when it has. */
  dismiss(): Promise<void>;
}

/**
 * Looks with `kill -0` before each step: a number is not given to another process while it is in use. Before the number of a group there is no
 * `--`, which the shells differ about; all of them take it after the signal.
 */
const script = `
target=
while read -r line; do target=$line; done
[ -n "$target" ] || exit 0
kill -0 "$target" 2>/dev/null || exit 0
echo "keyturn: was killed; the command is ended, too" >&2
kill -TERM "$target" 2>/dev/null
left=$1
while [ "$left" -gt 0 ]; do
  kill -0 "$target" 2>/dev/null || exit 0
  sleep 1
  left=$((left - 1))
done
kill -KILL "$target" 2>/dev/null
`;

/**
 * Starts a guard.
 * @param patience how long the command may take to end before it is killed
 * @param report is told, in a line, if there is no guard, or if it is gone too early
 */
export function startGuard(patience: Duration, report: (line: string) => void): Guard {
  const shell = spawn("/bin/sh", ["-c", script, "keyturn-guard", String(patience.ms / 1000)], {
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["pipe", "ignore", "inherit"],
    detached: true,
  });
  let isDismissed = false;
  const gone = new Promise<void>((resolve) => {
    const end = (reason: string) => (): void => {
      if (!isDismissed) report(`${reason}, so if keyturn is killed with SIGKILL, the command goes on`);
      resolve();
    };
    shell.once("error", end("there is no /bin/sh that could watch over the command"));
    shell.once("exit", end("the shell that watches over the command has ended"));
  });
  // It may be gone when it is written to, which has been reported.
  shell.stdin.on("error", () => undefined);
  return {
    watchOver: (target) => {
      shell.stdin.write(`${target ?? ""}\n`);
    },
    dismiss: async () => {
      isDismissed = true;
      shell.stdin.end("\n");
      await gone;
    },
  };
}
