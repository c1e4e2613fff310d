/**
 * Makes the plans and the reports of test/golden again: `npm run golden`, after `npm run build`.
 *
 * The plans are made by the real Terraform from real stacks, against the embedded key API; only ids and instants are made the same
 * every time. With names of scenarios, only those are made; with `-- --reports`, the reports only, from the plans that are there.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { goldenFolder, reportFiles } from "../test/support/golden";
import { GoldenWorld, type MadePlan } from "./golden/golden-world";
import { scenarios, type Scenario } from "./golden/scenarios";
import { stableFiles } from "./golden/stable-plan";

async function main(words: readonly string[]): Promise<void> {
  const named = words.filter((word) => !word.startsWith("--"));
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (named.length > 0 && !named.includes(name)) continue;
    if (!words.includes("--reports")) await makePlans(name, scenario);
    writeFiles(path.join(goldenFolder, name), reportFiles(name));
    console.log(name);
  }
}

async function makePlans(name: string, scenario: Scenario): Promise<void> {
  const world = await GoldenWorld.create();
  try {
    const made = await scenario.make(world);
    const plans = "json" in made ? { "": made as MadePlan } : made;
    const folder = path.join(goldenFolder, name);
    rmSync(folder, { recursive: true, force: true });
    for (const [stack, plan] of Object.entries(plans)) writeFiles(path.join(folder, stack), stableFiles(plan));
    const about = { shows: scenario.shows, ...(scenario.policy && { policy: scenario.policy }) };
    writeFiles(folder, new Map([["about.json", `${JSON.stringify(about, null, 2)}\n`]]));
  } finally {
    await world.close();
  }
}

function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(path.join(folder, name), text);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
