/**
 * A policy as rules ask it: what holds for one key, and which exception allows a finding.
 */
import { Duration } from "../model/duration";
import { KeyturnError } from "../model/error";
import { Instant } from "../model/instant";
import { rules, type RuleId } from "./rules";
import { matchesPattern } from "./pattern";
import { policySchema, type PolicyException, type PolicyFile, type RuleLevel } from "./policy-schema";

/** What holds for the keys of one environment. */
export interface EnvironmentPolicy {
  /** What a finding of the rule does. */
  readonly levelOf: (rule: RuleId) => RuleLevel;
  /** Who may own keys; undefined if anybody may. */
  readonly owners: readonly string[] | undefined;
  readonly minOverlap: Duration | undefined;
  readonly maxPeriod: Duration | undefined;
  readonly maxOverdue: Duration;
  readonly maxTargets: number;
}

/** A policy that was read. */
export interface Policy {
  /** @param environment undefined where it is not known, and for what is about no key */
  readonly forEnvironment: (environment: string | undefined) => EnvironmentPolicy;
  readonly exceptions: readonly PolicyException[];
}

const defaultMaxOverdue = Duration.days(1);

/** The policy of a file. Without one, only what is dangerous everywhere is judged. */
export function policyOf(file: PolicyFile): Policy {
  const environments = new Map(
    Object.entries(file.environments ?? {}).map(([name, own]) => [name, environmentPolicy(file, own)]),
  );
  const general = environmentPolicy(file, {});
  return {
    forEnvironment: (environment) => (environment === undefined ? general : (environments.get(environment) ?? general)),
    exceptions: file.exceptions ?? [],
  };
}

type Settings = Pick<PolicyFile, "rules" | "owners" | "thresholds">;

function environmentPolicy(general: Settings, own: Settings): EnvironmentPolicy {
  const thresholds = { ...general.thresholds, ...own.thresholds };
  const duration = (text: string | undefined): Duration | undefined =>
    text === undefined ? undefined : Duration.parse(text);
  return {
    levelOf: (rule) => own.rules?.[rule] ?? general.rules?.[rule] ?? rules[rule].severity,
    owners: own.owners ?? general.owners,
    minOverlap: duration(thresholds.minOverlap),
    maxPeriod: duration(thresholds.maxPeriod),
    maxOverdue: duration(thresholds.maxOverdue) ?? defaultMaxOverdue,
    maxTargets: thresholds.maxTargets ?? 1,
  };
}

/**
 * Reads the text of a policy file.
 * @param source what the file is called in messages
 * @throws KeyturnError INVALID_VALUE with everything that is wrong with it
 */
export function readPolicy(text: string, source: string): PolicyFile {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new KeyturnError(
      "INVALID_VALUE",
      `the policy ${source} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const policy = policySchema.safeParse(json);
  if (policy.success) return policy.data;
  const problems = policy.error.issues.map(
    ({ path, message }) => `${path.map(String).join(".") || "the file"}: ${message}`,
  );
  throw new KeyturnError("INVALID_VALUE", `the policy ${source} cannot be used: ${problems.join("; ")}`);
}

/** Where and when an exception is looked for. */
export interface ExceptionQuery {
  readonly rule: RuleId;
  readonly key: string | undefined;
  readonly stack: string | undefined;
}

/** The exceptions that are written for a finding, whether or not they still hold. */
export function exceptionsFor(policy: Policy, { rule, key, stack }: ExceptionQuery): readonly PolicyException[] {
  return policy.exceptions.filter(
    (exception) =>
      exception.rule === rule &&
      key !== undefined &&
      matchesPattern(key, exception.key) &&
      (exception.stack === undefined || (stack !== undefined && matchesPattern(stack, exception.stack))),
  );
}

/** Whether an exception holds for a plan that was made then. One without an instant cannot be judged, so nothing is excepted. */
export function holdsAt({ until }: PolicyException, plannedAt: Instant | undefined): boolean {
  return plannedAt?.isBefore(Instant.parse(`${until}T00:00:00Z`).plus(Duration.days(1))) ?? false;
}
