/**
 * The generations of all keys: the timeline in words.
 */
import type { Generation, KeyReport, Report } from "../../report/report-schema";
import { inert } from "../inert-text";
import { table, type Row } from "./html-table";
import { markup, time, value, type Html } from "./html-text";
import { section } from "./section";
import { timelineFigure } from "./timeline-chart";

const columns = [
  { title: "Key" },
  { title: "Name and id on the API" },
  { title: "Phase", isGroup: true },
  { title: "From" },
  { title: "Until" },
  { title: "How it ends" },
];

/** The drawing; nothing if there is nothing to draw. */
export function timelineSection(report: Report): Html | undefined {
  const figure = timelineFigure(report);
  return figure && section("timeline", "Timeline (UTC)", figure);
}

/** The table; nothing if there is no generation. */
export function generationsSection({ keys }: Report): Html | undefined {
  const rows = keys.flatMap((key) => key.generations.map((generation) => generationRow(key, generation)));
  if (rows.length === 0) return undefined;
  const caption = "Generations";
  return section("generations", caption, table({ id: "generations-table", caption, columns, rows }));
}

const endWords: Readonly<Record<Generation["ends"], string>> = {
  due: "its rotation is due",
  earliest: "its overlap ends, at the earliest",
  apply: "with this apply, planned then",
  unknown: "",
};

function generationRow(key: KeyReport, { id, name, phase, from, until, ends }: Generation): Row {
  return {
    group: phase,
    cells: [
      { shows: value(key.name), sortsBy: inert(key.name) },
      { shows: markup`${value(name)}<span class="place">${value(id)}</span>`, sortsBy: inert(name) },
      { shows: markup`${phase}` },
      instantCell(from),
      instantCell(until),
      { shows: markup`${until === null ? "" : endWords[ends]}` },
    ],
  };
}

function instantCell(instant: string | null): Row["cells"][number] {
  return instant === null ? { shows: markup`<i>unknown</i>`, sortsBy: "" } : { shows: time(instant), sortsBy: instant };
}
