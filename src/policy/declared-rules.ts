/**
 * The rules that need nothing but the declaration of a key. They run at synth and on plans, and say the same words in both.
 */
import { knownScopes } from "../model/known-scopes";
import type { DeclaredAttributes, DeclaredKey } from "./declared-key";
import { declaredTimes, declaredVerification } from "./declared-times";
import { matchesPattern } from "./pattern";
import type { EnvironmentPolicy } from "./policy";
import type { RuleId } from "./rules";
import { joined, sentence, type Sentence } from "./sentence";
import { isHidden, known, type Shown } from "./shown";

/** Says what is wrong with a key; nothing, if all is well or cannot be judged. */
type DeclaredRule = (key: DeclaredKey, policy: EnvironmentPolicy) => readonly Sentence[];

/** The kind of store that is Terraform's state. */
export const stateStore = "terraform_state";

export const declaredRules: Readonly<Partial<Record<RuleId, DeclaredRule>>> = {
  "create-before-destroy-missing": ({ name, endsBeforeSuccessor }) =>
    endsBeforeSuccessor ? [sentence`The lifecycle of ${name} does not say create_before_destroy.`] : [],
  "all-scopes": ({ name, attributes: { scopes: shown } }) => {
    if (isHidden(shown)) return [];
    const scopes = (shown ?? []).map(known);
    const hasAll = scopes.length === 0 || knownScopes.every((scope) => scopes.includes(scope));
    if (!hasAll) return [];
    // On this API a key without scopes has all of them.
    return [
      scopes.length === 0
        ? sentence`${name} names no scopes, and has all.`
        : [...sentence`${name} has all scopes: `, ...list(shown ?? []), "."],
    ];
  },
  "secret-in-state": ({ name, attributes }) =>
    known(attributes.targets)?.some(({ store }) => store === stateStore)
      ? [sentence`The secret of ${name} is delivered to Terraform's state.`]
      : [],
  "overlap-too-short": ({ name, attributes }, { minOverlap }) => {
    const { overlap } = declaredTimes(attributes);
    if (!overlap || !minOverlap?.isLongerThan(overlap)) return [];
    return [
      sentence`The overlap of ${name} is ${overlap.toString()}, and at least ${minOverlap.toString()} is wanted.`,
    ];
  },
  "period-too-long": ({ name, attributes }, { maxPeriod }) => {
    const { period } = declaredTimes(attributes);
    if (!period || !maxPeriod || !period.isLongerThan(maxPeriod)) return [];
    return [
      sentence`The rotation period of ${name} is ${period.toString()}, and at most ${maxPeriod.toString()} is allowed.`,
    ];
  },
  "owner-missing": ({ name, attributes: { owner } }) =>
    !isHidden(owner) && (owner ?? "").trim() === "" ? [sentence`${name} names no owner.`] : [],
  "owner-not-allowed": ({ name, attributes }, { owners }) => {
    const owner = known(attributes.owner)?.trim().toLowerCase();
    if (!owner || !owners || owners.some((pattern) => matchesPattern(owner, pattern.trim().toLowerCase()))) return [];
    return [sentence`The owner of ${name} is ${attributes.owner}.`];
  },
  "one-key-for-several": ({ name, attributes, secretReaders }, { maxTargets }) => {
    const places = placesOf(attributes, secretReaders);
    if (places <= maxTargets) return [];
    return [sentence`The secret of ${name} goes to ${places} places, and ${maxTargets} is allowed.`];
  },
  "verification-off": ({ name, attributes }) =>
    declaredVerification(attributes) === "time-only" ? [sentence`The verification of ${name} is time-only.`] : [],
  "not-judged": ({ name, attributes }) => {
    const names = hiddenNames(attributes);
    return names.length === 0 ? [] : [sentence`Not shown of ${name}: ${names.join(", ")}.`];
  },
};

function list(values: readonly Shown<string>[]): Sentence {
  return joined(
    values.map((value) => [{ value }]),
    ", ",
  );
}

/** The state is no place by itself where something reads the secret from it. */
function placesOf({ targets }: DeclaredAttributes, secretReaders: number): number {
  const stores = known(targets) ?? [];
  const inState = stores.some(({ store }) => store === stateStore);
  return stores.filter(({ store }) => store !== stateStore).length + (inState ? Math.max(1, secretReaders) : 0);
}

/** The attributes that rules look at. */
function hiddenNames(key: DeclaredAttributes): readonly string[] {
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
