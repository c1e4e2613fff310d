/** `keyturn serve` in a process of its own, from the sources, for tests that kill it. */
import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

const root = path.resolve(__dirname, "../..");

/** A process that was asked to serve. */
export interface ServeProcess {
  readonly url: string;
  /** What the process said in JSON when it was ready. */
  readonly ready: { readonly url: string; readonly email: string | null; readonly password: string | null };
  /** Ends the process, and waits until it is gone. */
  end(signal: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** A process that ended before it served. */
class ServeFailure extends Error {
  constructor(
    readonly exitCode: number | null,
    readonly output: string,
  ) {
    super(`keyturn serve ended with ${exitCode}: ${output}`);
  }
}

/**
 * Starts `keyturn serve --json` on a free port, and waits until it listens.
 * @param preloaded modules that are loaded into the process before
 * @throws ServeFailure if it ends instead
 */
export async function startServeProcess(
  commandArguments: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  preloaded: readonly string[] = [],
): Promise<ServeProcess> {
  const child = spawn(
    process.execPath,
    [
      ...["tsx", ...preloaded].flatMap((each) => ["--import", each]),
      path.join(root, "src/cli/bin/keyturn.ts"),
      "serve",
      "--json",
      "--port",
      "0",
      ...commandArguments,
    ],
    { cwd: root, env: { ...process.env, ...variables }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("close", (code, signal) => {
      resolve({ code, signal });
    });
  });
  const line = await firstLine(child, ended);
  const ready = JSON.parse(line) as ServeProcess["ready"];
  return {
    url: ready.url,
    ready,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

async function firstLine(child: ChildProcess, ended: Promise<{ code: number | null }>): Promise<string> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error("the child process has no output");
  let errors = "";
  stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const line = new Promise<string>((resolve) => {
    createInterface({ input: stdout }).once("line", resolve);
  });
  const first = await Promise.race([line, ended]);
  if (typeof first === "string") return first;
  throw new ServeFailure(first.code, errors);
}
