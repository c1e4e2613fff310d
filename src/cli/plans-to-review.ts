/**
 * Finds and reads the plans to review: of stacks that cdktf has synthesised, or from files.
 */
import { access, readFile } from "node:fs/promises";
import path from "node:path";
import { KeyturnError } from "../model/error";
import type { PlanToReview } from "../review/meaning/report-of-key";
import { readPlan } from "../review/plan/read-plan";
import { readStackConfiguration, type StackConfiguration } from "../review/plan/stack-configuration";
import type { CommandEnvironment } from "./command-environment";
import { showPlan } from "./show-state";
import { synthesisedStacks, type SynthesisedStack } from "./stack-folders";

/** Where `cdktf diff` saves the plan of a stack, in the folder of the stack. */
const planFile = "plan";

/** What cdktf synthesises, in the folder of the stack. */
const configurationFile = "cdk.tf.json";

/** The name that stands for the standard input. */
const standardInput = "-";

/**
 * The plans of stacks, as Terraform shows them.
 * @param names the stacks; all, if none is named
 * @throws KeyturnError if there is no such stack, one of them has no plan, or a plan cannot be shown or read
 */
export async function readStackPlans(
  names: readonly string[],
  { currentFolder, variables }: CommandEnvironment,
): Promise<readonly PlanToReview[]> {
  const stacks = chosen(names, (await synthesisedStacks(currentFolder)) ?? [], currentFolder);
  const withoutPlan: string[] = [];
  for (const { name, folder } of stacks) if (!(await exists(path.join(folder, planFile)))) withoutPlan.push(name);
  if (withoutPlan.length > 0) {
    throw new KeyturnError(
      "INVALID_VALUE",
      `there is no plan of ${withoutPlan.join(", ")}; run cdktf diff for each stack first, or name the stacks to review`,
    );
  }
  const plans: PlanToReview[] = [];
  // One after the other: each starts a Terraform, which starts its providers.
  for (const { name, folder } of stacks) {
    const json = await showPlan({ folder, variables }, planFile);
    const plan = readPlan(json, `the plan of ${name}`);
    const configuration = await configurationIn(folder);
    const file = fileToLookInto(currentFolder, folder, { configuration, planFile });
    plans.push({ name, plan, configuration, ...file });
  }
  return plans;
}

/**
 * The plans in files, in the JSON of `terraform show -json`.
 * @throws KeyturnError INVALID_VALUE if one cannot be read, or is no plan
 */
export async function readPlanFiles(
  names: readonly string[],
  { currentFolder, readInput }: CommandEnvironment,
): Promise<readonly PlanToReview[]> {
  const plans: PlanToReview[] = [];
  for (const name of new Set(names)) {
    const file = path.resolve(currentFolder, name);
    const [bytes, source] = name === standardInput ? [await readInput(), "the input"] : [await readBytes(file), name];
    const configuration = name === standardInput ? undefined : await configurationIn(path.dirname(file));
    const place =
      name === standardInput
        ? {}
        : fileToLookInto(currentFolder, path.dirname(file), { configuration, planFile: path.basename(file) });
    // Not the whole path, which tells of the machine and not of the stack.
    plans.push({ name: path.basename(source, ".json"), plan: readPlan(bytes, source), configuration, ...place });
  }
  return plans;
}

function chosen(
  names: readonly string[],
  stacks: readonly SynthesisedStack[],
  folder: string,
): readonly SynthesisedStack[] {
  if (stacks.length === 0) {
    throw new KeyturnError(
      "INVALID_VALUE",
      `there is no stack in ${path.join(folder, "cdktf.out")}; run cdktf diff in the folder of the project first, or give a plan with --plan`,
    );
  }
  const unknown = names.filter((name) => !stacks.some((stack) => stack.name === name));
  if (unknown.length > 0) {
    const present = stacks.map(({ name }) => name).join(", ");
    throw new KeyturnError(
      "INVALID_VALUE",
      `there is no stack ${unknown.join(", ")} in cdktf.out; there is ${present}`,
    );
  }
  return names.length === 0 ? stacks : stacks.filter(({ name }) => names.includes(name));
}

/** What was synthesised is what somebody has written; a plan comes of it. Nothing for a file outside of the current folder. */
function fileToLookInto(
  currentFolder: string,
  folder: string,
  found: { readonly configuration: StackConfiguration | undefined; readonly planFile: string },
): Pick<PlanToReview, "file"> {
  const file = path.join(folder, found.configuration ? configurationFile : found.planFile);
  const relative = path.relative(currentFolder, file);
  if (path.isAbsolute(relative) || relative.split(path.sep)[0] === "..") return {};
  return { file: relative.split(path.sep).join("/") };
}

/** It only adds the names of constructs, so a review goes on without it. */
async function configurationIn(folder: string): Promise<StackConfiguration | undefined> {
  try {
    return readStackConfiguration(await readFile(path.join(folder, configurationFile), "utf8"));
  } catch {
    return undefined;
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "does not exist" : `cannot be read: ${String(code)}`;
    throw new KeyturnError("INVALID_VALUE", `the plan ${file} ${reason}`);
  }
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
