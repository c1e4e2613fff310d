/**
 * SARIF, held against the JSON schema of the format, and against what code hosts ask for beyond it.
 */
import { readFileSync } from "node:fs";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { renderSarif } from "../../../src/review/render/render-sarif";
import { ruleIds } from "../../../src/policy/rules";
import { goldenNames, goldenReport } from "../../support/golden";
import { hostileTexts, reportOn } from "../../support/hostile-report";

/** The schema of OASIS, which a package of Microsoft brings. */
const schemaFile = require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");

// The schema has defaults beside references, which strict mode takes for mistakes, and a pattern that Unicode mode does.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(schemaFile, "utf8")) as object);

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly { readonly justification: string }[];
}

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly rules: readonly { readonly id: string; readonly help: { readonly text: string } }[];
        };
      };
      readonly results: readonly Result[];
    },
  ];
}

function sarifOf(name: string): Sarif["runs"][0] {
  const text = renderSarif(goldenReport(name), { version: "1.2.3" });
  return (JSON.parse(text) as Sarif).runs[0];
}

function faults(text: string): unknown {
  return validate(JSON.parse(text)) ? [] : validate.errors;
}

test.each(goldenNames())("the schema finds nothing wrong with %s", (name) => {
  expect(faults(renderSarif(goldenReport(name), { version: "1.2.3" }))).toEqual([]);
});

test.each(hostileTexts)("the schema finds nothing wrong with a report on %s", (_name, text) => {
  expect(faults(renderSarif(reportOn(text), { version: "1.2.3" }))).toEqual([]);
});

test("the schema finds what is wrong", () => {
  const text = renderSarif(goldenReport("destroy"), { version: "1.2.3" });
  expect(faults(text.replace('"level": "warning"', '"level": "loud"'))).not.toEqual([]);
  expect(faults(text.replace('"uri": "', '"uri": "not a uri '))).not.toEqual([]);
});

test("every rule is described, and every result has its rule, its level, and a line of a file in the repository", () => {
  const { tool, results } = sarifOf("against-policy");
  expect(tool.driver.rules.map(({ id }) => id)).toEqual(ruleIds);
  for (const { help } of tool.driver.rules) expect(help.text).toMatch(/\S/);
  expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
    ["secret-in-state", "error"],
    ["overlap-too-short", "error"],
    ["period-too-long", "error"],
    ["owner-not-allowed", "error"],
    ["one-key-for-several", "warning"],
    ["verification-off", "warning"],
    ["all-scopes", "note"],
  ]);
  for (const { ruleId, ruleIndex, locations } of results) {
    expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: "cdktf.out/stacks/against-policy/cdk.tf.json" },
      region: { startLine: 1 },
    });
  }
});

test("an exception suppresses its finding, and says whose it is", () => {
  const { results } = sarifOf("destroy-excepted");
  const suppressed = results.filter(({ suppressions }) => suppressions !== undefined);
  expect(suppressed).toHaveLength(1);
  expect(suppressed[0]?.suppressions?.[0]?.justification).toBe(
    "excepted until 2026-03-01 by kim@acme.example: The service is switched off today.",
  );
});

test("two findings never have the same fingerprint, and the same finding has the same one in another plan", () => {
  for (const name of goldenNames()) {
    const prints = sarifOf(name).results.map((result) => result.partialFingerprints["keyturnFinding/v1"]);
    expect(new Set(prints).size).toBe(prints.length);
  }
  const report = goldenReport("overdue");
  const later = {
    ...report,
    findings: report.findings.map((finding) => ({ ...finding, what: ["It is overdue since another day."] })),
  };
  const prints = (of: typeof report): unknown =>
    (JSON.parse(renderSarif(of, { version: "1.2.3" })) as Sarif).runs[0].results.map(
      (each) => each.partialFingerprints,
    );
  expect(report.findings).not.toHaveLength(0);
  expect(prints(later)).toEqual(prints(report));
});
