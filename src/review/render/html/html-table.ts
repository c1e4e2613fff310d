/**
 * A table of the page. With a script it can be searched, narrowed down and sorted; without one it is a table.
 */
import { markup, type Html } from "./html-text";

/** A cell: what it shows, and what it is sorted by, if that is something else than its text. */
interface Cell {
  readonly shows: Html;
  readonly sortsBy?: string | number;
}

/** A column. */
interface Column {
  readonly title: string;
  /** Whether a list of the values that occur narrows the table down; the values are those of `Row.group`. */
  readonly isGroup?: boolean;
}

/** A row. */
export interface Row {
  /** The first one is the heading of the row. */
  readonly cells: readonly Cell[];
  /** What it belongs to, in the column that narrows the table down. */
  readonly group: string;
}

/** What a table is made of. */
export interface TableParts {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** The table, in a box that scrolls on a narrow screen. */
export function table({ id, caption, columns, rows }: TableParts): Html {
  const group = columns.find(({ isGroup }) => isGroup)?.title ?? "";
  return markup`<div class="scroll" role="region" aria-label="${caption} table" tabindex="0">
<table id="${id}" data-group="${group}">
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title }) => markup`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>
${rows.map(tableRow)}</tbody>
</table>
</div>`;
}

function tableRow({ cells: [heading, ...cells], group }: Row): Html {
  const headingCell = heading && markup`<th scope="row"${sortAttribute(heading)}>${heading.shows}</th>`;
  const otherCells = cells.map((cell) => markup`<td${sortAttribute(cell)}>${cell.shows}</td>`);
  return markup`<tr data-group="${group}">${headingCell}${otherCells}</tr>\n`;
}

function sortAttribute({ sortsBy }: Cell): Html | undefined {
  return sortsBy === undefined ? undefined : markup` data-sort="${sortsBy}"`;
}
