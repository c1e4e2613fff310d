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
    ...plan.deferred.map((address) => observed(sentence`The change of ${address} is put off to a later plan.`)),
  ];
}

/** What is wrong between keys. */
export function wrongsAcrossKeys(keys: readonly ReviewedKey[]): readonly Observed[] {
  const byName = new Map<string, ReviewedKey[]>();
  for (const key of keys) {
    const name = known(key.report.name);
    // A name that somebody has imported, and not declared, may be anything.
    if (name === undefined || key.report.isDeposed || key.report.service === null) continue;
    const group = byName.get(name);
    if (group) group.push(key);
    else byName.set(name, [key]);
  }
  return [...byName.values()].filter(({ length }) => length > 1).flatMap(wrongsOfNamesakes);
}

function wrongsOfNamesakes(keys: readonly ReviewedKey[]): readonly Observed[] {
  const declared = keys.filter(({ planned }) => planned.after !== undefined);
  const created = declared.filter(({ planned }) => planned.action === "create");
  const ended = keys.filter(({ planned }) => planned.action === "delete");
  const twice = declared.length < 2 ? [] : declared;
  return [
    ...twice.map((key): Observed => {
      const other = twice.find((each) => each !== key) ?? key;
      const what = sentence`${key.report.name} is declared at ${other.report.address} in ${other.report.stack}, too.`;
      return { rule: "declared-twice", what, stack: key.report.stack, key };
    }),
    ...(created.length > 0 ? ended : []).map((key): Observed => {
      const [other = key] = created;
      const what = sentence`${key.report.name} is destroyed here, and made anew at ${other.report.address} in ${other.report.stack}, which are two keys without an overlap.`;
      return { rule: "revoke-before-create", what, stack: key.report.stack, key };
    }),
  ];
}
