/**
 * Applies all rules to all keys, and the policy to what they find.
 */
import type { PlanToReview, ReviewedKey } from "../meaning/report-of-key";
import { known } from "../plan/shown";
import { exceptionsFor, holdsAt, type Policy } from "../policy/policy";
import type { RuleLevel } from "../policy/policy-schema";
import type { Finding } from "../report/report-schema";
import { sentence } from "../report/shown-schema";
import { custodyRules } from "./custody-rules";
import { endRules } from "./end-rules";
import type { KeyRules } from "./key-rule";
import { outsideRules } from "./outside-rules";
import { rules, ruleIds, type RuleId } from "./rules";
import { timeRules } from "./time-rules";
import { wrongsAcrossKeys, wrongsOfPlan, type Observed } from "./wide-rules";

const keyRules: KeyRules = { ...endRules, ...custodyRules, ...timeRules, ...outsideRules };

/** All findings, in no order. Those of a rule that is off are left out. */
export function findAll(
  plans: readonly PlanToReview[],
  keys: readonly ReviewedKey[],
  policy: Policy,
): readonly Finding[] {
  const observed = [...plans.flatMap(wrongsOfPlan), ...wrongsAcrossKeys(keys)];
  // A key that is made anew elsewhere is not the last of its name.
  const remade = new Set(observed.flatMap(({ rule, key }) => (rule === "revoke-before-create" && key ? [key] : [])));
  for (const key of keys) {
    const own = policy.forEnvironment(known(key.report.environment));
    for (const rule of ruleIds) {
      if (rule === "last-key-ends" && remade.has(key)) continue;
      for (const what of keyRules[rule]?.(key, own) ?? []) observed.push({ rule, what, stack: key.report.stack, key });
    }
  }
  return observed.flatMap((each) => judge(each, policy));
}

/** The finding, and what is to be said of an exception that has ended. */
function judge(observed: Observed, policy: Policy): readonly Finding[] {
  const { rule, stack, key } = observed;
  const level = policy.forEnvironment(known(key?.report.environment ?? null)).levelOf(rule);
  if (level === "off") return [];
  const query = { rule, key: known(key?.report.name ?? null), stack: known(stack) };
  const written = exceptionsFor(policy, query);
  const holding = written.find((exception) => holdsAt(exception, key?.plannedAt));
  const exception = holding ? { owner: holding.owner, reason: holding.reason, until: holding.until } : null;
  const finding = findingOf(observed, level, exception);
  return holding
    ? [finding]
    : [finding, ...written.slice(0, 1).flatMap((ended) => overFinding(observed, ended, policy))];
}

function overFinding(
  observed: Observed,
  ended: { readonly owner: string; readonly until: string },
  policy: Policy,
): readonly Finding[] {
  const { key } = observed;
  const level = policy.forEnvironment(known(key?.report.environment ?? null)).levelOf("exception-over");
  if (level === "off") return [];
  const what = !key?.plannedAt
    ? sentence`The exception of ${ended.owner} from ${observed.rule} holds until ${ended.until}, and the plan does not say when it was made.`
    : sentence`The exception of ${ended.owner} from ${observed.rule} held until ${ended.until}.`;
  return [findingOf({ ...observed, rule: "exception-over", what }, level, null)];
}

function findingOf(
  { rule, what, stack, key }: Observed & { readonly rule: RuleId },
  severity: Exclude<RuleLevel, "off">,
  exception: Finding["exception"],
): Finding {
  const { title, why, remedy } = rules[rule];
  return {
    rule,
    severity,
    title,
    stack,
    address: key?.report.address ?? null,
    constructPath: key?.report.constructPath ?? null,
    key: key?.report.name ?? null,
    what,
    why,
    remedy,
    exception,
  };
}
