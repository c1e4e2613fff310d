/**
 * A report: what plans mean for keys, and what is to be said about it. It is computed once, and renderers only print it.
 *
 * It is published as a JSON schema, so members are added, and not taken away or given another meaning, within one version.
 */
import { z } from "zod";
import { changeSchema } from "./change-schema";
import { instantSchema, sentenceSchema, textSchema, textsSchema } from "./shown-schema";

/** The version of the form of reports. */
export const reportVersion = 1;

const generationSchema = z
  .object({
    id: textSchema,
    name: textSchema,
    phase: z
      .enum(["new", "active", "retiring", "rolled-back", "pending", "unknown"])
      .describe("After the plan is applied; unknown for a key whose name is not one of ours."),
    from: instantSchema
      .nullable()
      .describe("Its creation; for a new one, the instant of the plan, which is the earliest."),
    until: instantSchema.nullable(),
    ends: z
      .enum(["due", "earliest", "apply", "unknown"])
      .describe("What `until` is: when its rotation is due, the earliest end of its overlap, or this apply."),
  })
  .describe("A real key behind the logical one.");
export type Generation = z.infer<typeof generationSchema>;

const overlapSchema = z.object({
  from: instantSchema.describe(
    "When the newest replaced key was replaced; the instant of the plan for one that it replaces.",
  ),
  earliestEnd: instantSchema.describe("From when the replaced key may be revoked, if the evidence allows it."),
  warnedFrom: instantSchema.describe("From when every plan warns that it still works: max_overlap."),
});
export type Overlap = z.infer<typeof overlapSchema>;

const keySchema = z.object({
  stack: textSchema,
  address: textSchema,
  constructPath: textSchema,
  isDeposed: z.boolean().describe("Whether it is a replaced object that an interrupted run has left in the state."),
  name: textSchema.describe("The logical key: service-environment."),
  service: textSchema,
  environment: textSchema,
  owner: textSchema,
  isChanged: z.boolean().describe("Whether the apply does something about it, or to its place in the state."),
  changes: z.array(changeSchema).readonly().describe("The one that matters most comes first; none if nothing happens."),
  access: z
    .enum(["kept", "interrupted", "lost"])
    .describe(
      "Whether a service that uses the key always has one that works: not between revocation and creation, or not any more.",
    ),
  overlap: overlapSchema.nullable(),
  generations: z.array(generationSchema).readonly(),
});
export type KeyReport = z.infer<typeof keySchema>;

const severitySchema = z.enum(["deny", "warn", "note"]);
export type Severity = z.infer<typeof severitySchema>;

const findingSchema = z.object({
  rule: z.string(),
  severity: severitySchema,
  title: z.string(),
  stack: textSchema,
  address: textSchema,
  constructPath: textSchema,
  key: textSchema.describe("The logical key; null for a finding about a whole stack or the policy."),
  what: sentenceSchema,
  why: z.string(),
  remedy: z.string(),
  exception: z
    .object({ owner: z.string(), reason: z.string(), until: z.string() })
    .nullable()
    .describe("The exception of the policy that allows it. It counts for nothing then."),
});
export type Finding = z.infer<typeof findingSchema>;

export const reportSchema = z.object({
  reportVersion: z.literal(reportVersion),
  verdict: z.object({
    outcome: z.enum(["denied", "warned", "clear", "nothing"]),
    keys: z.number(),
    changedKeys: z.number(),
    kinds: z
      .array(z.object({ kind: z.string(), keys: z.number() }))
      .readonly()
      .describe("How many keys have a change as their main one."),
    accessLost: textsSchema.describe("The logical keys that end, or have ended, without a successor."),
    accessInterrupted: textsSchema.describe("The logical keys without a working key between revocation and creation."),
    denials: z.number(),
    warnings: z.number(),
    notes: z.number(),
    exceptions: z.number(),
  }),
  stacks: z
    .array(
      z.object({
        name: textSchema,
        file: textSchema.describe(
          "The file to look into, relative to where the review ran: what cdktf has synthesised, else the plan.",
        ),
        terraformVersion: textSchema,
        plannedAt: instantSchema.nullable(),
        isErrored: z.boolean(),
        isIncomplete: z.boolean(),
        keys: z.number(),
      }),
    )
    .readonly(),
  keys: z.array(keySchema).readonly(),
  findings: z.array(findingSchema).readonly(),
});
export type Report = z.infer<typeof reportSchema>;
export type Verdict = Report["verdict"];
