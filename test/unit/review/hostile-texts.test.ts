/**
 * Texts that try to be more than texts. In no format may anything of them be left that a terminal, a code host, a browser or Mermaid acts upon.
 */
import { readPlan } from "../../../src/review/plan/read-plan";
import { readStackConfiguration } from "../../../src/review/plan/stack-configuration";
import { policyOf } from "../../../src/policy/policy";
import { mermaidTimeline } from "../../../src/review/render/mermaid-timeline";
import { renderJson } from "../../../src/review/render/render-json";
import { longestComment, renderMarkdown, reviewMarker } from "../../../src/review/render/render-markdown";
import { renderText } from "../../../src/review/render/render-text";
import type { Report } from "../../../src/review/report/report-schema";
import { reviewPlans } from "../../../src/review/review-plans";
import { changeJson, planJson } from "../../support/plan-json";

const hostile: readonly (readonly [string, string])[] = [
  ["an element", "<script>alert(1)</script><img src=x onerror=alert(1)>"],
  ["the end of the marker and of a fold", "--> </details></summary> <!--"],
  ["cells of a table", "a | b |\n| --- |\n| c"],
  ["back-ticks", "` `` ``` ```` ~~~"],
  ["back-ticks at both ends", "`x`"],
  ["a fence", "\n```\n# heading\n"],
  [
    "links, images and mentions",
    "[a](javascript:alert(1)) ![b](https://evil.example/x.png) @everyone #1 https://evil.example",
  ],
  ["emphasis", "**bold** _it_ ~~gone~~ \\"],
  ["marks that turn the direction of writing round", "abc\u202Egpj.exe\u202C\u2066x\u2069\u200F"],
  ["what cannot be seen", "a\u200Bb\u00ADc\uFEFFd\u2800\u3164"],
  ["escapes of a terminal", "\u001b[2J\u001b]0;title\u0007\u009b31m\r\b"],
  ["separators of lines", "a\u2028b\u2029c\u0085d\u000be"],
  ["Mermaid", 'x : crit, 2026-01-01, 9d\n section y; %% # ${z}\nclick g0x0 href "javascript:alert(1)"'],
  ["255 characters", "n".repeat(255)],
  ["half a character", "a\ud83d"],
  ["entities", "&lt;b&gt; &#60;"],
  ["the words for what is hidden", "(not shown)"],
];

function reportOn(text: string): Report {
  const path = JSON.stringify({
    resource: { keyturn_api_key: { scheduler: { "//": { metadata: { path: text } } } } },
    "//": { metadata: { stackName: text } },
  });
  const retiring = [{ id: text, name: text, created_at: "2026-04-01T00:00:00Z" }];
  const values = {
    owner: text,
    scopes: [text],
    service: text,
    environment: text,
    name: text,
    id: text,
    compromised: text,
    retiring,
    rotation_triggers: { [text]: "1" },
    deliver_to: [{ encrypted_file: { path: text, recipients: [] } }],
  };
  const entry = { address: `keyturn_api_key.scheduler[${JSON.stringify(text)}]`, previous_address: text };
  const changes = [
    changeJson({ actions: ["update"], before: { ...values, owner: "x" }, after: { ...values, retiring: [] }, entry }),
    changeJson({
      actions: ["create", "delete"],
      before: { service: text },
      after: values,
      replacePaths: [["rotation_triggers"]],
    }),
    changeJson({
      actions: ["update"],
      before: values,
      after: { ...values, id: undefined, compromised: `${text}!` },
      afterUnknown: { id: true },
    }),
  ];
  const plan = readPlan(
    planJson(changes, { resource_drift: [changeJson({ actions: ["update"], after: values, entry })] }),
    "p",
  );
  const exception = { rule: "scopes-widened", key: "*", owner: text, reason: text, until: "2027-01-01" } as const;
  const policy = policyOf({ exceptions: [exception], owners: ["nobody"] });
  return reviewPlans([{ name: text, plan, configuration: readStackConfiguration(path) }], policy);
}

