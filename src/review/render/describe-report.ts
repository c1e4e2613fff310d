/**
 * Sentences about a report as a whole, and about keys and their overlaps, which all renderers print.
 */
import type { KeyReport, Overlap, Report, Verdict } from "../report/report-schema";
import { joined, type Sentence } from "../../policy/sentence";
import type { ChangeKind } from "../report/change-schema";
import type { Shown } from "../../policy/shown";

const outcomes: Readonly<Record<Verdict["outcome"], string>> = {
  denied: "Denied by policy",
  warned: "Look at the warnings",
  clear: "No objection",
  nothing: "Nothing to do",
};

/** What the verdict is, in some words. */
export function outcomeWords({ outcome }: Verdict): string {
  return outcomes[outcome];
}

const pastWords: Readonly<Record<ChangeKind, readonly [string, string]>> = {
  create: ["is created", "are created"],
  rotate: ["is rotated", "are rotated"],
  retire: ["left over is ended", "left over are ended"],
  revoke: ["has a replaced key revoked", "have replaced keys revoked"],
  "take-over": ["is taken over", "are taken over"],
  rename: ["is renamed", "are renamed"],
  import: ["is imported", "are imported"],
  drift: ["was changed outside", "were changed outside"],
  scopes: ["gets other scopes", "get other scopes"],
  accounts: ["gets other accounts", "get other accounts"],
  owner: ["gets another owner", "get another owner"],
  delivery: ["is delivered elsewhere", "are delivered elsewhere"],
  settings: ["gets other settings", "get other settings"],
  destroy: ["is destroyed", "are destroyed"],
  forget: ["is forgotten", "are forgotten"],
  move: ["is moved", "are moved"],
  undecided: ["is decided about at apply", "are decided about at apply"],
  deferred: ["is put off", "are put off"],
};

/** At most so many names in the verdict line. */
const namesInVerdict = 5;

/** The whole verdict in sentences: what happens, who loses access, and what was found. */
export function describeVerdict({ verdict, stacks }: Report): Sentence {
  const isWhole = stacks.every(({ isErrored, isIncomplete }) => !isErrored && !isIncomplete);
  return [`${countedChanges(verdict)} `, ...accessSentence(verdict, isWhole), ` ${countedFindings(verdict)}`];
}

function countedChanges({ kinds, keys }: Verdict): string {
  if (kinds.length === 0) return `${counted(keys, "key")}, and nothing happens to ${keys === 1 ? "it" : "them"}.`;
  const parts = kinds.map(({ kind, keys: count }) => {
    const [one, several] = pastWords[kind as ChangeKind];
    return `${count} ${count === 1 ? one : several}`;
  });
  const untouched = kinds.reduce((rest, { keys: count }) => rest - count, keys);
  return `${counted(keys, "key")}: ${parts.join(", ")}${untouched > 0 ? `, ${untouched} untouched` : ""}.`;
}

function accessSentence({ accessLost, accessInterrupted }: Verdict, isWhole: boolean): Sentence {
  const lost: Sentence =
    accessLost.length > 0 ? [...names(accessLost), plural(accessLost, " loses access.", " lose access.")] : [];
  const interrupted: Sentence =
    accessInterrupted.length > 0
      ? [
          ...names(accessInterrupted),
          plural(
            accessInterrupted,
            " is without a working key for a while.",
            " are without a working key for a while.",
          ),
        ]
      : [];
  if (lost.length + interrupted.length === 0) {
    return [
      isWhole ? "No service loses access." : "A plan is not whole, so nobody can tell whether a service loses access.",
    ];
  }
  return joined(
    [lost, interrupted].filter((part) => part.length > 0),
    " ",
  );
}

function names(values: readonly Shown<string>[]): Sentence {
  const shown: Sentence[] = values.slice(0, namesInVerdict).map((value) => [{ value }]);
  const rest = values.length - shown.length;
  return [...joined(shown, ", "), ...(rest > 0 ? [` and ${rest} more`] : [])];
}

function countedFindings({ denials, warnings, notes, exceptions }: Verdict): string {
  const parts = [
    ...(denials > 0 ? [counted(denials, "denial")] : []),
    ...(warnings > 0 ? [counted(warnings, "warning")] : []),
    ...(notes > 0 ? [counted(notes, "note")] : []),
    ...(exceptions > 0 ? [`${counted(exceptions, "finding")} excepted`] : []),
  ];
  return parts.length === 0 ? "No findings." : `${parts.join(", ")}.`;
}

/** The overlap as two instants; undefined if there is none. */
export function describeOverlap(overlap: Overlap | null): string | undefined {
  return overlap === null ? undefined : `${overlap.from} to ${overlap.earliestEnd} at the earliest`;
}

/** When the newest generation is due, or the key ends. */
export function nextInstant({ generations }: KeyReport): { readonly at: string; readonly what: string } | undefined {
  const newest = generations.at(-1);
  if (!newest?.until) return undefined;
  const what = { due: "next rotation", earliest: "earliest end", apply: "end", unknown: "end" }[newest.ends];
  return { at: newest.until, what };
}

/** "1 key", "2 keys". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function plural(values: readonly unknown[], one: string, several: string): string {
  return values.length === 1 ? one : several;
}
