/**
 * The golden plans, and the reports on them.
 *
 * Each folder of test/golden is a scenario: `about.json` says what it shows, and holds its policy; beside it is the plan, or a folder for
 * each stack, and the reports that must come of it. `npm run golden` makes them.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { PlanToReview } from "../../src/review/meaning/report-of-key";
import { readPlan } from "../../src/review/plan/read-plan";
import { readStackConfiguration } from "../../src/review/plan/stack-configuration";
import { policyOf, readPolicy } from "../../src/policy/policy";
import { renderGithub } from "../../src/review/render/render-github";
import { renderHtml } from "../../src/review/render/render-html";
import { renderJson } from "../../src/review/render/render-json";
import { renderJunit } from "../../src/review/render/render-junit";
import { renderMarkdown } from "../../src/review/render/render-markdown";
import { renderSarif } from "../../src/review/render/render-sarif";
import { renderText } from "../../src/review/render/render-text";
import type { Report } from "../../src/review/report/report-schema";
import { reviewPlans } from "../../src/review/review-plans";

export const goldenFolder = path.resolve(__dirname, "../golden");

/** The names of the scenarios, in order. */
export function goldenNames(): readonly string[] {
  return readdirSync(goldenFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** The plans of a scenario. */
function goldenPlans(name: string): readonly PlanToReview[] {
  const folder = path.join(goldenFolder, name);
  const stacks = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name));
  return (stacks.length > 0 ? stacks : [folder]).map((place) => {
    const configuration = path.join(place, "cdk.tf.json");
    const isSynthesised = existsSync(configuration);
    return {
      name: path.basename(place),
      plan: readPlan(readFileSync(path.join(place, "plan.json")), "plan.json"),
      configuration: isSynthesised ? readStackConfiguration(readFileSync(configuration, "utf8")) : undefined,
      file: isSynthesised ? `cdktf.out/stacks/${path.basename(place)}/cdk.tf.json` : "plan.json",
    };
  });
}

/** The review of a scenario, by its own policy. */
export function goldenReport(name: string): Report {
  const about = JSON.parse(readFileSync(path.join(goldenFolder, name, "about.json"), "utf8")) as { policy?: unknown };
  const policy = policyOf(readPolicy(JSON.stringify(about.policy ?? {}), "about.json"));
  return reviewPlans(goldenPlans(name), policy);
}

/** Scenarios that are kept in every format: between them they have each severity, an exception, several stacks, and hostile names. */
export const scenariosInEveryFormat: readonly string[] = [
  "against-policy",
  "destroy-excepted",
  "errored",
  "hostile",
  "nothing",
  "retire",
  "rotate-compromised",
  "several-stacks",
];

/** The reports of a scenario, by file name. */
export function reportFiles(name: string): ReadonlyMap<string, string> {
  const report = goldenReport(name);
  return new Map([
    ["report.txt", renderText(report)],
    ["report.md", renderMarkdown(report)],
    ["report.json", renderJson(report)],
    ...(scenariosInEveryFormat.includes(name) ? furtherFormats(report) : []),
  ]);
}

/** What is written for machines and browsers, by file name. */
function furtherFormats(report: Report): ReadonlyMap<string, string> {
  return new Map([
    ["report.html", renderHtml(report)],
    // The version changes with every release, and a golden report should not.
    ["report.sarif", renderSarif(report, { version: "0.0.0" })],
    ["report.junit.xml", renderJunit(report)],
    ["report.github.txt", renderGithub(report)],
  ]);
}
