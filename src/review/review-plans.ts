/**
 * The review: from plans and a policy to a report. Pure: no clock, no files, and the same report for the same plans in any order.
 */
import { findAll } from "./findings/find";
import { namesakesAmong } from "./findings/wide-rules";
import { ruleIds } from "../policy/rules";
import { keysOfPlan, type PlanToReview, type ReviewedKey } from "./meaning/report-of-key";
import { known, shownText, type Shown } from "../policy/shown";
import type { Policy } from "../policy/policy";
import type { Change } from "./report/change-schema";
import { reportVersion, type Finding, type KeyReport, type Report, type Verdict } from "./report/report-schema";

/** Reviews plans together: a key that two of them declare is found. */
export function reviewPlans(plans: readonly PlanToReview[], policy: Policy): Report {
  const reviewed = plans.map((each) => ({ plan: each, keys: keysOfPlan(each) }));
  const allKeys = withRemade(reviewed.flatMap(({ keys }) => keys));
  const keys = allKeys.map(({ report }) => report).sort(byPlace);
  const findings = [...findAll(plans, allKeys, policy)].sort(byWeight);
  const stacks = reviewed
    .map(({ plan: { name, plan, configuration, file }, keys: own }) => ({
      name: configuration?.stackName ?? name,
      file: file === undefined ? null : shownText(file),
      terraformVersion: plan.terraformVersion,
      plannedAt: plan.plannedAt?.toString() ?? null,
      isErrored: plan.isErrored,
      isIncomplete: plan.isIncomplete || plan.leftOut > 0,
      keys: own.length,
    }))
    .sort((a, b) => compare(sortable(a.name), sortable(b.name)));
  return { reportVersion, verdict: verdictOn(keys, findings), stacks, keys, findings };
}

/** A key that ends at one address, and is made at another, leaves its service without one for a while, and not for good. */
function withRemade(keys: readonly ReviewedKey[]): readonly ReviewedKey[] {
  const namesakesOf = namesakesAmong(keys);
  return keys.map((key) => {
    const isRemade =
      key.report.changes[0]?.kind === "destroy" && namesakesOf(key).some(({ planned }) => planned.action === "create");
    return isRemade ? { ...key, report: { ...key.report, access: "interrupted" } } : key;
  });
}

function verdictOn(keys: readonly KeyReport[], findings: readonly Finding[]): Verdict {
  const counting = findings.filter(({ exception }) => exception === null);
  const count = (severity: Finding["severity"]): number =>
    counting.filter((finding) => finding.severity === severity).length;
  const changedKeys = keys.filter(({ isChanged }) => isChanged).length;
  const [denials, warnings] = [count("deny"), count("warn")];
  const outcome = denials > 0 ? "denied" : warnings > 0 ? "warned" : changedKeys > 0 ? "clear" : "nothing";
  return {
    outcome,
    keys: keys.length,
    changedKeys,
    kinds: kindCounts(keys),
    accessLost: namesWith(keys, "lost"),
    accessInterrupted: namesWith(keys, "interrupted"),
    denials,
    warnings,
    notes: count("note"),
    exceptions: findings.length - counting.length,
  };
}

/** Kinds of changes, those that end something first. */
const kindOrder: readonly Change["kind"][] = [
  "destroy",
  "rename",
  "forget",
  "rotate",
  "take-over",
  "revoke",
  "retire",
  "create",
  "import",
  "drift",
  "scopes",
  "accounts",
  "owner",
  "delivery",
  "settings",
  "undecided",
  "deferred",
  "move",
];

function kindCounts(keys: readonly KeyReport[]): Verdict["kinds"] {
  return kindOrder
    .map((kind) => ({ kind, keys: keys.filter(({ changes }) => changes[0]?.kind === kind).length }))
    .filter((each) => each.keys > 0);
}

function namesWith(keys: readonly KeyReport[], access: KeyReport["access"]): readonly Shown<string>[] {
  const names = keys.filter((key) => key.access === access).map(nameInUse);
  return [...new Map(names.map((name) => [sortable(name), name])).values()];
}

/** The name by which services know it: the old one of a key that is renamed. */
function nameInUse({ name, changes: [main] }: KeyReport): Shown<string> {
  return main?.kind === "rename" ? main.from : name;
}

const severityOrder: readonly Finding["severity"][] = ["deny", "warn", "note"];

function byWeight(a: Finding, b: Finding): number {
  return (
    Number(a.exception !== null) - Number(b.exception !== null) ||
    severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity) ||
    compare(sortable(a.stack), sortable(b.stack)) ||
    compare(sortable(a.key), sortable(b.key)) ||
    compare(sortable(a.address), sortable(b.address)) ||
    ruleOrder(a) - ruleOrder(b) ||
    compare(JSON.stringify(a.what), JSON.stringify(b.what))
  );
}

function ruleOrder({ rule }: Finding): number {
  return (ruleIds as readonly string[]).indexOf(rule);
}

function byPlace(a: KeyReport, b: KeyReport): number {
  return (
    compare(sortable(a.stack), sortable(b.stack)) ||
    compare(sortable(a.name), sortable(b.name)) ||
    compare(sortable(a.address), sortable(b.address)) ||
    Number(a.isDeposed) - Number(b.isDeposed) ||
    compare(JSON.stringify(a), JSON.stringify(b))
  );
}

function sortable(text: Shown<string>): string {
  return known(text) ?? "";
}

/** By code units: the same on every machine, whatever its language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
