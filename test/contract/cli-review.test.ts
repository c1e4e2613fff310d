/**
 * `keyturn review` as pipelines use it: where it finds plans, what it prints and writes, and how it ends.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { CommandEnvironment } from "../../src/cli/command-environment";
import { runProgram } from "../../src/cli/program";
import { goldenFolder } from "../support/golden";
import { changeJson, planJson } from "../support/plan-json";
import { temporaryFolder } from "../support/temporary-folder";

const root = temporaryFolder();
let runs = 0;

interface Ran {
  readonly status: number;
  readonly printed: string;
  readonly errors: string;
}

/** Runs the command in a fresh folder, which `prepare` fills. */
async function run(
  words: readonly string[],
  {
    files = {},
    input = "",
    variables = {},
    folder = newFolder(),
  }: {
    readonly files?: Readonly<Record<string, string | Buffer>>;
    readonly input?: string | Buffer;
    readonly variables?: Readonly<Record<string, string>>;
    readonly folder?: string;
  } = {},
): Promise<Ran> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const printed: string[] = [];
  const errors: string[] = [];
  const environment: CommandEnvironment = {
    variables: { PATH: process.env["PATH"], ...variables },
    currentFolder: folder,
    isTerminal: false,
    isInputTerminal: false,
    onSignal: () => ({ stop: () => undefined }),
    readInput: () => Promise.resolve(Buffer.from(input)),
    print: (line) => printed.push(line),
    printError: (line) => errors.push(line),
    untilStopped: () => Promise.resolve(),
  };
  const status = await runProgram(["review", ...words], environment);
  return { status, printed: printed.join("\n"), errors: errors.join("\n") };
}

function newFolder(): string {
  runs += 1;
  const folder = path.join(root, String(runs));
  mkdirSync(folder);
  return folder;
}

const golden = (name: string): Buffer => readFileSync(path.join(goldenFolder, name, "plan.json"));

describe("the exit status", () => {
  test.each<[string, string, readonly string[], number]>([
    ["nothing to do", "nothing", [], 0],
    ["nothing to do, where changes count", "nothing", ["--detailed-exitcode"], 0],
    ["a change", "create", [], 0],
    ["a change, where changes count", "create", ["--detailed-exitcode"], 2],
    ["a warning", "rotate-compromised", [], 0],
    ["something that was found outside, and no change", "drift-foreign", ["--detailed-exitcode"], 0],
    ["a denial", "destroy-forced", [], 3],
    ["a denial, where changes count", "destroy-forced", ["--detailed-exitcode"], 3],
  ])("of %s", async (_name, plan, words, status) => {
    const ran = await run(["--plan", "plan.json", ...words], { files: { "plan.json": golden(plan) } });
    expect(ran).toMatchObject({ status, errors: "" });
    expect(ran.printed).not.toBe("");
  });
});

describe("a plan", () => {
  test("comes from the input, or from several files", async () => {
    const fromInput = await run(["--plan", "-"], { input: golden("create") });
    expect(fromInput).toMatchObject({ status: 0, errors: "" });
    expect(fromInput.printed).toContain("1 key: 1 is created.");

    const files = { "a.json": golden("create"), "b.json": golden("import") };
    const both = await run(["--plan", "a.json", "--plan", "b.json"], { files });
    expect(both.status).toBe(3);
    expect(both.printed).toContain("2 keys: 1 is created, 1 is imported.");
    expect(both.printed).toContain("denied declared-twice");
  });

  test("is told by the construct, where cdktf has left its configuration beside it", async () => {
    const configuration = readFileSync(path.join(goldenFolder, "create", "cdk.tf.json"));
    const ran = await run(["--plan", "plan.json"], {
      files: { "plan.json": golden("create"), "cdk.tf.json": configuration },
    });
    expect(ran.printed).toContain("construct publishing/scheduler, keyturn_api_key.scheduler, stack publishing");
  });
});

