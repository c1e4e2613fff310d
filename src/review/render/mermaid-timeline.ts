/**
 * The generations of keys and their overlap as a Gantt chart in Mermaid's language, which code hosts draw.
 *
 * Names in it are reduced to harmless characters: the language has no way to quote. They are written in full elsewhere.
 */
import type { Generation, KeyReport, Report } from "../report/report-schema";
import { inert } from "./inert-text";

/** More keys than a chart can show well. */
const mostKeys = 25;
const longestName = 40;

/** The lines of the chart, without the fence around them; none if no key has two generations or a change. */
export function mermaidTimeline(report: Report): readonly string[] {
  const drawn = report.keys.filter(isWorthDrawing).slice(0, mostKeys);
  if (drawn.length === 0) return [];
  return [
    "gantt",
    "  title Generations and overlap (UTC)",
    "  dateFormat YYYY-MM-DD HH:mm:ss",
    "  axisFormat %Y-%m-%d",
    ...drawn.flatMap((key, index) => [
      `  section ${harmless(inert(key.name))}`,
      ...key.generations.flatMap((generation, number) => bars(generation, `g${index}x${number}`)),
    ]),
  ];
}

/** How many keys would be in the chart, and are not. */
export function undrawnKeys(report: Report): number {
  return Math.max(0, report.keys.filter(isWorthDrawing).length - mostKeys);
}

function isWorthDrawing({ changes, generations }: KeyReport): boolean {
  const isLiving = changes.length > 0 || generations.length > 1;
  return isLiving && generations.some(({ from, until }) => from !== null && until !== null && from < until);
}

const tags: Readonly<Record<Generation["phase"], string>> = {
  new: "active, ",
  active: "active, ",
  retiring: "crit, ",
  "rolled-back": "crit, ",
  pending: "done, ",
  unknown: "",
};

const endNames: Readonly<Record<Generation["ends"], string>> = {
  due: "until its rotation",
  earliest: "until the overlap ends",
  apply: "until this apply",
  unknown: "",
};

function bars({ phase, from, until, ends }: Generation, id: string): readonly string[] {
  if (from === null || until === null || from >= until) return [];
  return [`  ${harmless(phase)} ${endNames[ends]} :${tags[phase]}${id}, ${moment(from)}, ${moment(until)}`];
}

function moment(instant: string): string {
  return instant.slice(0, 19).replace("T", " ");
}

function harmless(text: string): string {
  const kept = text.replaceAll(/[^A-Za-z0-9 ._@-]/g, "_").trim();
  return kept === "" ? "_" : kept.slice(0, longestName);
}
