/**
 * The generations of keys and their overlap, drawn: a lane for each generation, and a bracket over the time in which two work.
 *
 * Phases differ in form as well as in colour, and everything drawn is told in the table of generations below.
 */
import type { Generation, KeyReport, Report } from "../../report/report-schema";
import { inert } from "../inert-text";
import { markup, type Html } from "./html-text";
import { TimeAxis, type Tick } from "./time-axis";

/** More keys than a chart can show well. */
const mostKeys = 60;
const longestName = 60;

const width = 1000;
const margin = 24;
/** Room for the words of a bar that ends last. */
const wordsWidth = 270;
const top = 34;
const nameHeight = 24;
const laneHeight = 22;
const barHeight = 14;

/** The keys whose generations are worth drawing. */
function drawable({ keys }: Report): readonly KeyReport[] {
  return keys.filter(
    ({ changes, generations }) =>
      (changes.length > 0 || generations.length > 1) && generations.some((each) => spanOf(each) !== undefined),
  );
}

function spanOf({ from, until }: Generation): readonly [string, string] | undefined {
  return from !== null && until !== null && from <= until ? [from, until] : undefined;
}

/** The figure; undefined if there is nothing to draw. */
export function timelineFigure(report: Report): Html | undefined {
  const all = drawable(report);
  if (all.length === 0) return undefined;
  const keys = all.slice(0, mostKeys);
  const planned = report.stacks
    .flatMap(({ plannedAt }) => plannedAt ?? [])
    .sort()
    .at(-1);
  const axis = new TimeAxis(instantsOf(keys, planned), { left: margin, right: width - wordsWidth });
  let y = top;
  const rows = keys.map((key) => {
    const row = keyRow(key, axis, y);
    y += heightOf(key);
    return row;
  });
  const rest = all.length - keys.length;
  const height = y + 26;
  return markup`<figure>
<div class="scroll" role="region" aria-label="Drawing of generations" tabindex="0">
<svg class="chart" role="img" aria-labelledby="chart-title chart-words" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title id="chart-title">Generations of keys and their overlap</title>
<desc id="chart-words">Each key has a lane for each of its generations, from creation to end. The table of generations tells the same.</desc>
${stripes}
${axis.ticks().map((tick) => tickLine(tick, y))}${rows}${planned === undefined ? undefined : planLine(axis.x(planned), y)}</svg>
</div>
${legend(keys)}
${rest > 0 ? markup`<p>${rest} more keys are not drawn; the table of generations has all of them.</p>\n` : undefined}</figure>`;
}

function tickLine({ x, label }: Tick, y: number): Html {
  return markup`<line class="tick" x1="${x}" y1="${top - 8}" x2="${x}" y2="${y}"/>${word(label, { x, y: 18, anchor: anchorAt(x) })}\n`;
}

/** A word at the edge must not be cut off. */
function anchorAt(x: number): "start" | "middle" | "end" {
  return x > width - 60 ? "end" : x < 60 ? "start" : "middle";
}

interface Position {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly look?: "quiet" | "name" | "quiet inside";
}

