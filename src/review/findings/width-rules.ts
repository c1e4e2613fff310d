/**
 * Rules about what a key may do that it could not do before.
 */
import { joined, sentence, type Sentence } from "../../policy/sentence";
import type { Shown } from "../../policy/shown";
import type { Change } from "../report/change-schema";
import type { KeyRules } from "./key-rule";

export const widthRules: KeyRules = {
  "scopes-widened": ({ report, planned }) => {
    // What an imported key may act for is not known before, if nothing limits it.
    const isNew = planned.before?.service === null;
    return report.changes.flatMap((change) =>
      isWider(change) && !(isNew && change.kind === "accounts") ? [widening(report.name, change)] : [],
    );
  },
};

type Width = Extract<Change, { readonly kind: "scopes" | "accounts" }>;

function isWider(change: Change): change is Width {
  return (change.kind === "scopes" || change.kind === "accounts") && change.direction !== "narrower";
}

function widening(name: Shown<string>, { kind, direction, added }: Width): Sentence {
  if (direction === "unknown") return [`The ${kind} of `, { value: name }, " change, and it is not shown to what."];
  if (added.length === 0) return sentence`${name} may act for all accounts of the workspace.`;
  return [
    ...sentence`${name} gets `,
    ...list(added),
    kind === "scopes" ? " in addition." : " as accounts in addition.",
  ];
}

function list(values: readonly Shown<string>[]): Sentence {
  return joined(
    values.map((value) => [{ value }]),
    ", ",
  );
}
