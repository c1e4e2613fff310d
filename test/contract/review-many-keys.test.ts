/**
 * How long a review of thousands of keys takes, and how much memory, in a process of its own as a pipeline starts it.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { bundle } from "../support/bundle";
import { changeJson, keyValues, planJson } from "../support/plan-json";
import { runCommand } from "../support/run";
import { temporaryFolder } from "../support/temporary-folder";

jest.setTimeout(60_000);

const folder = temporaryFolder();
const longestMs = 2_000;
const mostMemoryKb = 300 * 1024;

/** A plan of that many keys: of each seven, one of every kind of change; with all that Terraform repeats of them. */
function largePlan(count: number, otherResources: number): Buffer {
  const unset = {
    id: undefined,
    created_at: undefined,
    rotate_after: undefined,
    generation: undefined,
    retiring: undefined,
  };
  const unknown = { id: true, created_at: true, rotate_after: true, generation: true, retiring: true };
  const retiring = [
    {
      id: "00000000-0000-4000-8000-000000000002",
      name: "scheduler-prod~retiring~20260530t090000z00000001",
      created_at: "2026-03-01T09:00:00Z",
    },
  ];
  const kinds = [
    {},
    { actions: ["create"], before: null, after: unset, afterUnknown: unknown },
    { actions: ["create", "delete"], after: unset, afterUnknown: unknown, replacePaths: [["rotate_after"]] },
    { actions: ["update"], before: { retiring }, after: { retiring: [] } },
    { actions: ["update"], after: { scopes: ["read", "write", "destructive"] } },
    { actions: ["update"], after: { owner: "kim@acme.example" } },
    { actions: ["delete"], after: null },
  ];
  const changes = Array.from({ length: count }, (_each, index) => {
    const { before = {}, after = {}, ...kind } = kinds[index % kinds.length] ?? {};
    const service = { service: `service-${index}`, name: `service-${index}-prod` };
    return changeJson({
      ...kind,
      name: `service-${index}`,
      before: before && { ...before, ...service },
      after: after && { ...after, ...service },
    });
  });
  const values = changes.map((_change, index) => ({
    address: `keyturn_api_key.service-${index}`,
    type: "keyturn_api_key",
    values: keyValues,
    sensitive_values: { secret: true },
  }));
  const others = Array.from({ length: otherResources }, (_each, index) => ({
    address: `null_resource.n${index}`,
    mode: "managed",
    type: "null_resource",
    name: `n${index}`,
    change: { actions: ["no-op"], before: { text: "x".repeat(10_000) }, after: { text: "x".repeat(10_000) } },
  }));
  return planJson([...changes, ...others], {
    planned_values: { root_module: { resources: values } },
    prior_state: { values: { root_module: { resources: values } } },
    configuration: {
      root_module: {
        resources: values.map(({ address, type }) => ({
          address,
          type,
          expressions: { service: { constant_value: "x" } },
        })),
      },
    },
  });
}

/** Reviews in a new process. @returns its status, how long it took from start to end, and its largest memory */
async function review(
  plan: Buffer,
  format: string,
): Promise<{ status: number | null; tookMs: number; memoryKb: number; printed: string }> {
  writeFileSync(path.join(folder, "plan.json"), plan);
  const measured =
    "process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS))); require(process.argv[1]);";
  const program = await bundle("src/cli/bin/keyturn.ts", folder);
  const startedAt = performance.now();
  const { code, stdout, stderr } = await runCommand(
    process.execPath,
    ["-e", measured, program, "review", "--plan", "plan.json", "--format", format],
    { cwd: folder, env: { PATH: process.env["PATH"] ?? "" } },
  );
  return { status: code, tookMs: performance.now() - startedAt, memoryKb: Number(stderr), printed: stdout };
}

test.each(["text", "markdown", "html", "json", "sarif", "junit", "github"])(
  "2,000 keys are reviewed as %s in under 2 s and 300 MB",
  async (format) => {
    const plan = largePlan(2_000, 0);
    const { status, tookMs, memoryKb, printed } = await review(plan, format);
    expect(status).toBe(0);
    expect(printed).toContain("2000");
    expect(memoryKb).toBeGreaterThan(20_000);
    expect(memoryKb).toBeLessThan(mostMemoryKb);
    expect(tookMs).toBeLessThan(longestMs);
  },
);

test("a plan of 50 MB, most of it of other resources, is reviewed like every other", async () => {
  const plan = largePlan(100, 2_500);
  expect(plan.length).toBeGreaterThan(50_000_000);
  expect(await review(plan, "text")).toMatchObject({
    status: 0,
    printed: expect.stringContaining("100 keys") as string,
  });
});