function word(text: string, { x, y, anchor = "start", look = "quiet" }: Position): Html {
  return markup`<text class="${look}" x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

function instantsOf(keys: readonly KeyReport[], planned: string | undefined): readonly string[] {
  const spans = keys.flatMap(({ generations }) => generations.flatMap((each) => spanOf(each) ?? []));
  const overlaps = keys.flatMap(({ overlap }) => (overlap ? [overlap.from, overlap.earliestEnd] : []));
  return [...spans, ...overlaps, ...(planned === undefined ? [] : [planned])];
}

function heightOf({ generations, overlap }: KeyReport): number {
  return nameHeight + (generations.length + (overlap ? 1 : 0)) * laneHeight + 8;
}

function keyRow(key: KeyReport, axis: TimeAxis, y: number): Html {
  const name = `${inert(key.name)}${key.isDeposed ? " (replaced, left over)" : ""}`;
  const short = name.length > longestName ? `${name.slice(0, longestName)}…` : name;
  const lanes = key.generations.map((generation, index) => lane(generation, axis, y + nameHeight + index * laneHeight));
  const below = y + nameHeight + key.generations.length * laneHeight;
  const band = markup`<rect class="band" x="0" y="${y}" width="${width}" height="${nameHeight - 4}"/>`;
  const title = word(short, { x: 8, y: y + 15, look: "name" });
  return markup`${band}${title}\n${lanes}${key.overlap ? bracket(key.overlap, axis, below) : undefined}`;
}

const endWords: Readonly<Record<Generation["ends"], string>> = {
  due: "due",
  earliest: "at least until",
  apply: "until this apply,",
  unknown: "until",
};

function lane(generation: Generation, axis: TimeAxis, y: number): Html {
  const { phase, ends, from, until } = generation;
  const span = spanOf(generation);
  const words =
    until === null
      ? `${phase}${from === null ? "" : `, from ${day(from)}`}`
      : `${phase}, ${endWords[ends]} ${day(until)}`;
  if (!span) return markup`${word(words, { x: margin, y: y + barHeight - 3 })}\n`;
  const [x, end] = [axis.x(span[0]), axis.x(span[1])];
  const barWidth = Math.max(3, tenth(end - x));
  return markup`${bar(phase, { x, y, width: barWidth, height: barHeight })}${laneWords(words, { x, end: x + barWidth, y })}\n`;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A generation that is replaced and still works has stripes, so that it is told apart without colours as well. */
function bar(phase: Generation["phase"], box: Box): Html {
  const place = markup`x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="2"`;
  const isStriped = phase === "retiring" || phase === "rolled-back";
  return markup`${isStriped ? markup`<rect ${place} fill="url(#stripes)"/>` : undefined}<rect class="bar ${phase}" ${place}/>`;
}

/** Beside the bar, where there is room: it need not be told from the colour of the bar then. */
function laneWords(
  words: string,
  { x, end, y }: { readonly x: number; readonly end: number; readonly y: number },
): Html {
  const room = words.length * 6.8 + 12;
  const baseline = y + barHeight - 3;
  if (end + room < width) return word(words, { x: tenth(end + 6), y: baseline });
  if (x - room > 0) return word(words, { x: tenth(x - 6), y: baseline, anchor: "end" });
  return word(words, { x: tenth(x + 8), y: baseline, look: "quiet inside" });
}

function bracket({ from, earliestEnd }: NonNullable<KeyReport["overlap"]>, axis: TimeAxis, y: number): Html {
  const x = axis.x(from);
  const end = tenth(Math.max(axis.x(earliestEnd), x + 3));
  const words = `overlap ${minute(from)} to ${minute(earliestEnd)} at the earliest`;
  return markup`<path class="overlap" d="M${x} ${y} v6 H${end} v-6"/>${laneWords(words, { x, end, y: y - 2 })}\n`;
}

function planLine(x: number, y: number): Html {
  const line = markup`<line class="plan" x1="${x}" y1="${top - 8}" x2="${x}" y2="${y + 6}"/>`;
  return markup`${line}${word("planned", { x, y: y + 20, anchor: anchorAt(x) })}\n`;
}

const stripes = markup`<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="stripes" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>`;

const legendWords: Readonly<Record<Generation["phase"], string>> = {
  new: "new: made by this apply",
  active: "active: in service",
  retiring: "retiring: replaced, still works",
  "rolled-back": "rolled back: still works",
  pending: "pending: not finished",
  unknown: "a key that is not ours",
};

function legend(keys: readonly KeyReport[]): Html {
  const drawn = keys.flatMap(({ generations }) => generations).filter((each) => spanOf(each) !== undefined);
  const phases = new Set(drawn.map(({ phase }) => phase));
  const shown = (Object.keys(legendWords) as Generation["phase"][]).filter((phase) => phases.has(phase));
  const items = shown.map((phase) => {
    const sample = bar(phase, { x: 1, y: 1, width: 26, height: 10 });
    return markup`<li><svg width="28" height="12" aria-hidden="true">${sample}</svg>${legendWords[phase]}</li>`;
  });
  return markup`<ul class="legend">${items}</ul>`;
}

/** To a tenth: sums of tenths have a tail otherwise. */
function tenth(x: number): number {
  return Math.round(x * 10) / 10;
}

function day(instant: string): string {
  return instant.slice(0, 10);
}

function minute(instant: string): string {
  return instant.slice(0, 16).replace("T", " ");
}
