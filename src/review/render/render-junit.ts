/**
 * The report as JUnit XML, which every pipeline can show: a suite for each stack, a case for each key, and one for each denied finding.
 *
 * Only what the policy denies fails. An exception is a case that was skipped; warnings are told in the output of the key's case.
 * The form is the one that Jenkins checks with a schema, in which there are no properties of a case.
 */
import type { Finding, KeyReport, Report } from "../report/report-schema";
import { describeChange } from "./describe-change";
import { describeOverlap, describeVerdict, nextInstant, outcomeWords } from "./describe-report";
import { inert } from "./inert-text";
import { accessWords, exceptionInWords, placeInWords, plain, severityWords } from "./plain-words";
import { element, type Xml } from "./xml-text";

type Stack = Report["stacks"][number];

/** XML with a line break at the end. */
export function renderJunit(report: Report): string {
  const suites = report.stacks.map((stack, index) => suite(report, stack, index));
  const total = (what: "tests" | "failures" | "skipped"): number => suites.reduce((sum, each) => sum + each[what], 0);
  const root = element(
    "testsuites",
    { name: "keyturn review", tests: total("tests"), failures: total("failures"), errors: 0, time: 0 },
    suites.map(({ xml }) => xml),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.text}\n`;
}

interface Suite {
  readonly xml: Xml;
  readonly tests: number;
  readonly failures: number;
  readonly skipped: number;
}

function suite(report: Report, stack: Stack, index: number): Suite {
  const isFirst = report.stacks.findIndex(({ name }) => isSame(name, stack.name)) === index;
  // Stacks of one name cannot be told apart, so the first of them has the keys of all.
  const keys = isFirst ? report.keys.filter((key) => isSame(key.stack, stack.name)) : [];
  const findings = isFirst ? report.findings.filter((finding) => isSame(finding.stack, stack.name)) : [];
  const denied = findings.filter(({ severity }) => severity === "deny");
  const failures = denied.filter(({ exception }) => exception === null).length;
  const skipped = denied.length - failures;
  const tests = keys.length + denied.length;
  const xml = element(
    "testsuite",
    {
      name: inert(stack.name),
      tests,
      failures,
      errors: 0,
      skipped,
      time: 0,
      ...(stack.plannedAt !== null && { timestamp: stack.plannedAt.slice(0, 19) }),
      id: index,
    },
    [
      properties(report, stack),
      ...keys.map((key) => keyCase(key, findings)),
      ...denied.map((finding) => findingCase(finding)),
    ],
  );
  return { xml, tests, failures, skipped };
}

function properties(report: Report, stack: Stack): Xml {
  const values: Readonly<Record<string, string>> = {
    verdict: report.verdict.outcome,
    summary: `${outcomeWords(report.verdict)}. ${plain(describeVerdict(report))}`,
    file: inert(stack.file),
    plannedAt: stack.plannedAt ?? "unknown",
    terraformVersion: inert(stack.terraformVersion),
    isErrored: String(stack.isErrored),
    isIncomplete: String(stack.isIncomplete),
    keys: String(stack.keys),
  };
  return element(
    "properties",
    {},
    Object.entries(values).map(([name, value]) => element("property", { name, value }, [])),
  );
}

function keyCase(key: KeyReport, findings: readonly Finding[]): Xml {
  const own = findings.filter((finding) => isSame(finding.address, key.address) && isSame(finding.key, key.name));
  return element("testcase", { classname: className(key), name: inert(key.name), time: 0 }, [
    element("system-out", {}, [[...keyLines(key), ...own.map(findingLine)].join("\n")]),
  ]);
}

// A line that began with a text of a plan could be a command to the runner that prints it.
function keyLines(key: KeyReport): readonly string[] {
  const overlap = describeOverlap(key.overlap);
  const next = nextInstant(key);
  return [
    `at: ${placeInWords(key)}`,
    `owner: ${inert(key.owner)}`,
    ...(key.changes.length === 0
      ? ["happens: nothing"]
      : key.changes.map((each) => `happens: ${plain(describeChange(each))}`)),
    ...(key.access === "kept" ? [] : [`access: ${accessWords[key.access]}`]),
    ...(overlap === undefined ? [] : [`overlap: ${overlap}`]),
    ...(next === undefined ? [] : [`then: ${next.what} ${next.at}`]),
  ];
}

function findingLine({ severity, exception, rule, what }: Finding): string {
  return `${exception === null ? severityWords[severity] : "excepted"} ${rule}: ${plain(what)}`;
}

function findingCase(finding: Finding): Xml {
  const { rule, title, what, why, remedy, exception, key, stack } = finding;
  const name = `${inert(key ?? stack)}: ${rule}`;
  const body =
    exception === null
      ? element("failure", { type: rule, message: plain(what) }, [
          [title, `found: ${plain(what)}`, `at: ${placeInWords(finding)}`, `why: ${why}`, `do: ${remedy}`].join("\n"),
        ])
      : element("skipped", {}, [`${plain(what)} ${exceptionInWords(exception)}`]);
  return element("testcase", { classname: className(finding), name, time: 0 }, [body]);
}

function className({ stack, address, constructPath }: Pick<Finding, "stack" | "address" | "constructPath">): string {
  return inert(constructPath ?? address ?? stack);
}

/** Whether two texts are the same, also when they are not shown. */
function isSame(one: Finding["stack"], other: Finding["stack"]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
