/**
 * The report as a comment on a code host: the verdict in the first line, a small table, a timeline, and the rest folded away.
 *
 * It has a marker that is not seen, by which the comment is found again and replaced, and it is never longer than a comment may be.
 */
import { createHash } from "node:crypto";
import type { Finding, Generation, KeyReport, Report, Severity } from "../report/report-schema";
import { changeWords, describeChange } from "./describe-change";
import { counted, describeOverlap, describeVerdict, nextInstant, outcomeWords } from "./describe-report";
import { inert } from "./inert-text";
import { code, markdownSentence, ownWords } from "./markdown-text";
import { mermaidTimeline, undrawnKeys } from "./mermaid-timeline";

/** The longest comment that GitHub takes, in characters. */
export const longestComment = 65_536;

/** How a comment is made. */
export interface MarkdownOptions {
  /** @default `longestComment` */
  readonly limit?: number;
  /** Where the whole report is, for a reader of one that was cut: words without markup. @default how to print it */
  readonly pointer?: string;
}

const defaultPointer = "Run keyturn review on the plan to see all of it.";

const icons: Readonly<Record<Report["verdict"]["outcome"], string>> = {
  denied: "⛔",
  warned: "⚠️",
  clear: "✅",
  nothing: "✅",
};

/** The line by which the comment about these stacks is found. It holds nothing of a plan but a digest of the names of the stacks. */
export function reviewMarker({ stacks }: Report): string {
  const names = JSON.stringify(stacks.map(({ name }) => name));
  return `<!-- keyturn-review ${createHash("sha256").update(names).digest("hex").slice(0, 16)} -->`;
}

/** Markdown with a line break at the end. */
export function renderMarkdown(report: Report, options: MarkdownOptions = {}): string {
  const { limit = longestComment, pointer = defaultPointer } = options;
  const head = `${icons[report.verdict.outcome]} **${outcomeWords(report.verdict)}.** ${markdownSentence(describeVerdict(report))}`;
  const sections = [
    head,
    ...findingSections(report),
    ...tableSection(report),
    ...timelineSection(report),
    ...detailSections(report),
    ...stackSection(report),
  ];
  return fitted(sections, {
    limit,
    marker: reviewMarker(report),
    note: `_This report was cut to fit. ${ownWords(pointer)}_`,
  });
}

/** Whole sections only: half of one may leave a fence or a table open. */
function fitted(
  sections: readonly string[],
  { limit, marker, note }: { readonly limit: number; readonly marker: string; readonly note: string },
): string {
  const whole = `${[...sections, marker].join("\n\n")}\n`;
  if (whole.length <= limit) return whole;
  const kept: string[] = [];
  let room = limit - marker.length - note.length - 5;
  for (const section of sections) {
    if (section.length + 2 > room) continue;
    kept.push(section);
    room -= section.length + 2;
  }
  return `${[...kept, note, marker].join("\n\n")}\n`;
}

const severityTitles: Readonly<Record<Severity, string>> = { deny: "⛔ denied", warn: "⚠️ warning", note: "ℹ️ note" };

function findingSections({ findings }: Report): readonly string[] {
  const [open, excepted] = [
    findings.filter(({ exception }) => !exception),
    findings.filter(({ exception }) => exception),
  ];
  const loud = open.filter(({ severity }) => severity !== "note");
  const quiet = open.filter(({ severity }) => severity === "note");
  return [
    ...(loud.length > 0 ? ["#### Findings", ...loud.map(findingItem)] : []),
    ...folded(counted(quiet.length, "note"), quiet.map(findingItem)),
    ...folded(`${counted(excepted.length, "finding")} excepted by the policy`, excepted.map(findingItem)),
  ];
}

function findingItem(finding: Finding): string {
  const { rule, severity, what, why, remedy, exception } = finding;
  const title = exception === null ? severityTitles[severity] : "excepted";
  return [
    `- **${title}** \`${rule}\`: ${markdownSentence(what)}`,
    `  ${placeOf(finding)}`,
    `  ${ownWords(why)} **Do:** ${ownWords(remedy)}`,
    ...(exception === null
      ? []
      : [`  Excepted until ${code(exception.until)} by ${code(exception.owner)}: ${code(exception.reason)}`]),
  ].join("\n");
}

