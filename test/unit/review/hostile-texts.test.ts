/**
 * Texts that try to be more than texts. In no format may anything of them be left that a terminal, a code host, a browser or Mermaid acts upon.
 */
import { readPlan } from "../../../src/review/plan/read-plan";
import { policyOf } from "../../../src/policy/policy";
import { mermaidTimeline } from "../../../src/review/render/mermaid-timeline";
import { renderGithub } from "../../../src/review/render/render-github";
import { renderHtml } from "../../../src/review/render/render-html";
import { renderJson } from "../../../src/review/render/render-json";
import { renderJunit } from "../../../src/review/render/render-junit";
import { longestComment, renderMarkdown, reviewMarker } from "../../../src/review/render/render-markdown";
import { renderSarif } from "../../../src/review/render/render-sarif";
import { renderText } from "../../../src/review/render/render-text";
import { reviewPlans } from "../../../src/review/review-plans";
import { hostileTexts, reportOn } from "../../support/hostile-report";
import { changeJson, planJson } from "../../support/plan-json";

/** What is left of Markdown when code is taken out, by the rule of CommonMark: a span ends at a run of back-ticks as long as its first. */
function withoutCode(markdown: string): string {
  const withoutFences = markdown.replaceAll(/^```mermaid\n[^`]*\n```$/gm, "");
  return withoutFences.replaceAll(/(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/g, "");
}

/**
 * The elements and attributes of a page or a document, in order, without those that set apart what is not shown. Half of a text that is cut
 * makes a difference, so only names are told.
 */
function skeleton(text: string, kind: "html" | "xml"): readonly string[] {
  const withoutOwn = kind === "html" ? text.replaceAll(/<(style|script)>[^]*?<\/\1>/g, "") : text;
  const tags = withoutOwn.match(/<[^>]*>/g) ?? [];
  const names = tags.map((tag) => tag.replaceAll(/"[^"]*"/g, '""'));
  return [...new Set(names)].filter((tag) => !/^<\/?i>$|^<\/?code/.test(tag)).sort();
}

describe.each(hostileTexts)("%s", (_name, text) => {
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

  test("is a text between the elements of a page, of which keyturn has written each", () => {
    const page = renderHtml(report);
    expect(page.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(skeleton(page, "html")).toEqual(skeleton(renderHtml(reportOn("harmless")), "html"));
  });

  test("is a text between the elements of JUnit", () => {
    const xml = renderJunit(report);
    expect(xml.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/u);
    expect(skeleton(xml, "xml")).toEqual(skeleton(renderJunit(reportOn("harmless")), "xml"));
  });

  test("is a text in SARIF: no link, no argument, and no step out of the folder of the stack", () => {
    const sarif = renderSarif(report, { version: "0.0.0" });
    expect(sarif).not.toMatch(/[<>&\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|##/u);
    for (const message of sarif.match(/"text": ".*"/g) ?? []) {
      expect(message.replaceAll("{{", "").replaceAll("}}", "")).not.toMatch(/[{}]/);
      expect(message).not.toMatch(/(?<!\\)\]\(/);
    }
    for (const uri of sarif.match(/"uri": ".*"/g) ?? []) expect(uri).toMatch(/^"uri": "[\w%.!~*'()/-]+"$/);
  });

  test("is no command to the runner that prints any of the formats", () => {
    const texts = [renderText, renderMarkdown, renderHtml, renderJson, renderJunit].map((render) => render(report));
    for (const printed of [...texts, renderSarif(report, { version: "0.0.0" })]) {
      expect(printed).not.toMatch(/^\s*::/m);
      expect(printed).not.toMatch(/##(?:vso)?\[/);
    }
  });

  test("is a text of an annotation, and no command of its own", () => {
    const lines = renderGithub(report).trimEnd().split("\n");
    expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|##\[|##vso\[/u);
    expect(lines[0]).toMatch(/^[A-Z]/);
    for (const line of lines.slice(1)) {
      expect(line).toMatch(/^::(?:error|warning|notice) title=[^:,]+,file=[^:,]+,line=1::(?:[^%]|%25|%0A)+$/);
    }
  });

  test("is the same text in JSON, and no element in whatever the JSON is put into", () => {
    const json = renderJson(report);
    expect(json).not.toMatch(/[<>&\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|##/u);
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
