/**
 * The generations of keys and their overlap, drawn: a lane for each generation, and a bracket over the time in which two work.
 *
 * Phases differ in form as well as in colour, and everything drawn is told in the table of generations below.
 */
import type { Generation, KeyReport, Report } from "../../report/report-schema";
import { inert } from "../inert-text";
import { html, type Html } from "./html-text";
import { TimeAxis } from "./time-axis";

/** More keys than a chart can show well. */
const mostKeys = 60;
const longestName = 60;

const width = 1000;
const margin = 16;
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
  return from !== null && until !== null && from < until ? [from, until] : undefined;
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
  const axis = new TimeAxis(instantsOf(keys, planned), { left: margin, right: width - margin });
  let y = top;
  const rows = keys.map((key) => {
    const row = keyRow(key, axis, y);
    y += heightOf(key);
    return row;
  });
  const rest = all.length - keys.length;
  return html`<figure>
    <div class="scroll" role="region" aria-label="Timeline" tabindex="0">
      <svg
        class="chart"
        role="img"
        aria-labelledby="chart-title chart-words"
        viewBox="0 0 ${width} ${y + 26}"
        width="${width}"
        height="${y + 26}"
      >
        <title id="chart-title">Generations of keys and their overlap</title>
        <desc id="chart-words">
          Each key has a lane for each of its generations, from creation to end. The same is told in the table of
          generations.
        </desc>
        ${stripes}
        ${axis
          .ticks()
          .map(
            ({ x, label }) =>
              html`<line class="tick" x1="${x}" y1="${top - 8}" x2="${x}" y2="${y}" /><text
                  class="quiet"
                  x="${x}"
                  y="18"
                  text-anchor="${x > width - 60 ? "end" : x < 60 ? "start" : "middle"}"
                  >${label}</text
                > `,
          )}${rows}${planned === undefined ? undefined : planLine(axis.x(planned), y)}
      </svg>
    </div>
    ${legend(keys)}${rest > 0 ? html`<p>${rest} more keys are not drawn; the table of generations has all of them.</p>` : undefined}
  </figure>`;
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
  const name = inert(key.name);
  const short = name.length > longestName ? `${name.slice(0, longestName)}…` : name;
  const lanes = key.generations.map((generation, index) => lane(generation, axis, y + nameHeight + index * laneHeight));
  const below = y + nameHeight + key.generations.length * laneHeight;
  return html`<rect class="band" x="0" y="${y}" width="${width}" height="${nameHeight - 4}" /><text
      class="name"
      x="${margin}"
      y="${y + 15}"
      >${short}</text
    >
    ${lanes}${key.overlap ? bracket(key.overlap, axis, below) : undefined}`;
}

const endWords: Readonly<Record<Generation["ends"], string>> = {
  due: "due",
  earliest: "until the overlap ends at the earliest,",
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
  if (!span) return html`<text class="quiet" x="${margin}" y="${y + barHeight - 3}">${words}</text> `;
  const [x, end] = [axis.x(span[0]), axis.x(span[1])];
  const barWidth = Math.max(3, Math.round((end - x) * 10) / 10);
  const box = html`x="${x}" y="${y}" width="${barWidth}" height="${barHeight}" rx="2"`;
  const isStriped = phase === "retiring" || phase === "rolled-back";
  return html`${isStriped ? html`<rect ${box} fill="url(#stripes)" />` : undefined}<rect
      class="bar ${phase}"
      ${box}
    />${laneWords(words, { x, end: x + barWidth, y })} `;
}

/** Beside the bar, where there is room: it need not be told from the colour of the bar then. */
function laneWords(
  words: string,
  { x, end, y }: { readonly x: number; readonly end: number; readonly y: number },
): Html {
  const room = words.length * 6.8 + 12;
  const baseline = y + barHeight - 3;
  if (end + room < width) return html`<text class="quiet" x="${end + 6}" y="${baseline}">${words}</text>`;
  if (x - room > 0) return html`<text class="quiet" x="${x - 6}" y="${baseline}" text-anchor="end">${words}</text>`;
  return html`<text class="quiet inside" x="${x + 8}" y="${baseline}">${words}</text>`;
}

function bracket({ from, earliestEnd }: NonNullable<KeyReport["overlap"]>, axis: TimeAxis, y: number): Html {
  const [x, end] = [axis.x(from), Math.max(axis.x(earliestEnd), axis.x(from) + 3)];
  const words = `overlap ${minute(from)} to ${minute(earliestEnd)} at the earliest`;
  return html`<path class="overlap" d="M${x} ${y} v6 H${end} v-6" />${laneWords(words, { x, end, y: y - 2 })} `;
}

function planLine(x: number, y: number): Html {
  const anchor = x > width - 60 ? "end" : x < 60 ? "start" : "middle";
  return html`<line class="plan" x1="${x}" y1="${top - 8}" x2="${x}" y2="${y + 6}" /><text
      class="quiet"
      x="${x}"
      y="${y + 20}"
      text-anchor="${anchor}"
      >planned</text
    > `;
}

const stripes = html`<defs
  ><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"
    ><line class="stripes" x1="0" y1="0" x2="0" y2="6" /></pattern
></defs>`;

const legendWords: Readonly<Record<Generation["phase"], string>> = {
  new: "new: made by this apply",
  active: "active: in service",
  retiring: "retiring: replaced, still works",
  "rolled-back": "rolled back: still works",
  pending: "pending: not finished",
  unknown: "a key that is not ours",
};

function legend(keys: readonly KeyReport[]): Html {
  const phases = new Set(keys.flatMap(({ generations }) => generations.map(({ phase }) => phase)));
  const shown = (Object.keys(legendWords) as Generation["phase"][]).filter((phase) => phases.has(phase));
  return html`<ul class="legend">
    ${shown.map((phase) => {
      const box = html`x="1" y="1" width="26" height="10" rx="2"`;
      const isStriped = phase === "retiring" || phase === "rolled-back";
      return html`<li>
        <svg width="28" height="12" aria-hidden="true">
          ${isStriped ? html`<rect ${box} fill="url(#stripes)" />` : undefined}
          <rect class="bar ${phase}" ${box} /></svg
        >${legendWords[phase]}
      </li>`;
    })}
  </ul>`;
}

function day(instant: string): string {
  return instant.slice(0, 10);
}

function minute(instant: string): string {
  return instant.slice(0, 16).replace("T", " ");
}
