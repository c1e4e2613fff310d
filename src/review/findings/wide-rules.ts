/**
 * Rules that look at more than one key: at all keys of all plans, and at plans as a whole.
 */
import type { PlanToReview, ReviewedKey } from "../meaning/report-of-key";
import { known, type Shown } from "../../policy/shown";
import { sentence, type Sentence } from "../../policy/sentence";
import type { RuleId } from "../../policy/rules";

/** Something wrong that was found, before the policy has judged it. */
export interface Observed {
  readonly rule: RuleId;
  readonly what: Sentence;
  /** The stack, where it is about none of the keys. */
  readonly stack: Shown<string>;
  readonly key: ReviewedKey | undefined;
}

/** What is wrong with plans as a whole. */
export function wrongsOfPlan({ name, plan, configuration }: PlanToReview): readonly Observed[] {
  const stack = configuration?.stackName ?? name;
  const observed = (what: Sentence): Observed => ({ rule: "plan-not-whole", what, stack, key: undefined });
  return [
    ...(plan.isErrored
      ? [observed(sentence`Planning of ${stack} ended with an error, and the plan cannot be applied.`)]
      : []),
    ...(plan.isIncomplete && !plan.isErrored && plan.deferred.length === 0
      ? [
          observed(
            sentence`The plan of ${stack} leaves out a part of the configuration; a further plan is needed after it.`,
          ),
        ]
      : []),
    ...(plan.leftOut > 0 && !plan.isErrored && !plan.isIncomplete
      ? [
          observed(
            sentence`The plan of ${stack} does not say what happens to ${plan.leftOut} of its keys, as a plan that only refreshes the state does not.`,
          ),
        ]
      : []),
    ...plan.deferred.map((address) => observed(sentence`The change of ${address} is put off to a later plan.`)),
  ];
}

/** What is wrong between keys. */
export function wrongsAcrossKeys(keys: readonly ReviewedKey[]): readonly Observed[] {
  const namesakesOf = namesakesAmong(keys);
  return keys.flatMap((key) => {
    const others = namesakesOf(key);
    return [...declaredTwice(key, others), ...madeElsewhere(key, others)];
  });
}

/** Finds the other keys that have the name of a key, in what may be its workspace. */
export function namesakesAmong(keys: readonly ReviewedKey[]): (key: ReviewedKey) => readonly ReviewedKey[] {
  const byName = new Map<string, ReviewedKey[]>();
  for (const key of keys.filter(isDeclared)) {
    const name = known(key.report.name);
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), key]);
  }
  return (key) => {
    const all = byName.get(known(key.report.name) ?? "") ?? [];
    if (!all.includes(key)) return [];
    return all
      .filter(({ workspace }) => !key.workspace || !workspace || workspace === key.workspace)
      .filter((other) => other !== key);
  };
}

/** A name that somebody has imported, and not declared, may be anything. */
function isDeclared({ report }: ReviewedKey): boolean {
  return !report.isDeposed && report.service !== null;
}

function declaredTwice(key: ReviewedKey, others: readonly ReviewedKey[]): readonly Observed[] {
  const other = others.find(({ planned }) => planned.after !== undefined);
  if (!other || !key.planned.after) return [];
  const what = sentence`${key.report.name} is declared at ${other.report.address} in ${other.report.stack}, too.`;
  return [{ rule: "declared-twice", what, stack: key.report.stack, key }];
}

function madeElsewhere(key: ReviewedKey, others: readonly ReviewedKey[]): readonly Observed[] {
  const made = others.find(({ planned }) => planned.action === "create");
  if (!made || key.planned.action !== "delete") return [];
  const what = sentence`${key.report.name} is destroyed here, and made anew at ${made.report.address} in ${made.report.stack}, which are two keys without an overlap.`;
  return [{ rule: "revoke-before-create", what, stack: key.report.stack, key }];
}
