/**
 * Runs the real cdktf CLI on the example, in a folder of its own, and the real keyturn CLI beside it.
 */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { keyturnCommand } from "./key-api";
import { runLogged } from "./run-logged";

const packageRoot = path.resolve(__dirname, "..", "..", "..");
const cdktfCommand = require.resolve("cdktf-cli/bundle/bin/cdktf");

/** A folder in which the example is deployed: its state, its output and a log of all that was printed. */
export class Deployment {
  readonly stateFile: string;
  /** What the environment changes about the example; see its `settings.ts`. It holds from the next run on. */
  settings: Readonly<Record<string, string>> = {};

  private constructor(
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.stateFile = path.join(folder, "terraform.publishing.tfstate");
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

  /** Gives what cdktf printed, with the plan in it. @throws Error with the end of the output, if it fails */
  async deploy(): Promise<string> {
    return await this.#run(cdktfCommand, "deploy", "--auto-approve");
  }

  /** Gives what cdktf printed. @throws Error with the end of the output, if it fails */
  async diff(): Promise<string> {
    return await this.#run(cdktfCommand, "diff");
  }

  /** Gives what `keyturn rollback` printed. @throws Error with the end of the output, if it fails */
  async rollBack(keyName: string): Promise<string> {
    return await this.#run(keyturnCommand, "rollback", keyName);
  }

  async #run(command: string, ...args: readonly string[]): Promise<string> {
    const printed = await runLogged([command, ...args], {
      folder: this.folder,
      environment: { ...this.environment, ...this.settings },
      logFile: path.join(this.folder, "demo.log"),
    });
    return stripVTControlCharacters(printed);
  }
}
