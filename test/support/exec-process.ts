/**
 * `keyturn exec` as a process of its own, bundled as it is shipped, with an encrypted file to read from and commands to run.
 */
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import path from "node:path";
import { Secret } from "../../src/model/secret";
import { openStores } from "../../src/stores";
import { newAgeReader } from "./age-reader";
import { bundle } from "./bundle";
import { secretOf } from "./delivery";
import { startCommand, type RunResult, type RunningCommand } from "./run";
import { contextOf } from "./store-context";

/** A machine with one encrypted file. */
export interface ExecSite {
  readonly folder: string;
  /** The encrypted file. */
  readonly file: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Delivers the secret of a key there. */
  readonly deliver: (keyId: string, keyName?: string) => Promise<void>;
  /** Starts `keyturn exec` with these words after those for the key, its variable `PB_KEY` and the file. */
  readonly start: (words: readonly string[], changes?: StartChanges) => Running;
  /** Starts it, and waits for its end. */
  readonly run: (words: readonly string[], changes?: StartChanges) => Promise<RunResult>;
}

/** What is otherwise about a start. */
interface StartChanges {
  readonly from?: readonly string[];
  readonly key?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** A `keyturn exec` that is running. */
export interface Running extends RunningCommand {
  /** Sends a signal to keyturn alone. */
  readonly kill: (name: NodeJS.Signals) => void;
}

/** Makes the executable. @returns its path */
export async function bundleKeyturn(folder: string): Promise<string> {
  return await bundle("src/cli/bin/keyturn.ts", mkdtempSync(path.join(folder, "keyturn-")));
}

/** A machine where the secret of `k1` has been delivered. */
export async function execSite(executable: string, root: string): Promise<ExecSite> {
  const folder = mkdtempSync(path.join(root, "site-"));
  const file = path.join(folder, "scheduler.age");
  const reader = await newAgeReader();
  const variables = { PATH: process.env["PATH"] ?? "", KEYTURN_AGE_IDENTITY: reader.identity };
  const deliver: ExecSite["deliver"] = async (keyId, keyName = "scheduler-prod") => {
    const target = { kind: "encrypted_file", path: file, recipients: [reader.recipient] } as const;
    const [store] = openStores([target], contextOf(keyName));
    await store?.put({ keyId, secret: new Secret(secretOf(keyId)) });
  };
  const start: ExecSite["start"] = (
    words,
    { from = [`encrypted-file:${file}`], key = "scheduler-prod", ...changes } = {},
  ) => {
    const places = from.flatMap((place) => ["--from", place]);
    const all = [executable, "exec", "--key", key, "--env", "PB_KEY", ...places, ...words];
    const command = startCommand(process.execPath, all, { cwd: folder, env: { ...variables, ...changes.variables } });
    return {
      ...command,
      kill: (name) => {
        if (command.pid !== undefined) process.kill(command.pid, name);
      },
    };
  };
  await deliver("k1");
  return { folder, file, variables, deliver, start, run: async (words, changes) => await start(words, changes).result };
}

/** The words that run a program of JavaScript, in which `say` prints a line. */
export function javaScript(program: string): string[] {
  const say = `const say = (line) => require("fs").writeSync(1, line + "\\n"); const secret = process.env.PB_KEY;`;
  return ["--", process.execPath, "-e", `${say}${program}`];
}

/** Whether a process runs. One that has ended and is waiting for somebody to take notice does not. */
export function isRunning(pid: number): boolean {
  const status = `/proc/${pid}/status`;
  if (!existsSync("/proc/self/status")) {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(status, "utf8"));
  } catch {
    return false;
  }
}
