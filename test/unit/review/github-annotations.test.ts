/**
 * Annotations of GitHub Actions, read back as the runner reads them.
 */
import { mostAnnotations, renderGithub } from "../../../src/review/render/render-github";
import type { Finding, Severity } from "../../../src/review/report/report-schema";
import { goldenReport } from "../../support/golden";

interface Annotation {
  readonly kind: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** What the runner makes of a line that begins with "::": the name, properties between commas, and the message after the second "::". */
function annotations(text: string): readonly Annotation[] {
  const lines = text.split("\n").filter((line) => line.startsWith("::"));
  return lines.map((line) => {
    const end = line.indexOf("::", 2);
    const [kind = "", rest = ""] = line.slice(2, end).split(/ (.*)/);
    const pairs = rest.split(",").map((pair) => pair.split(/=(.*)/));
    return {
      kind,
      properties: Object.fromEntries(pairs.map(([key = "", value = ""]) => [key, unescaped(value)])),
      message: unescaped(line.slice(end + 2)),
    };
  });
}

function unescaped(text: string): string {
  return text
    .replaceAll("%0D", "\r")
    .replaceAll("%0A", "\n")
    .replaceAll("%3A", ":")
    .replaceAll("%2C", ",")
    .replaceAll("%25", "%");
}

test("each open finding is one, of the kind of its severity, at the file of its stack", () => {
  const { findings } = goldenReport("against-policy");
  const read = annotations(renderGithub(goldenReport("against-policy")));
  const kinds = { deny: "error", warn: "warning", note: "notice" };
  expect(read.map(({ kind }) => kind)).toEqual(findings.map(({ severity }) => kinds[severity]));
  expect(read[0]?.properties).toEqual({
    title: "The secret is kept in Terraform's state (secret-in-state)",
    file: "cdktf.out/stacks/against-policy/cdk.tf.json",
    line: "1",
  });
  expect(read[0]?.message.split("\n")).toEqual([
    "The secret of scheduler-prod is delivered to Terraform's state.",
    "At construct publishing/scheduler, keyturn_api_key.scheduler, stack publishing.",
    findings[0]?.why,
    findings[0]?.remedy,
  ]);
});

test("what an exception allows is none", () => {
  expect(annotations(renderGithub(goldenReport("destroy-excepted"))).map(({ kind }) => kind)).toEqual([
    "error",
    "warning",
  ]);
});

test("texts come back as they were, whatever is in them", () => {
  const report = goldenReport("destroy");
  const [finding] = report.findings as readonly [Finding];
  const what = "100%: a, b; %0A is no line, nor is %25";
  const file = "a:b,c%3A/cdk.tf.json";
  const stacks = report.stacks.map((stack) => ({ ...stack, file }));
  const [read] = annotations(
    renderGithub({ ...report, stacks, findings: [{ ...finding, what: [what], title: what }] }),
  );
  expect(read?.message.split("\n")[0]).toBe(what);
  expect(read?.properties).toMatchObject({ title: `${what} (${finding.rule})`, file });
});

describe.each<[Severity, string]>([
  ["deny", "error"],
  ["warn", "warning"],
  ["note", "notice"],
])("of findings that are to %s", (severity, kind) => {
  const report = goldenReport("destroy");
  const [finding] = report.findings as readonly [Finding];
  const many = (count: number): string =>
    renderGithub({ ...report, findings: Array.from({ length: count }, () => ({ ...finding, severity })) });

  test("as many are shown as GitHub keeps", () => {
    const read = annotations(many(mostAnnotations));
    expect(read).toHaveLength(mostAnnotations);
    expect(read.at(-1)?.properties).toHaveProperty("file");
  });

  test("the last of too many says how many more there are, and where", () => {
    const read = annotations(many(mostAnnotations + 1));
    expect(read).toHaveLength(mostAnnotations);
    expect(read.at(-1)).toMatchObject({ kind, message: expect.stringMatching(/^2 more .*--format text/) as string });
  });
});
