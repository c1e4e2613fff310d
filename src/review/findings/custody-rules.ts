/**
 * Rules about who answers for a key, what it may do, and where its secret goes.
 */
import { knownScopes } from "../../model/known-scopes";
import type { KeyAttributes } from "../plan/key-attributes";
import { isHidden, known, type Shown } from "../plan/shown";
import { matchesPattern } from "../policy/pattern";
import type { Change } from "../report/change-schema";
import { joined, sentence, type Sentence } from "../report/shown-schema";
import type { KeyRules } from "./key-rule";

const stateStore = "terraform_state";

export const custodyRules: KeyRules = {
  "scopes-widened": ({ report, planned }) => {
    // What an imported key may act for is not known before, if nothing limits it.
    const isNew = planned.before?.service === null;
    return report.changes.flatMap((change) =>
      isWider(change) && !(isNew && change.kind === "accounts") ? [widening(report.name, change)] : [],
    );
  },
  "all-scopes": ({ report, planned: { after } }) => {
    if (!after || isHidden(after.scopes)) return [];
    const scopes = (after.scopes ?? []).map(known);
    const hasAll = scopes.length === 0 || knownScopes.every((scope) => scopes.includes(scope));
    if (!hasAll) return [];
    // On this API a key without scopes has all of them.
    return [
      scopes.length === 0
        ? sentence`${report.name} names no scopes, and has all.`
        : [...sentence`${report.name} has all scopes: `, ...list(after.scopes ?? []), "."],
    ];
  },
  "owner-missing": ({ report, planned: { after } }) =>
    after && !isHidden(after.owner) && (after.owner ?? "").trim() === ""
      ? [sentence`${report.name} names no owner.`]
      : [],
  "owner-not-allowed": ({ report, planned: { after } }, { owners }) => {
    const owner = known(after?.owner ?? null)
      ?.trim()
      .toLowerCase();
    if (!owner || !owners || owners.some((pattern) => matchesPattern(owner, pattern.trim().toLowerCase()))) return [];
    return [sentence`The owner of ${report.name} is ${after?.owner ?? null}.`];
  },
  "secret-in-state": ({ report, planned: { after } }) =>
    known(after?.targets ?? null)?.some(({ store }) => store === stateStore)
      ? [sentence`The secret of ${report.name} is delivered to Terraform's state.`]
      : [],
  "one-key-for-several": ({ report, planned: { after }, secretReaders }, { maxTargets }) => {
    if (!after) return [];
    const places = placesOf(after, secretReaders);
    if (places <= maxTargets) return [];
    return [sentence`The secret of ${report.name} goes to ${places} places, and ${maxTargets} is allowed.`];
  },
  "not-judged": ({ report, planned: { after } }) => {
    const names = after ? hiddenNames(after) : [];
    return names.length === 0 ? [] : [sentence`Not shown of ${report.name}: ${names.join(", ")}.`];
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

/** The state is no place by itself where something reads the secret from it. */
function placesOf({ targets }: KeyAttributes, secretReaders: number): number {
  const stores = known(targets) ?? [];
  const inState = stores.some(({ store }) => store === stateStore);
  return stores.filter(({ store }) => store !== stateStore).length + (inState ? Math.max(1, secretReaders) : 0);
}

/** The attributes that rules look at. */
function hiddenNames(key: KeyAttributes): readonly string[] {
  const looked: readonly (readonly [string, Shown<unknown>])[] = [
    ["service", key.service],
    ["environment", key.environment],
    ["owner", key.owner],
    ["scopes", key.scopes],
    ["rotation_period", key.rotationPeriod],
    ["overlap_window", key.overlapWindow],
    ["max_overlap", key.maxOverlap],
    ["verification", key.verification],
    ["deletion_protection", key.deletionProtection],
    ["force_revoke", key.forceRevoke],
    ["deliver_to", key.targets],
  ];
  const hidden = looked.filter(([, value]) => isHidden(value)).map(([name]) => name);
  const parts: readonly (readonly [string, readonly Shown<unknown>[]])[] = [
    ["scopes", known(key.scopes) ?? []],
    ["deliver_to", (known(key.targets) ?? []).map(({ store }) => store)],
  ];
  return [...hidden, ...parts.filter(([, values]) => values.some(isHidden)).map(([name]) => `a part of ${name}`)];
}
