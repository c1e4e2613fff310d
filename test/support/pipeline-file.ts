/**
 * Runs the shell steps of a pipeline file as the code host's runner would, as far as that can be done on one machine.
 *
 * What runners do with shell steps is taken from docs.github.com, "Workflow syntax", `jobs.<job_id>.steps[*].shell`, and docs.gitlab.com, "CI/CD
 * YAML syntax". Expressions are looked up in a list; one that is not in it is an error of the test.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { runCommand, type RunResult } from "./run";

const folder = path.resolve(__dirname, "../../examples/pipelines");

/** A step of a job. */
interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | boolean>>;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A job of GitHub Actions. */
export interface Job {
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** A workflow of GitHub Actions. */
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly jobs: Readonly<Record<string, Job>>;
}

/** A job of GitLab CI. */
export interface GitLabJob {
  readonly extends?: string;
  readonly image?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
  readonly after_script?: readonly string[];
  readonly [setting: string]: unknown;
}

/** The text of a pipeline file. */
export function pipelineText(file: string): string {
  return readFileSync(path.join(folder, file), "utf8");
}

export function readWorkflow(file: string): Workflow {
  return parse(pipelineText(file)) as Workflow;
}

/** A job with all that it extends, as GitLab puts it together. */
export function readGitLabJob(name: string): GitLabJob {
  const jobs = parse(pipelineText("gitlab/.gitlab-ci.yml")) as Readonly<Record<string, GitLabJob>>;
  const job = jobs[name];
  if (!job) throw new Error(`there is no job ${name}`);
  const base = job.extends === undefined ? {} : readGitLabJob(job.extends);
  return { ...base, ...job, variables: { ...base.variables, ...job.variables } };
}

/** What a step has to run in. */
export interface Machine {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The one step that is not run, because it needs a registry. */
export const install = "npm ci --ignore-scripts";

/** What the steps of a job have said, and how it has ended. */
export interface JobResult {
  readonly code: number | null;
  readonly output: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Runs the shell steps of a job of GitHub Actions, up to one that fails. `values` are those of its expressions. */
export async function runJob(
  { env: jobEnv = {}, steps }: Job,
  values: Readonly<Record<string, string>>,
  machine: Machine,
): Promise<JobResult> {
  const outputs: Record<string, string> = {};
  const outputFile = path.join(machine.cwd, "github-output");
  let output = "";
  for (const { run, id, env: stepEnv = {} } of steps) {
    if (run === undefined || run === install) continue;
    writeFileSync(outputFile, "");
    const known = { ...values, ...outputs };
    const env = { ...machine.env, ...resolved({ ...jobEnv, ...stepEnv }, known), GITHUB_OUTPUT: outputFile };
    const result = await runScript(run, { cwd: machine.cwd, env });
    output += result.output;
    for (const line of readFileSync(outputFile, "utf8").split("\n").filter(Boolean)) {
      const [name = "", value = ""] = line.split("=");
      outputs[`steps.${id ?? ""}.outputs.${name}`] = value;
    }
    if (result.code !== 0) return { code: result.code, output, outputs };
  }
  return { code: 0, output, outputs };
}

/** Runs the scripts of a job of GitLab CI. */
export async function runGitLabJob(job: GitLabJob, machine: Machine): Promise<RunResult> {
  const lines = [...(job.before_script ?? []), ...(job.script ?? [])].filter((line) => line !== install);
  const env = { ...machine.env, ...job.variables };
  const result = await runScript(lines.join("\n"), { cwd: machine.cwd, env });
  await runScript((job.after_script ?? []).join("\n"), { cwd: machine.cwd, env });
  return result;
}

/** Both hosts run bash so. */
async function runScript(script: string, { cwd, env }: Machine): Promise<RunResult> {
  return await runCommand("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd,
    env,
    timeoutMs: 240_000,
  });
}

function resolved(
  env: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const valueOf = (_all: string, expression: string): string => {
    const value = values[expression];
    if (value === undefined) throw new Error(`the test knows no value of ${expression}`);
    return value;
  };
  return Object.fromEntries(
    Object.entries(env).map(([name, text]) => [name, text.replaceAll(/\$\{\{ (.+?) \}\}/g, valueOf)]),
  );
}
