/**
 * Runs a program of Node, and keeps what it prints in a log as well.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";

/** How a program is run. */
export interface RunOptions {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** What it prints is added to this file. */
  readonly logFile: string;
}

/** Runs the script with its arguments, and gives what it printed. @throws Error with the end of the output, if it fails */
export async function runLogged(
  [script, ...args]: readonly [string, ...string[]],
  { folder, environment, logFile }: RunOptions,
): Promise<string> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(logFile, { flags: "a", mode: 0o600 });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      output += text;
      log.write(text);
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  log.end();
  if (code !== 0) {
    throw new Error(
      `${args.join(" ")} ended with ${code ?? "a signal"}; the end of its output:\n${output.slice(-4000)}`,
    );
  }
  return output;
}
