/**
 * A cdktf project in a temporary folder, for tests that run the real cdktf CLI and the real Terraform.
 *
 * Its program is plain JavaScript and loads this checkout's `dist`, as a user's would load the installed package. It has a home folder
 * of its own, so neither the plugin cache nor the CLI configuration of the machine plays a part.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findTerraform } from "../../scripts/terraform-binary";
import { currentCanary } from "./canary/current-canary";
import { startCommand, type RunningCommand, type RunResult } from "./run";
import { Terraform } from "./terraform";

const root = path.resolve(__dirname, "../..");
const linkedPackages = ["cdktf", "constructs", "@cdktf"];

export interface CdktfProjectOptions {
  /**
   * The program: JavaScript that finds `App`, `TerraformStack`, … (all of cdktf), all of keyturn, and `NullProvider` in scope, and
   * ends with `app.synth()`.
   */
  readonly program: string;
  /**
   * Environment variables for everything that runs in the project.
   * @default - none beyond the path, the home folder, and those that keep cdktf and Terraform from calling home
   */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * The folder that is loaded as the package `keyturn`.
   * @default - this checkout
   */
  readonly keyturnFolder?: string;
  /**
   * Whether its keys deliver to Terraform's state, so that the watch over the secrets lets them be there.
   * @default false
   */
  readonly deliversToState?: boolean;
}

/** Ways to run a command in a project. */
export interface ProjectRunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** @default 120,000 */
  readonly timeoutMs?: number;
}

/** A temporary cdktf project. `remove()` it at the end. */
export class CdktfProject {
  readonly home: string;
  readonly #env: Record<string, string>;

  private constructor(
    readonly folder: string,
    readonly terraformBinary: string,
    options: CdktfProjectOptions,
  ) {
    this.home = path.join(folder, "home");
    this.#env = {
      PATH: process.env["PATH"] ?? "",
      HOME: this.home,
      CHECKPOINT_DISABLE: "1",
      TERRAFORM_BINARY_NAME: terraformBinary,
      // Plain lines instead of a spinner.
      CI: "1",
      NO_COLOR: "1",
      ...options.env,
    };
  }

  static async create(options: CdktfProjectOptions): Promise<CdktfProject> {
    const folder = mkdtempSync(path.join(tmpdir(), "keyturn-project-"));
    currentCanary()?.watchFolder({ folder, deliversToState: options.deliversToState ?? false });
    const project = new CdktfProject(folder, await findTerraform(), options);
    mkdirSync(project.home);
    const modules = path.join(folder, "node_modules");
    mkdirSync(modules);
    for (const name of linkedPackages) symlinkSync(path.join(root, "node_modules", name), path.join(modules, name));
    symlinkSync(options.keyturnFolder ?? root, path.join(modules, "keyturn"));
    const settings = {
      language: "typescript",
      app: "node main.js",
      projectId: "keyturn-test",
      sendCrashReports: "false",
    };
    writeFileSync(path.join(folder, "cdktf.json"), JSON.stringify(settings));
    project.writeProgram(options.program);
    return project;
  }

  /** Replaces the program. The next synth runs the new one. */
  writeProgram(program: string): void {
    writeFileSync(
      path.join(this.folder, "main.js"),
      `Object.assign(globalThis, require("cdktf"), require("keyturn"), require("@cdktf/provider-null/lib/provider"));\n${program}\n`,
    );
  }

  /** The folder of a stack, where Terraform runs. */
  stackFolder(stack: string): string {
    return path.join(this.folder, "cdktf.out", "stacks", stack);
  }

  /** The text of a file in a stack's folder. */
  readStackFile(stack: string, file: string): string {
    return readFileSync(path.join(this.stackFolder(stack), file), "utf8");
  }

  /** Runs the program directly, without the cdktf CLI, which takes seconds longer. */
  synth(options?: ProjectRunOptions): Promise<RunResult> {
    return this.#start(process.execPath, ["main.js"], { cwd: this.folder, ...options }).result;
  }

  /** Runs the real cdktf CLI in the project. */
  cdktf(args: readonly string[], options?: ProjectRunOptions): Promise<RunResult> {
    const cli = path.join(root, "node_modules", "cdktf-cli", "bundle", "bin", "cdktf");
    return this.#start(process.execPath, [cli, ...args], { cwd: this.folder, ...options }).result;
  }

  /** Runs the real Terraform in the folder of a stack. */
  terraform(stack: string, args: readonly string[], options?: ProjectRunOptions): Promise<RunResult> {
    return this.#start(this.terraformBinary, args, { cwd: this.stackFolder(stack), ...options }).result;
  }

  /** The real Terraform in the folder of a stack, for a test that looks at plans and at the state. */
  terraformOf(stack: string): Terraform {
    return new Terraform({
      start: (args) => this.#start(this.terraformBinary, args, { cwd: this.stackFolder(stack) }),
      stateFile: path.join(this.folder, `terraform.${stack}.tfstate`),
    });
  }

  remove(): void {
    currentCanary()?.searchBeforeRemoval(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #start(command: string, args: readonly string[], options: ProjectRunOptions & { cwd: string }): RunningCommand {
    const { cwd, timeoutMs = 120_000 } = options;
    return startCommand(command, args, { cwd, env: { ...this.#env, ...options.env }, timeoutMs });
  }
}