/** What is left of Markdown when code is taken out, by the rule of CommonMark: a span ends at a run of back-ticks as long as its first. */
function withoutCode(markdown: string): string {
  const withoutFences = markdown.replaceAll(/^```mermaid\n[^`]*\n```$/gm, "");
  return withoutFences.replaceAll(/(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/g, "");
}

describe.each(hostile)("%s", (_name, text) => {
  const report = reportOn(text);

  test("is a text in a terminal", () => {
    const printed = renderText(report);
    expect(printed.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    // Only keyturn begins a line.
    expect(
      printed
        .split("\n")
        .filter((line) => /^[^ (]/.test(line))
        .join("\n"),
    ).not.toMatch(/^# heading|^section/m);
  });

  test("is code in Markdown, and nothing else", () => {
    const markdown = renderMarkdown(report);
    expect(markdown.replaceAll("\n", "")).not.toMatch(
      /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202A-\u202E\u2066-\u2069\u200B\u200F]/u,
    );
    const rest = withoutCode(markdown)
      .replaceAll(/<\/?(?:details|summary)>|<code>[^<]*<\/code>/g, "")
      .replace(/<!-- keyturn-review [0-9a-f]{16} -->/, "")
      .replaceAll(/\*\*(?:Do:|[^*\n]+)\*\*/g, "");
    expect(rest).not.toMatch(/[<>@`]|https?:|javascript|\]\(|alert|heading|everyone|evil/);
    for (const summary of markdown.match(/<code>.*?<\/code>/g) ?? []) {
      expect(summary.slice(6, -7)).not.toMatch(/[<>"'@`:/]/);
    }
  });

  test("leaves tables their columns", () => {
    const rows = renderMarkdown(report)
      .split("\n")
      .filter((line) => line.startsWith("| "));
    for (const row of rows) expect(row.replaceAll("\\|", "").match(/\|/g)).toHaveLength(6);
    expect(rows).toHaveLength(2 + report.keys.length);
  });

  test("is a harmless name in Mermaid", () => {
    const lines = mermaidTimeline(report);
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) {
      expect(line).toMatch(
        /^gantt$|^ {2}(title|dateFormat|axisFormat) [\w %:()-]+$|^ {2}title Generations and overlap \(UTC\)$|^ {2}section [\w .@-]+$|^ {2}[a-z -]+ :(?:active|crit|done)?,? ?g\d+x\d+, [\d :-]{19}, [\d :-]{19}$/,
      );
    }
  });

  test("is the same text in JSON, and no element in whatever the JSON is put into", () => {
    const json = renderJson(report);
    expect(json).not.toMatch(/[<>&\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(JSON.parse(json)).toEqual(report);
  });
});

describe("a comment", () => {
  const many = Array.from({ length: 400 }, (_each, index) =>
    changeJson({
      name: `k${index}`,
      actions: ["create"],
      before: null,
      after: { service: `service-${index}`, name: `service-${index}-prod`, scopes: [], id: undefined },
      afterUnknown: { id: true },
    }),
  );
  const report = reviewPlans(
    [{ name: "publishing", plan: readPlan(planJson(many), "p"), configuration: undefined }],
    policyOf({}),
  );

  test("is never longer than the code host takes, says that it was cut and where the rest is, and leaves nothing open", () => {
    const whole = renderMarkdown(report, { limit: Infinity });
    expect(whole.length).toBeGreaterThan(longestComment);
    const cut = renderMarkdown(report, { pointer: "See the artefact of this run." });
    expect(cut.length).toBeLessThanOrEqual(longestComment);
    expect(cut.length).toBeGreaterThan(longestComment * 0.9);
    expect(cut).toContain("_This report was cut to fit. See the artefact of this run._");
    expect(cut.split("\n")[0]).toBe(whole.split("\n")[0]);
    expect(cut.trimEnd().split("\n").at(-1)).toBe(whole.trimEnd().split("\n").at(-1));
    for (const [open, close] of [
      ["<details>", "</details>"],
      ["```mermaid", "\n```\n"],
    ] as const) {
      expect(cut.split(open).length).toBe(cut.split(close).length);
    }
  });

  test("that fits is whole", () => {
    const whole = renderMarkdown(report, { limit: Infinity });
    expect(renderMarkdown(report, { limit: whole.length })).toBe(whole);
    expect(whole).not.toContain("was cut");
  });

  test("can be found again: one of the same stacks has the same marker, one of others another", () => {
    const [one, again, another] = [reportOn("a"), reportOn("a"), reportOn("b")];
    expect(reviewMarker(one)).toMatch(/^<!-- keyturn-review [0-9a-f]{16} -->$/);
    expect(renderMarkdown(one).trimEnd().split("\n").at(-1)).toBe(reviewMarker(one));
    expect(reviewMarker(again)).toBe(reviewMarker(one));
    expect(reviewMarker(another)).not.toBe(reviewMarker(one));
  });
});

test("colours are only there when they are asked for", () => {
  const report = reportOn("a");
  expect(renderText(report)).not.toContain("\u001b");
  expect(renderText(report, { isColoured: true })).toContain("\u001b[");
});
