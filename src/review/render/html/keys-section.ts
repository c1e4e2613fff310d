/**
 * What happens to each key, also to those to which nothing happens.
 */
import type { KeyReport, Report } from "../../report/report-schema";
import { changeWords, describeChange } from "../describe-change";
import { nextInstant } from "../describe-report";
import { inert } from "../inert-text";
import { accessWords } from "../plain-words";
import { table, type Row } from "./html-table";
import { markup, phrase, time, value, type Html } from "./html-text";
import { placeLines, section } from "./section";

const columns = [
  { title: "Key" },
  { title: "Owner" },
  { title: "Change", isGroup: true },
  { title: "What happens" },
  { title: "Overlap" },
  { title: "Then" },
];

/** The section, also if there are no keys. */
export function keysSection({ keys }: Report): Html {
  if (keys.length === 0) return section("keys", "Keys", markup`<p>There is no key in the plans.</p>`);
  return section("keys", "Keys", table({ id: "keys-table", caption: "Keys", columns, rows: keys.map(keyRow) }));
}

function keyRow(key: KeyReport): Row {
  const { name, owner, changes, overlap, isDeposed } = key;
  const [main] = changes;
  const group = main ? changeWords[main.kind] : "nothing";
  const title = markup`${value(name)}${isDeposed ? " replaced, left over" : undefined}${placeLines(key)}`;
  return {
    group,
    cells: [
      { shows: title, sortsBy: inert(name) },
      { shows: value(owner), sortsBy: inert(owner) },
      { shows: markup`${group}` },
      { shows: happenings(key) },
      { shows: overlapWords(overlap), sortsBy: overlap?.from ?? "" },
      { shows: nextWords(key), sortsBy: nextInstant(key)?.at ?? "" },
    ],
  };
}

function happenings({ changes, access }: KeyReport): Html {
  if (changes.length === 0) return markup`nothing`;
  const consequence = access === "kept" ? undefined : markup`<p><b>Access ${access}:</b> ${accessWords[access]}</p>`;
  const sentences = changes.map((change) => phrase(describeChange(change)));
  if (sentences.length === 1) return markup`<p>${sentences}</p>${consequence}`;
  return markup`<ul>${sentences.map((sentence) => markup`<li>${sentence}</li>`)}</ul>${consequence}`;
}

function overlapWords(overlap: KeyReport["overlap"]): Html {
  if (overlap === null) return markup``;
  return markup`${time(overlap.from)}<br>to ${time(overlap.earliestEnd)}<br>at the earliest`;
}

function nextWords(key: KeyReport): Html {
  const next = nextInstant(key);
  return next === undefined ? markup`` : markup`${next.what}<br>${time(next.at)}`;
}
