/**
 * `keyturn review`: reads plans, reviews them by a policy, and prints what a reviewer wants to know.
 */
import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { KeyturnError } from "../model/error";
import { packageVersion } from "../model/version";
import { policyOf, readPolicy, type Policy } from "../policy/policy";
import { renderGithub } from "../review/render/render-github";
import { renderHtml } from "../review/render/render-html";
import { renderJson } from "../review/render/render-json";
import { renderJunit } from "../review/render/render-junit";
import { renderMarkdown } from "../review/render/render-markdown";
import { renderSarif } from "../review/render/render-sarif";
import { renderText, renderVerdict } from "../review/render/render-text";
import type { Report } from "../review/report/report-schema";
import { reviewPlans } from "../review/review-plans";
import type { CommandEnvironment } from "./command-environment";
import { readPlanFiles, readStackPlans } from "./plans-to-review";

/** The options of `keyturn review`. */
export interface ReviewOptions {
  readonly plan?: readonly string[];
  readonly format: "text" | "markdown" | "html" | "json" | "sarif" | "junit" | "github";
  readonly policy?: string;
  readonly out?: string;
  readonly detailedExitcode?: true;
  readonly githubStepSummary?: true;
}

const defaultPolicyFile = "keyturn.policy.json";

/** The most that GitHub takes of one step, in bytes; a character has up to four. */
const longestSummary = 1_048_576 / 4;

const exitStatus = { reviewed: 0, changes: 2, denied: 3 } as const;

/**
 * Reviews, and prints the report.
 * @returns the exit status: 0; 2 if there are changes, where that was asked for; 3 if the policy denies them
 * @throws KeyturnError that says what cannot be read or written
 */
export async function review(
  stacks: readonly string[],
  options: ReviewOptions,
  environment: CommandEnvironment,
): Promise<number> {
  if (options.plan && stacks.length > 0) {
    throw new KeyturnError("INVALID_VALUE", "give either names of stacks or --plan, not both");
  }
  // Before the plans, which may take long: a typing error in a policy should show at once.
  const policy = await findPolicy(options.policy, environment.currentFolder);
  const plans = options.plan
    ? await readPlanFiles(options.plan, environment)
    : await readStackPlans(stacks, environment);
  const report = reviewPlans(plans, policy);
  await hand(report, options, environment);
  return statusOf(report, options);
}

async function findPolicy(named: string | undefined, folder: string): Promise<Policy> {
  const file = path.resolve(folder, named ?? defaultPolicyFile);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === "ENOENT") return policyOf({});
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "does not exist; correct --policy" : `cannot be read (${String(code)})`;
    throw new KeyturnError("INVALID_VALUE", `the policy ${file} ${reason}`);
  }
  return policyOf(readPolicy(text, file));
}

async function hand(report: Report, options: ReviewOptions, environment: CommandEnvironment): Promise<void> {
  const { isTerminal, print, currentFolder, variables } = environment;
  if (options.githubStepSummary) {
    const summary = variables["GITHUB_STEP_SUMMARY"];
    if (!summary) {
      throw new KeyturnError(
        "INVALID_CONFIGURATION",
        "GITHUB_STEP_SUMMARY is not set, so there is no summary to write to; leave out --github-step-summary outside of GitHub Actions",
      );
    }
    await write(() => appendFile(summary, renderMarkdown(report, { limit: longestSummary })), summary);
  }
  if (options.out === undefined) {
    print(render(report, options.format, isTerminal).trimEnd());
    return;
  }
  const file = path.resolve(currentFolder, options.out);
  await write(() => writeFile(file, render(report, options.format, false)), file);
  print(renderVerdict(report, { isColoured: isTerminal }).trimEnd());
}

function render(report: Report, format: ReviewOptions["format"], isColoured: boolean): string {
  switch (format) {
    case "text":
      return renderText(report, { isColoured });
    case "markdown":
      return renderMarkdown(report);
    case "html":
      return renderHtml(report);
    case "json":
      return renderJson(report);
    case "sarif":
      return renderSarif(report, { version: packageVersion });
    case "junit":
      return renderJunit(report);
    case "github":
      return renderGithub(report);
  }
}

async function write(act: () => Promise<void>, file: string): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw new KeyturnError(
      "INVALID_VALUE",
      `${file} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
    );
  }
}

function statusOf({ verdict }: Report, { detailedExitcode }: ReviewOptions): number {
  if (verdict.outcome === "denied") return exitStatus.denied;
  return detailedExitcode && verdict.changedKeys > 0 ? exitStatus.changes : exitStatus.reviewed;
}
