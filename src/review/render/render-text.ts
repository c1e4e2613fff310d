/**
 * The report for terminals: the verdict, what was found, and what happens to each key.
 */
import { createColors } from "picocolors";
import type { Finding, Generation, KeyReport, Report, Severity } from "../report/report-schema";
import type { Sentence } from "../../policy/sentence";
import { changeWords, describeChange } from "./describe-change";
import { counted, describeOverlap, describeVerdict, nextInstant, outcomeWords } from "./describe-report";
import { inert } from "./inert-text";

/** How it looks. */
export interface TextOptions {
  /** @default false */
  readonly isColoured?: boolean;
}

type Colours = ReturnType<typeof createColors>;

/** Lines, each with a line break at its end. */
export function renderText(report: Report, { isColoured = false }: TextOptions = {}): string {
  const colours = createColors(isColoured);
  const changed = report.keys.filter(({ changes }) => changes.length > 0);
  const untouched = report.keys.length - changed.length;
  const lines = [
    verdictLine(report, colours),
    ...report.findings.flatMap((finding) => ["", ...findingLines(finding, colours)]),
    ...changed.flatMap((key) => ["", ...keyLines(key, colours)]),
    ...(untouched > 0 && changed.length > 0 ? ["", `Nothing happens to ${counted(untouched, "other key")}.`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** The verdict only, with a line break at its end. */
export function renderVerdict(report: Report, { isColoured = false }: TextOptions = {}): string {
  return `${verdictLine(report, createColors(isColoured))}\n`;
}

function verdictLine(report: Report, colours: Colours): string {
  return `${verdictColour(report, colours)(outcomeWords(report.verdict))}. ${plain(describeVerdict(report))}`;
}

function verdictColour({ verdict: { outcome } }: Report, colours: Colours): (text: string) => string {
  return { denied: colours.red, warned: colours.yellow, clear: colours.green, nothing: colours.green }[outcome];
}

function findingLines(finding: Finding, colours: Colours): readonly string[] {
  const colour = { deny: colours.red, warn: colours.yellow, note: colours.cyan }[finding.severity];
  const { exception } = finding;
  const word = exception === null ? severityWords[finding.severity] : "excepted";
  return [
    `${(exception === null ? colour : colours.dim)(word)} ${finding.rule}: ${plain(finding.what)}`,
    ...placeOf(finding).map((place) => `  at    ${place}`),
    `  why   ${finding.why}`,
    `  do    ${finding.remedy}`,
    ...(exception === null
      ? []
      : [`  until ${inert(exception.until)}, by ${inert(exception.owner)}: ${inert(exception.reason)}`]),
  ];
}

/** What a severity is called. */
const severityWords: Readonly<Record<Severity, string>> = { deny: "denied", warn: "warning", note: "note" };

function placeOf({
  stack,
  address,
  constructPath,
}: Pick<Finding, "stack" | "address" | "constructPath">): readonly string[] {
  if (address === null) return [`stack ${inert(stack)}`];
  const path = constructPath === null ? [] : [`construct ${inert(constructPath)}`];
  return [[...path, inert(address), `stack ${inert(stack)}`].join(", ")];
}

function keyLines(key: KeyReport, colours: Colours): readonly string[] {
  const [main] = key.changes;
  const overlap = describeOverlap(key.overlap);
  const next = nextInstant(key);
  return [
    `${colours.bold(inert(key.name))}: ${main ? changeWords[main.kind] : "nothing"}`,
    ...placeOf(key).map((place) => `  at       ${place}`),
    `  owner    ${inert(key.owner)}`,
    ...key.changes.map((change) => `  happens  ${plain(describeChange(change))}`),
    ...(key.access === "kept" ? [] : [`  access   ${accessWords[key.access]}`]),
    ...(overlap === undefined ? [] : [`  overlap  ${overlap}`]),
    ...(next === undefined ? [] : [`  then     ${next.what} ${next.at}`]),
    ...(key.generations.length > 1
      ? key.generations.map((generation) => `  key      ${generationLine(generation)}`)
      : []),
  ];
}

const accessWords = {
  lost: "whoever uses it has no key that works any more",
  interrupted: "whoever uses it has no key that works until the new one is read",
} as const;

const endWords: Readonly<Record<Generation["ends"], string>> = {
  due: "due",
  earliest: "works at least until",
  apply: "ends with this apply, planned at",
  unknown: "until",
};

function generationLine({ id, phase, from, until, ends }: Generation): string {
  const began = from === null ? "" : `, from ${from}`;
  return `${inert(id)} ${phase}${began}${until === null ? "" : `, ${endWords[ends]} ${until}`}`;
}

function plain(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === "string" ? part : inert(part.value))).join("");
}
