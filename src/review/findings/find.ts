/**
 * Applies all rules to all keys, and the policy to what they find.
 */
import type { PlanToReview, ReviewedKey } from "../meaning/report-of-key";
import { known } from "../../policy/shown";
import type { DeclaredKey } from "../../policy/declared-key";
import { declaredRules } from "../../policy/declared-rules";
import { judge, type Judgement } from "../../policy/judgement";
import type { Policy } from "../../policy/policy";
import type { Finding } from "../report/report-schema";
import { sentence } from "../../policy/sentence";
import { widthRules } from "./width-rules";
import { endRules } from "./end-rules";
import type { KeyRules } from "./key-rule";
import { outsideRules } from "./outside-rules";
import { rules, ruleIds, type RuleId } from "../../policy/rules";
import { timeRules } from "./time-rules";
import { wrongsAcrossKeys, wrongsOfPlan, type Observed } from "./wide-rules";

const keyRules: KeyRules = { ...endRules, ...widthRules, ...timeRules, ...outsideRules };

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
    const declared = declaredKey(key);
    for (const rule of ruleIds) {
      if (rule === "last-key-ends" && remade.has(key)) continue;
      const sentences = [
        ...(keyRules[rule]?.(key, own) ?? []),
        ...((declared && declaredRules[rule]?.(declared, own)) ?? []),
      ];
      for (const what of sentences) observed.push({ rule, what, stack: key.report.stack, key });
    }
  }
  return observed.flatMap((each) => findingsOf(each, policy));
}

/** What is declared once the plan is applied; undefined for a key that ends. */
function declaredKey({ report, planned, createsBeforeDestroy, secretReaders }: ReviewedKey): DeclaredKey | undefined {
  if (!planned.after) return undefined;
  // What the configuration says is seen only where it lies beside the plan.
  const endsFirst =
    createsBeforeDestroy === undefined ? planned.action === "delete-then-create" : !createsBeforeDestroy;
  return {
    name: report.name,
    attributes: planned.after,
    endsBeforeSuccessor: endsFirst && !planned.isDeposed,
    secretReaders,
  };
}

/** The finding, and what is to be said of an exception that has ended. */
function findingsOf(observed: Observed, policy: Policy): readonly Finding[] {
  const { rule, stack, key } = observed;
  const judgement = judge(
    {
      rule,
      key: known(key?.report.name ?? null),
      stack: known(stack),
      environment: known(key?.report.environment ?? null),
      at: key?.plannedAt,
    },
    policy,
  );
  if (!judgement) return [];
  const { level, exception, ended } = judgement;
  const allowed = exception && { owner: exception.owner, reason: exception.reason, until: exception.until };
  const finding = findingOf(observed, level, allowed ?? null);
  if (!ended) return [finding];
  const { owner, until } = ended.exception;
  const what = !key?.plannedAt
    ? sentence`The exception of ${owner} from ${rule} holds until ${until}, and the plan does not say when it was made.`
    : sentence`The exception of ${owner} from ${rule} held until ${until}.`;
  return [finding, findingOf({ ...observed, rule: "exception-over", what }, ended.level, null)];
}

function findingOf(
  { rule, what, stack, key }: Observed & { readonly rule: RuleId },
  severity: Judgement["level"],
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
