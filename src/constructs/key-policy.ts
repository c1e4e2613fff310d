/**
 * A policy as it is written in TypeScript: what `keyturn.policy.json` says, with durations as values.
 */
import type { Duration } from "../model/duration";
import type { RuleLevel } from "../policy/policy-schema";
import type { RuleId } from "../policy/rules";

/** Limits that rules compare with. */
export interface KeyPolicyThresholds {
  /**
   * The shortest overlap of a rotation. A text is written as in the file: `12h`.
   * @default - no limit
   */
  readonly minOverlap?: Duration | string;
  /**
   * The longest rotation period.
   * @default - no limit
   */
  readonly maxPeriod?: Duration | string;
  /**
   * How long after its due instant a rotation may come. Judged by `keyturn review` only.
   * @default Duration.days(1)
   */
  readonly maxOverdue?: Duration | string;
  /**
   * How many places may get the secret of one key.
   * @default 1
   */
  readonly maxTargets?: number;
}

/** What holds for the keys of one environment, or of all. */
export interface KeyPolicySettings {
  /**
   * What a finding of a rule does: it denies, it warns, it is noted, or the rule is off.
   * @default - as the table of rules in the README says
   */
  readonly rules?: Readonly<Partial<Record<RuleId, RuleLevel>>>;
  /**
   * Who may own keys; `*` stands for any text, and upper and lower case are the same.
   * @default - anybody
   */
  readonly owners?: readonly string[];
  /**
   * Limits.
   * @default - the default of each
   */
  readonly thresholds?: KeyPolicyThresholds;
}

/** A finding that is allowed for a while. */
export interface KeyPolicyException {
  /** The rule that has found it. */
  readonly rule: RuleId;
  /** The logical key, `service-environment`; `*` stands for any text. */
  readonly key: string;
  /**
   * The stack, if it holds for one only; `*` stands for any text.
   * @default - all stacks
   */
  readonly stack?: string;
  /** Who answers for the exception. */
  readonly owner: string;
  readonly reason: string;
  /** The last day on which it holds, in UTC, such as `2026-12-31`. */
  readonly until: string;
}

/** What may be declared of keys. */
export interface KeyPolicy extends KeyPolicySettings {
  /**
   * Settings for the keys of one environment, in place of those for all, each by itself.
   * @default - the same for all
   */
  readonly environments?: Readonly<Record<string, KeyPolicySettings>>;
  /**
   * What is allowed for a while.
   * @default - nothing
   */
  readonly exceptions?: readonly KeyPolicyException[];
}
