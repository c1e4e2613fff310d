/**
 * The policy of a team: what a plan may do to keys. It is a file, `keyturn.policy.json`, so that it is reviewed like everything else.
 *
 * The schema is published, so that editors complete and check the file.
 */
import { z } from "zod";
import { Duration } from "../model/duration";
import { ruleIds } from "./rules";

const durationText = z
  .string()
  .refine(isDuration, "write 90d, 24h, 15m or 30s, or an ISO 8601 duration such as P90D")
  .describe("Such as 90d, 24h or P90D.");

const ruleLevels = z
  .partialRecord(z.enum(ruleIds), z.enum(["deny", "warn", "note", "off"]))
  .describe("What a finding of a rule does: it denies the plan, it warns, it is noted, or the rule is off.");

const owners = z
  .array(z.string().min(1))
  .min(1)
  .describe("Who may own keys. Upper and lower case are the same, and * stands for any text: *@acme.example.");

const thresholds = z.strictObject({
  minOverlap: durationText.optional().describe("The shortest overlap of a rotation. No limit, if not given."),
  maxPeriod: durationText.optional().describe("The longest rotation period. No limit, if not given."),
  maxOverdue: durationText.optional().describe("How long after its due instant a rotation may come. Default 1d."),
  maxTargets: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      "How many places may get the secret of one key: delivery targets, and what reads it in the configuration. Default 1.",
    ),
});

const settings = {
  rules: ruleLevels.optional(),
  owners: owners.optional(),
  thresholds: thresholds.optional(),
};

const exception = z
  .strictObject({
    rule: z.enum(ruleIds),
    key: z.string().min(1).describe("The logical key, service-environment; * stands for any text."),
    stack: z.string().min(1).optional().describe("The stack, if it holds for one only; * stands for any text."),
    owner: z.string().min(1).describe("Who answers for the exception."),
    reason: z.string().min(1),
    until: z
      .string()
      .refine(isDay, "write a day such as 2026-12-31")
      .describe(
        "The last day on which it holds, in UTC, such as 2026-12-31. Plans that are made later are judged without it.",
      ),
  })
  .describe("A finding that is allowed for a while. It stays in the report, with whoever answers for it.");

export const policySchema = z
  .strictObject({
    $schema: z.string().optional(),
    ...settings,
    environments: z
      .record(z.string(), z.strictObject(settings))
      .optional()
      .describe("Settings for the keys of one environment, in place of those above, each by itself."),
    exceptions: z.array(exception).optional(),
  })
  .describe(
    "What may be declared of keys, and what a plan may do to them: read by keyturn review, and by KeyPolicies at synth.",
  );

/** A policy file. */
export type PolicyFile = z.output<typeof policySchema>;
export type PolicyException = z.output<typeof exception>;
export type RuleLevel = "deny" | "warn" | "note" | "off";

function isDuration(text: string): boolean {
  try {
    Duration.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const atMs = Date.parse(`${text}T00:00:00Z`);
  // A day that a month has not is taken for one of the next month by some, and refused by others.
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
}