test.each<[string, string, string | null]>([
  ["a plan below the current folder", "plans/plan.json", "plans/plan.json"],
  ["one outside of it, whose path tells of the machine", "../outside.json", null],
  ["one from the input", "-", null],
])("the file of %s is told", async (_name, plan, file) => {
  const files = plan === "-" ? {} : { [plan]: golden("create") };
  const ran = await run(["--plan", plan, "--format", "json"], { files, input: golden("create") });
  expect(ran).toMatchObject({ status: 0, errors: "" });
  expect((JSON.parse(ran.printed) as { stacks: readonly unknown[] }).stacks).toMatchObject([{ file }]);
});

describe("the policy", () => {
  const policy = JSON.stringify({ thresholds: { maxPeriod: "30d" } });
  test.each<[string, readonly string[], Readonly<Record<string, string>>, number]>([
    ["is the file of the usual name", [], { "keyturn.policy.json": policy }, 3],
    ["is the file that is named", ["--policy", "other.json"], { "other.json": policy, "keyturn.policy.json": "{" }, 3],
    ["is none, where there is no file", [], {}, 0],
    ["must exist, where it is named", ["--policy", "other.json"], {}, 1],
    ["must be right", [], { "keyturn.policy.json": "{" }, 1],
  ])("%s", async (_name, words, files, status) => {
    const ran = await run(["--plan", "plan.json", ...words], { files: { ...files, "plan.json": golden("create") } });
    expect(ran.status).toBe(status);
    expect(ran.errors.split("\n").filter((line) => line !== "")).toHaveLength(status === 1 ? 1 : 0);
  });
});

