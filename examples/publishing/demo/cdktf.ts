/**
 * Runs the real cdktf CLI on the example, in a folder of its own.
 */
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

const packageRoot = path.resolve(__dirname, "..", "..", "..");

/** A folder in which the example is deployed: its state, its output and a log of all that cdktf printed. */
export class Deployment {
  readonly stateFile: string;
  readonly logFile: string;

  private constructor(
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.stateFile = path.join(folder, "terraform.publishing.tfstate");
    this.logFile = path.join(folder, "cdktf.log");
  }

  static async create(folder: string, environment: NodeJS.ProcessEnv): Promise<Deployment> {
    const stack = path.join(packageRoot, "examples", "publishing", "main.ts");
    const app = `"${process.execPath}" --import "${require.resolve("tsx")}" "${stack}"`;
    await writeFile(
      path.join(folder, "cdktf.json"),
      JSON.stringify({ language: "typescript", app, projectId: "publishing", sendCrashReports: "false" }),
    );
    return new Deployment(folder, environment);
  }

  /** Runs `cdktf COMMAND` and gives what it printed. @throws Error with the end of the output, if it fails */
  async run(...args: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, [require.resolve("cdktf-cli/bundle/bin/cdktf"), ...args], {
      cwd: this.folder,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(this.logFile, { flags: "a", mode: 0o600 });
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
        `cdktf ${args.join(" ")} ended with ${code ?? "a signal"}; the end of its output:\n${output.slice(-4000)}`,
      );
    }
    return output;
  }
}

/** The plan in what `cdktf diff` printed: without the spinner, the name of the stack and its indentation, and cursor movements. */
export function planIn(output: string): string {
  const lines = stripVTControlCharacters(output)
    .split("\n")
    .map((line) => line.replace(/^(publishing {2}| {12})/, ""))
    .filter((line) => !/^\s*[⠀-⣿]\s+\w+$/u.test(line));
  const start = lines.findIndex((line) => line.includes("Terraform will perform the following actions"));
  const end = lines.findIndex((line) => line.startsWith("Plan:"));
  if (start < 0 || end < start) throw new Error(`there is no plan in the output of cdktf diff:\n${output}`);
  return lines
    .slice(start + 1, end + 1)
    .join("\n")
    .replace(/^\n+|\s+$/g, "");
}
