/**
 * The reports on plans that the real Terraform has made. `npm run golden` makes plans and reports again.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ruleIds } from "../../../src/policy/rules";
import { changeSchema } from "../../../src/review/report/change-schema";
import { reportSchema } from "../../../src/review/report/report-schema";
import { goldenFolder, goldenNames, goldenReport, reportFiles } from "../../support/golden";
import { tracesOfSecret } from "../../support/secret-traces";

/** What is shown by tests of its own, since no plan that ends well has it. */
const withoutGolden = { rules: ["owner-missing"], kinds: ["undecided", "deferred"] };

/** What stands in the plans and must stand in no report. */
const secretForms = /pb_live_in-the-fixture-\d+|age1q+\d+|value-of-the-trigger|nobody-may-read-this-owner/g;

describe.each(goldenNames())("the report on %s", (name) => {
  test.each([...reportFiles(name)])(
    "is what %s says, and has nothing in it that is not known to be safe",
    (file, text) => {
      expect(text).toBe(readFileSync(path.join(goldenFolder, name, file), "utf8"));
      for (const secret of secretsIn(name)) expect(tracesOfSecret(text, secret)).toEqual([]);
      expect(text).not.toMatch(secretForms);
    },
  );

  test("is of the published form", () => {
    const json = JSON.parse(reportFiles(name).get("report.json") ?? "") as unknown;
    expect(reportSchema.parse(json)).toEqual(goldenReport(name));
    expect(json).toEqual(goldenReport(name));
  });
});

test("the catalogue has every meaning and every rule", () => {
  const reports = goldenNames().map(goldenReport);
  const kinds = new Set(reports.flatMap(({ keys }) => keys).flatMap(({ changes }) => changes.map(({ kind }) => kind)));
  const allKinds = changeSchema.options.map(({ shape }) => shape.kind.value);
  expect([...kinds].sort()).toEqual(allKinds.filter((kind) => !withoutGolden.kinds.includes(kind)).sort());
  const rules = new Set(reports.flatMap(({ findings }) => findings).map(({ rule }) => rule));
  expect([...rules].sort()).toEqual(ruleIds.filter((rule) => !withoutGolden.rules.includes(rule)).sort());
});

test("the plans of the catalogue hold secrets, so that their absence from reports means something", () => {
  expect(goldenNames().flatMap(secretsIn).length).toBeGreaterThan(10);
});

function secretsIn(name: string): readonly string[] {
  const folder = path.join(goldenFolder, name);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "plan.json")
    .flatMap((file) => readFileSync(path.join(folder, file), "utf8").match(secretForms) ?? []);
}
