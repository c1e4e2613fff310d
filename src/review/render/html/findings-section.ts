/**
 * Everything that a rule has found: what, why it matters, and what to do.
 */
import type { Finding, Report, Severity } from "../../report/report-schema";
import { inert } from "../inert-text";
import { severityWords } from "../plain-words";
import { table, type Row } from "./html-table";
import { markup, phrase, value, type Html } from "./html-text";
import { placeLines, section } from "./section";

const columns = [
  { title: "Severity", isGroup: true },
  { title: "Rule" },
  { title: "Key" },
  { title: "What was found, why it matters, and what to do" },
];

/** The section, also if there are no findings. */
export function findingsSection({ findings }: Report): Html {
  if (findings.length === 0) return section("findings", "Findings", markup`<p>Nothing was found.</p>`);
  const rows = findings.map(findingRow);
  return section("findings", "Findings", table({ id: "findings-table", caption: "Findings", columns, rows }));
}

/** Heaviest first. */
const severityOrder: readonly Severity[] = ["deny", "warn", "note"];

function findingRow(finding: Finding): Row {
  const { rule, severity, key, exception } = finding;
  const [word, look, rank] =
    exception === null
      ? [severityWords[severity], severity, severityOrder.indexOf(severity)]
      : ["excepted", "excepted", severityOrder.length];
  return {
    group: word,
    cells: [
      { shows: markup`<span class="badge ${look}">${word}</span>`, sortsBy: rank },
      { shows: markup`<code>${rule}</code>` },
      { shows: markup`${key === null ? undefined : value(key)}${placeLines(finding)}`, sortsBy: key ? inert(key) : "" },
      { shows: findingWords(finding) },
    ],
  };
}

function findingWords({ what, why, remedy, exception }: Finding): Html {
  const allowed =
    exception &&
    markup`<p>Excepted until ${value(exception.until)} by ${value(exception.owner)}: ${value(exception.reason)}</p>`;
  return markup`<p>${phrase(what)}</p><p class="more">${why}</p><p><b>Do:</b> ${remedy}</p>${allowed ?? undefined}`;
}
