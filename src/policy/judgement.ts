/**
 * What a policy says to something that a rule has found: how much it counts, and which exception allows it.
 */
import type { Instant } from "../model/instant";
import { exceptionsFor, holdsAt, type Policy } from "./policy";
import type { PolicyException, RuleLevel } from "./policy-schema";
import type { RuleId } from "./rules";

/** What was found. Undefined is what is not known, or what is about no key. */
export interface Found {
  readonly rule: RuleId;
  readonly key: string | undefined;
  readonly stack: string | undefined;
  readonly environment: string | undefined;
  /** For when it is judged: exceptions end. */
  readonly at: Instant | undefined;
}

/** How it counts. */
export interface Judgement {
  readonly level: Exclude<RuleLevel, "off">;
  /** The exception that allows it. It counts for nothing then. */
  readonly exception: PolicyException | undefined;
  /** An exception that has ended, and how much that counts; undefined if there is none, or another one holds. */
  readonly ended: { readonly exception: PolicyException; readonly level: Exclude<RuleLevel, "off"> } | undefined;
}

/** Judges it; undefined if its rule is off. */
export function judge({ rule, key, stack, environment, at }: Found, policy: Policy): Judgement | undefined {
  const { levelOf } = policy.forEnvironment(environment);
  const level = levelOf(rule);
  if (level === "off") return undefined;
  const written = exceptionsFor(policy, { rule, key, stack });
  const exception = written.find((each) => holdsAt(each, at));
  const [first] = written;
  const endedLevel = levelOf("exception-over");
  const ended =
    exception || !first || endedLevel === "off" ? undefined : ({ exception: first, level: endedLevel } as const);
  return { level, exception, ended };
}
