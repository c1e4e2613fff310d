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
import { renderJson } from "../../src/review/render/render-json";
import { renderMarkdown } from "../../src/review/render/render-markdown";
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
    return {
      name: path.basename(place),
      plan: readPlan(readFileSync(path.join(place, "plan.json")), "plan.json"),
      configuration: existsSync(configuration)
        ? readStackConfiguration(readFileSync(configuration, "utf8"))
        : undefined,
    };
  });
}

/** The review of a scenario, by its own policy. */
export function goldenReport(name: string): Report {
  const about = JSON.parse(readFileSync(path.join(goldenFolder, name, "about.json"), "utf8")) as { policy?: unknown };
  const policy = policyOf(readPolicy(JSON.stringify(about.policy ?? {}), "about.json"));
  return reviewPlans(goldenPlans(name), policy);
}

/** The reports of a scenario in every format, by file name. */
export function reportFiles(name: string): ReadonlyMap<string, string> {
  const report = goldenReport(name);
  return new Map([
    ["report.txt", renderText(report)],
    ["report.md", renderMarkdown(report)],
    ["report.json", renderJson(report)],
  ]);
}