function placeOf({ stack, address, constructPath }: Pick<Finding, "stack" | "address" | "constructPath">): string {
  if (address === null) return `Stack ${code(stack)}.`;
  return `At ${constructPath === null ? "" : `${code(constructPath)}, `}${code(address)}, stack ${code(stack)}.`;
}

/** More rows than anybody reads. */
const mostRows = 50;

function tableSection({ keys }: Report): readonly string[] {
  const changed = keys.filter(({ changes }) => changes.length > 0);
  if (changed.length === 0) return [];
  const rows = changed.slice(0, mostRows).map(tableRow);
  const rest = changed.length - rows.length;
  const table = ["| key | owner | what | overlap | then |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
  return [table, ...(rest > 0 ? [`${counted(rest, "more key")} below.`] : [])];
}

function tableRow(key: KeyReport): string {
  const words = key.changes.map(({ kind }) => changeWords[kind]);
  const next = nextInstant(key);
  const cells = [
    code(key.name, "table"),
    code(key.owner, "table"),
    `${[...new Set(words)].join(", ")}${key.access === "kept" ? "" : ` — **access ${key.access}**`}`,
    describeOverlap(key.overlap) ?? "",
    next ? `${next.what} ${next.at}` : "",
  ];
  return `| ${cells.join(" | ")} |`;
}

function timelineSection(report: Report): readonly string[] {
  const lines = mermaidTimeline(report);
  if (lines.length === 0) return [];
  const rest = undrawnKeys(report);
  return [["```mermaid", ...lines, "```"].join("\n"), ...(rest > 0 ? [`${counted(rest, "more key")} not drawn.`] : [])];
}

function detailSections({ keys }: Report): readonly string[] {
  const changed = keys.filter(({ changes }) => changes.length > 0);
  return changed.flatMap((key) => folded("what happens to", [keyDetails(key)], inert(key.name)));
}

function keyDetails(key: KeyReport): string {
  return [
    `- ${placeOf(key)}`,
    ...key.changes.map((change) => `- ${markdownSentence(describeChange(change))}`),
    ...key.generations.map((generation) => `- ${generationWords(generation)}`),
  ].join("\n");
}

const endWords: Readonly<Record<Generation["ends"], string>> = {
  due: "due",
  earliest: "works at least until",
  apply: "ends with this apply, planned at",
  unknown: "until",
};

function generationWords({ id, name, phase, from, until, ends }: Generation): string {
  return [
    `${phase} key ${code(id)} named ${code(name)}`,
    ...(from === null ? [] : [`from ${from}`]),
    ...(until === null ? [] : [`${endWords[ends]} ${until}`]),
  ].join(", ");
}

function stackSection({ stacks }: Report): readonly string[] {
  return folded(counted(stacks.length, "stack"), [
    stacks
      .map(
        ({ name, terraformVersion, plannedAt, keys }) =>
          `- ${code(name)}: ${counted(keys, "key")}, planned ${plannedAt === null ? "at an unknown time" : `at ${plannedAt}`} with version ${code(terraformVersion)}`,
      )
      .join("\n"),
  ]);
}

/** Nothing, if there is nothing to fold. A blank line on both sides makes the inside Markdown again. */
function folded(title: string, parts: readonly string[], name?: string): readonly string[] {
  if (parts.length === 0) return [];
  // A summary is not Markdown but HTML. Code hosts look for mentions everywhere but in code.
  const named = name === undefined ? "" : ` <code>${elementText(name)}</code>`;
  return [[`<details><summary>${elementText(title)}${named}</summary>`, ...parts, "</details>"].join("\n\n")];
}

function elementText(text: string): string {
  return text.replaceAll(/[&<>"'@`:/]/g, (character) => `&#${character.charCodeAt(0)};`);
}