describe("the report", () => {
  test.each([
    ["text", /^No objection\./],
    ["markdown", /^✅ \*\*No objection\.\*\*/],
    ["html", /^<!doctype html>\n/],
    ["json", /^\{\n {2}"reportVersion": 1,/],
    ["sarif", /^\{\n {2}"\$schema": "[^"]*sarif-2\.1\.0\.json",/],
    ["junit", /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /],
    ["github", /^No objection\./],
  ])("is printed as %s, or written to a file beside a verdict", async (format, beginning) => {
    const files = { "plan.json": golden("create") };
    expect((await run(["--plan", "plan.json", "--format", format], { files })).printed).toMatch(beginning);
    const folder = newFolder();
    const written = await run(["--plan", "plan.json", "--format", format, "--out", "report"], { files, folder });
    expect(written.printed).toMatch(/^No objection\. .*No findings\.$/);
    expect(readFileSync(path.join(folder, "report"), "utf8")).toMatch(beginning);
  });

  test("is added to the summary of a step, and is printed as well", async () => {
    const summary = path.join(newFolder(), "summary.md");
    writeFileSync(summary, "before\n");
    const ran = await run(["--plan", "plan.json", "--github-step-summary"], {
      files: { "plan.json": golden("rotate-due") },
      variables: { GITHUB_STEP_SUMMARY: summary },
    });
    expect(ran.printed).toMatch(/^No objection\./);
    expect(readFileSync(summary, "utf8")).toMatch(/^before\n✅ \*\*No objection\.\*\*[^]*```mermaid/);
  });
});

describe("what cannot be done is said in one line, with status 1:", () => {
  const plan = planJson([changeJson()]);
  test.each<[string, readonly string[], Readonly<Record<string, string | Buffer>>, RegExp]>([
    ["no stack and no plan", [], {}, /there is no stack in .*cdktf\.out; run cdktf diff/],
    ["a stack and a plan", ["publishing", "--plan", "plan.json"], { "plan.json": plan }, /not both/],
    ["a file that does not exist", ["--plan", "plan.json"], {}, /plan\.json does not exist/],
    ["a folder", ["--plan", "."], {}, /cannot be read: EISDIR/],
    ["an empty input", ["--plan", "-"], {}, /^keyturn: the input is empty/],
    [
      "a saved plan",
      ["--plan", "plan"],
      { plan: "PK\u0003\u0004rest" },
      /plan is a saved plan in Terraform's own form/,
    ],
    [
      "a format that does not exist",
      ["--format", "pdf"],
      {},
      /Allowed choices are text, markdown, html, json, sarif, junit, github/,
    ],
    [
      "a summary outside of a pipeline",
      ["--plan", "plan.json", "--github-step-summary"],
      { "plan.json": plan },
      /GITHUB_STEP_SUMMARY is not set/,
    ],
    [
      "a file in no folder",
      ["--plan", "plan.json", "--out", "no/report"],
      { "plan.json": plan },
      /report cannot be written: ENOENT/,
    ],
    ["a manifest that is none", [], { "cdktf.out/manifest.json": "{}" }, /is not a manifest that cdktf has written/],
  ])("%s", async (_name, words, files, message) => {
    const ran = await run(words, { files });
    expect(ran).toMatchObject({ status: 1, printed: "" });
    expect(ran.errors).toMatch(message);
    expect(ran.errors.trim().split("\n")).toHaveLength(1);
  });
});

describe("stacks of cdktf.out", () => {
  /** A program that shows what is in the file beside the plan, in place of Terraform. */
  const terraform = path.join(root, "terraform.sh");
  writeFileSync(
    terraform,
    `#!/bin/sh\n[ "$*" = "show -json -no-color plan" ] || exit 9\ncat shown.json || { echo "Error: no such plan" >&2; exit 1; }\n`,
  );
  chmodSync(terraform, 0o755);
  const manifest = JSON.stringify({
    stacks: {
      publishing: { workingDirectory: "stacks/publishing" },
      analytics: { workingDirectory: "stacks/analytics" },
    },
  });
  const files = {
    "cdktf.out/manifest.json": manifest,
    "cdktf.out/stacks/publishing/plan": "saved",
    "cdktf.out/stacks/publishing/shown.json": golden("create"),
    "cdktf.out/stacks/analytics/plan": "saved",
    "cdktf.out/stacks/analytics/shown.json": golden("rotate-due"),
  };
  const variables = { TERRAFORM_BINARY_NAME: terraform };

  test("are told with what was synthesised for them, or their plan, relative to the project", async () => {
    const configuration = readFileSync(path.join(goldenFolder, "create", "cdk.tf.json"));
    const synthesised = { ...files, "cdktf.out/stacks/publishing/cdk.tf.json": configuration };
    const ran = await run(["--format", "json"], { files: synthesised, variables });
    const { stacks } = JSON.parse(ran.printed) as { stacks: readonly { readonly file: string }[] };
    expect(stacks.map(({ file }) => file)).toEqual([
      "cdktf.out/stacks/analytics/plan",
      "cdktf.out/stacks/publishing/cdk.tf.json",
    ]);
  });

  test("are all reviewed, or those that are named", async () => {
    expect((await run([], { files, variables })).printed).toContain("2 keys: 1 is rotated, 1 is created.");
    expect((await run(["analytics"], { files, variables })).printed).toContain("1 key: 1 is rotated.");
  });

  test.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    [
      "that do not exist",
      ["research", "analytics"],
      {},
      /there is no stack research in cdktf\.out; there is publishing, analytics/,
    ],
    [
      "without a plan",
      [],
      { "cdktf.out/manifest.json": manifest.replace("stacks/analytics", "stacks/publishing/..") },
      /there is no plan of analytics; run cdktf diff/,
    ],
    [
      "whose plan is none",
      [],
      { "cdktf.out/stacks/publishing/shown.json": "{}" },
      /the plan of publishing is JSON, but not a plan/,
    ],
  ])("%s are an error", async (_name, words, changed, message) => {
    const ran = await run(words, { files: { ...files, ...changed }, variables });
    expect(ran).toMatchObject({ status: 1, printed: "" });
    expect(ran.errors).toMatch(message);
  });

  test("whose plan Terraform cannot show are an error in its words", async () => {
    const { "cdktf.out/stacks/analytics/shown.json": _shown, ...others } = files;
    const ran = await run([], { files: others, variables });
    expect(ran.errors).toMatch(/cannot show the plan of .*analytics: .*Error: no such plan/);
  });
});
