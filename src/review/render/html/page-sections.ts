/**
 * The sections of the page: what was found, the timeline, what happens to each key, their generations, and the plans.
 */
import type { Finding, Generation, KeyReport, Report, Severity } from "../../report/report-schema";
import { changeWords, describeChange } from "../describe-change";
import { counted, nextInstant } from "../describe-report";
import { accessWords, severityWords } from "../plain-words";
import { inert } from "../inert-text";
import { html, phrase, time, value, type Html } from "./html-text";
import { table } from "./html-table";
import { timelineFigure } from "./timeline-chart";

const severityOrder: readonly Severity[] = ["deny", "warn", "note"];

/** Everything that a rule has found, and what to do. */
export function findingsSection({ findings }: Report): Html {
  if (findings.length === 0) return section("findings", "Findings", html`<p>Nothing was found.</p>`);
  const rows = findings.map((finding) => {
    const word = finding.exception === null ? severityWords[finding.severity] : "excepted";
    const rank = finding.exception === null ? severityOrder.indexOf(finding.severity) : severityOrder.length;
    return {
      group: word,
      cells: [
        {
          shows: html`<span class="badge ${finding.exception === null ? finding.severity : "excepted"}">${word}</span>`,
          sortsBy: rank,
        },
        { shows: html`<code>${finding.rule}</code>` },
        { shows: finding.key === null ? html`` : value(finding.key) },
        { shows: findingWords(finding) },
        { shows: place(finding) },
      ],
    };
  });
  const columns = [
    { title: "Severity", isGroup: true },
    { title: "Rule" },
    { title: "Key" },
    { title: "What was found, why it matters, and what to do" },
    { title: "Where" },
  ];
  return section("findings", "Findings", table({ id: "findings-table", caption: "Findings", columns, rows }));
}

function findingWords({ what, why, remedy, exception }: Finding): Html {
  return html`<p>${phrase(what)}</p>
    <p class="more">${why}</p>
    <p><b>Do:</b> ${remedy}</p>
    ${
      exception === null
        ? undefined
        : html`<p>Excepted until ${value(exception.until)} by ${value(exception.owner)}: ${value(exception.reason)}</p>`
    }`;
}

function place({ constructPath, address, stack }: Pick<Finding, "constructPath" | "address" | "stack">): Html {
  return html`${constructPath === null ? undefined : html`${value(constructPath)}<br />`}${
    address === null ? undefined : html`${value(address)}<br />`
  }stack
  ${value(stack)}`;
}

/** The drawing of generations; nothing if there is none. */
export function timelineSection(report: Report): Html | undefined {
  const figure = timelineFigure(report);
  return figure && section("timeline", "Timeline (UTC)", figure);
}

/** All keys, also those to which nothing happens. */
export function keysSection({ keys }: Report): Html {
  if (keys.length === 0) return section("keys", "Keys", html`<p>There is no key in the plans.</p>`);
  const rows = keys.map((key) => {
    const [main] = key.changes;
    const group = main ? changeWords[main.kind] : "nothing";
    return {
      group,
      cells: [
        { shows: value(key.name), sortsBy: inert(key.name) },
        { shows: value(key.owner), sortsBy: inert(key.owner) },
        { shows: html`${group}`, sortsBy: group },
        { shows: happenings(key) },
        { shows: overlapCell(key), sortsBy: key.overlap?.from ?? "" },
        { shows: nextCell(key), sortsBy: nextInstant(key)?.at ?? "" },
        { shows: place(key) },
      ],
    };
  });
  const columns = [
    { title: "Key" },
    { title: "Owner" },
    { title: "Change", isGroup: true },
    { title: "What happens" },
    { title: "Overlap" },
    { title: "Then" },
    { title: "Where" },
  ];
  return section("keys", "Keys", table({ id: "keys-table", caption: "Keys", columns, rows }));
}

function happenings({ changes, access }: KeyReport): Html {
  if (changes.length === 0) return html`nothing`;
  const consequence = access === "kept" ? undefined : html`<p><b>Access ${access}:</b> ${accessWords[access]}</p>`;
  const items = changes.map((change) => phrase(describeChange(change)));
  return html`${
    items.length === 1
      ? html`<p>${items}</p>`
      : html`<ul>
          ${items.map((item) => html`<li>${item}</li>`)}
        </ul>`
  }${consequence}`;
}

function overlapCell({ overlap }: KeyReport): Html {
  return overlap === null ? html`` : html`${time(overlap.from)} to ${time(overlap.earliestEnd)} at the earliest`;
}

function nextCell(key: KeyReport): Html {
  const next = nextInstant(key);
  return next === undefined ? html`` : html`${next.what} ${time(next.at)}`;
}

/** The timeline in words. */
export function generationsSection({ keys }: Report): Html | undefined {
  const rows = keys.flatMap((key) => key.generations.map((generation) => generationRow(key, generation)));
  if (rows.length === 0) return undefined;
  const columns = [
    { title: "Key" },
    { title: "Id" },
    { title: "Name on the API" },
    { title: "Phase", isGroup: true },
    { title: "From" },
    { title: "Until" },
    { title: "How it ends" },
  ];
  return section(
    "generations",
    "Generations",
    table({ id: "generations-table", caption: "Generations", columns, rows }),
  );
}

const endWords: Readonly<Record<Generation["ends"], string>> = {
  due: "its rotation is due",
  earliest: "its overlap ends, at the earliest",
  apply: "with this apply, planned then",
  unknown: "",
};

function generationRow(
  key: KeyReport,
  { id, name, phase, from, until, ends }: Generation,
): Parameters<typeof table>[0]["rows"][number] {
  return {
    group: phase,
    cells: [
      { shows: value(key.name), sortsBy: inert(key.name) },
      { shows: value(id) },
      { shows: value(name) },
      { shows: html`${phase}` },
      { shows: from === null ? html`<i>unknown</i>` : time(from), sortsBy: from ?? "" },
      { shows: until === null ? html`<i>unknown</i>` : time(until), sortsBy: until ?? "" },
      { shows: html`${until === null ? "" : endWords[ends]}` },
    ],
  };
}

/** The plans that were read. */
export function stacksSection({ stacks }: Report): Html {
  const rows = stacks.map(({ name, file, terraformVersion, plannedAt, isErrored, isIncomplete, keys }) => {
    const whole = isErrored ? "planning failed" : isIncomplete ? "not whole" : "whole";
    return {
      group: whole,
      cells: [
        { shows: value(name), sortsBy: inert(name) },
        { shows: html`${counted(keys, "key")}`, sortsBy: keys },
        { shows: plannedAt === null ? html`<i>unknown</i>` : time(plannedAt), sortsBy: plannedAt ?? "" },
        { shows: html`${whole}` },
        { shows: value(terraformVersion) },
        { shows: value(file) },
      ],
    };
  });
  const columns = [
    { title: "Stack" },
    { title: "Keys" },
    { title: "Planned at" },
    { title: "Plan", isGroup: true },
    { title: "Version" },
    { title: "File" },
  ];
  return section("stacks", "Stacks", table({ id: "stacks-table", caption: "Stacks", columns, rows }));
}

function section(id: string, title: string, content: Html): Html {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${content}
  </section> `;
}
