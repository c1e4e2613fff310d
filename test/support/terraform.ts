/**
 * The real Terraform in one folder, and what its plans and its state say.
 *
 * Everything that it prints for people is kept, so that a test can search all of it for a secret.
 */
import { existsSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { RunResult, RunningCommand } from "./run";

/** One change of a plan, as `terraform show -json` tells it. */
export interface PlannedChange {
  readonly address: string;
  /** Such as `["create", "delete"]` for a replacement that creates first. */
  readonly actions: readonly string[];
  /** The attributes that force a replacement. */
  readonly replacePaths: readonly (readonly (string | number)[])[];
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  /** The id that the object is imported by, if it is. */
  readonly importedBy: string | undefined;
}

/** What the tests read of a key in the state. */
export interface KeyAttributes {
  readonly id: string;
  readonly name: string;
  readonly owner: string | null;
  readonly secret: string | null;
  readonly generation: number;
  readonly retiring: readonly { readonly id: string; readonly name: string }[];
}

/** A key in the state. */
export interface KeyInState {
  /** Whether it has been replaced and waits for its destruction. */
  readonly isDeposed: boolean;
  readonly attributes: KeyAttributes;
}

interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: PlannedChange["before"];
      readonly after: PlannedChange["after"];
      readonly replace_paths?: PlannedChange["replacePaths"];
      readonly importing?: { readonly id: string };
    };
  }[];
}

interface StateFile {
  readonly resources: readonly {
    readonly type: string;
    readonly instances: readonly { readonly deposed?: string; readonly attributes: KeyAttributes }[];
  }[];
}

/** Where Terraform runs. */
export interface TerraformPlace {
  readonly start: (args: readonly string[]) => RunningCommand;
  readonly stateFile: string;
}

/** Terraform in one folder. */
export class Terraform {
  #transcript = "";

  constructor(private readonly place: TerraformPlace) {}

  /** What it has printed for people so far. What was asked for in JSON is not among it: that shows everything by design. */
  get transcript(): string {
    return this.#transcript;
  }

  get stateFile(): string {
    return this.place.stateFile;
  }

  /** Starts a command, for a test that interrupts it. */
  start(command: string, ...args: readonly string[]): RunningCommand {
    return this.place.start([command, "-no-color", ...args]);
  }

  /** Runs a command, whatever becomes of it. */
  async run(command: string, ...args: readonly string[]): Promise<RunResult> {
    const result = await this.start(command, ...args).result;
    this.#transcript += result.output;
    return result;
  }

  /** Runs a command that has to succeed. @returns what it printed */
  async succeed(command: string, ...args: readonly string[]): Promise<string> {
    const { code, output } = await this.run(command, ...args);
    if (code !== 0) throw new Error(`terraform ${command} ${args.join(" ")} ended with ${String(code)}:\n${output}`);
    return output;
  }

  async init(): Promise<void> {
    await this.succeed("init", "-input=false");
  }

  /** Applies without asking, or a saved plan. @returns what it printed */
  async apply(savedPlan?: string): Promise<string> {
    return await this.succeed("apply", "-input=false", savedPlan ?? "-auto-approve");
  }

  /** Plans, and saves the plan in a file. @returns the changes; those that change nothing are left out */
  async plan(savedPlan = "plan.tfplan"): Promise<readonly PlannedChange[]> {
    await this.succeed("plan", "-input=false", `-out=${savedPlan}`);
    const { resource_changes: changes = [] } = (await this.#json("show", "-json", savedPlan)) as PlanJson;
    return changes
      .filter(({ change }) => change.actions.join() !== "no-op" || change.importing)
      .map(({ address, change: { actions, before, after, replace_paths: replacePaths = [], importing } }) => {
        return { address, actions, before, after, replacePaths, importedBy: importing?.id };
      });
  }

  /** Plans and says in one word whether there is something to do; the plan itself where there is. */
  async isUpToDate(): Promise<true | string> {
    const { code, output } = await this.run("plan", "-input=false", "-detailed-exitcode");
    return code === 0 ? true : output;
  }

  /** Takes a resource out of the state, as if the state had been lost. */
  async forget(address: string): Promise<void> {
    const { code, output } = await this.place.start(["state", "rm", address]).result;
    if (code !== 0) throw new Error(output);
  }

  /** The keys in the state, as the file has them. */
  keys(): readonly KeyInState[] {
    return keysInState(this.stateFile);
  }

  /** The one key in the state, besides those that are replaced. */
  key(): KeyAttributes {
    const [key, ...others] = this.keys().filter(({ isDeposed }) => !isDeposed);
    if (!key || others.length > 0) throw new Error(`the state has ${this.keys().length} keys instead of one`);
    return key.attributes;
  }

  /** The state or a saved plan in JSON. */
  async show(savedPlan?: string): Promise<unknown> {
    return await this.#json("show", "-json", ...(savedPlan === undefined ? [] : [savedPlan]));
  }

  async #json(...args: readonly string[]): Promise<unknown> {
    const { stdout } = await this.place.start(args).result;
    return JSON.parse(stdout);
  }
}

/** The keys in a state file; none where there is no file. */
function keysInState(stateFile: string): readonly KeyInState[] {
  return existsSync(stateFile) ? parseKeys(readFileSync(stateFile, "utf8")) : [];
}

/** The same while Terraform is at work. Undefined at a moment at which it is writing the file. */
export function tryKeysInState(stateFile: string): readonly KeyInState[] | undefined {
  try {
    return keysInState(stateFile);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseKeys(text: string): readonly KeyInState[] {
  const { resources } = JSON.parse(text) as StateFile;
  return resources
    .filter(({ type }) => type === "keyturn_api_key")
    .flatMap(({ instances }) => instances)
    .map(({ deposed, attributes }) => ({ isDeposed: deposed !== undefined, attributes }));
}

/** What Terraform printed, without the frame that it draws, and with every run of white space as one space. */
export function asOneLine(text: string): string {
  return text.replaceAll(/[\s│╷╵]+/g, " ");
}

/** The names of the attributes that a change changes or leaves open, in order. */
export function changedAttributes(change: PlannedChange | undefined): readonly string[] {
  const { before, after } = change ?? {};
  const names = Object.keys({ ...before, ...after });
  return names.filter((name) => !isDeepStrictEqual(before?.[name], after?.[name])).sort();
}
