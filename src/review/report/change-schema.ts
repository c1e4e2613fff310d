/**
 * What a plan means for one key, in the words of its life instead of attributes.
 */
import { z } from "zod";
import { instantSchema, textSchema, textsSchema } from "./shown-schema";

const targetSchema = z
  .object({ store: textSchema, place: textSchema })
  .describe("A place that the secret is delivered to: the kind of store, and what names the place in it.");

/** Why a new generation is made. */
const rotationReasonSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("due"), since: instantSchema.nullable() }),
  z.object({ kind: z.literal("trigger"), names: textsSchema }),
  z.object({ kind: z.literal("staffing"), events: textsSchema }),
  z.object({
    kind: z.literal("compromised"),
    report: textSchema,
    revoked: textsSchema.describe("The ids of the keys that are revoked first."),
  }),
  z.object({ kind: z.literal("new-target"), targets: z.array(targetSchema).readonly() }),
  z.object({ kind: z.literal("owed") }).describe("It was asked for by an earlier plan, and could not come then."),
  z.object({ kind: z.literal("requested") }).describe("By -replace on the command line."),
  z.object({ kind: z.literal("tainted") }).describe("Its creation had failed halfway, or somebody has tainted it."),
  z.object({ kind: z.literal("dependency") }).describe("By replace_triggered_by."),
  z.object({ kind: z.literal("other") }),
]);
export type RotationReason = z.infer<typeof rotationReasonSchema>;

const leavingKeySchema = z.object({
  id: textSchema,
  name: textSchema,
  replacedAt: instantSchema.nullable().describe("Since when it is replaced, as its name says."),
  overlapEndedAt: instantSchema.nullable(),
});

const widthSchema = z.object({
  direction: z.enum(["wider", "narrower", "other", "unknown"]),
  added: textsSchema,
  removed: textsSchema,
});

/** One thing that happens to a key. */
export const changeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("create"),
    isRecreation: z.boolean().describe("Whether it was revoked outside of this configuration, and is made again."),
    scopes: textsSchema.describe("What it may do. Empty if it may do everything."),
    targets: z.array(targetSchema).readonly().describe("Where its secret is delivered to."),
  }),
  z.object({
    kind: z.literal("rotate"),
    reasons: z.array(rotationReasonSchema).readonly(),
    order: z.enum(["create-first", "revoke-first"]),
  }),
  z
    .object({ kind: z.literal("retire"), id: textSchema })
    .describe("A replaced key that an interrupted run has set aside ends by the rules of retirement."),
  z.object({
    kind: z.literal("revoke"),
    keys: z.array(leavingKeySchema).readonly(),
    verification: textSchema.describe("What ended the overlap: evidence, or time-only."),
    quietPeriod: textSchema,
  }),
  z.object({
    kind: z.literal("take-over"),
    from: z.enum(["another-state", "interrupted-run"]),
    id: textSchema.describe("The key of this state before."),
  }),
  z.object({ kind: z.literal("rename"), from: textSchema, to: textSchema }),
  z.object({ kind: z.literal("import"), id: textSchema, name: textSchema }),
  z.object({
    kind: z.literal("drift"),
    what: z.enum([
      "revoked-outside",
      "renamed-outside",
      "replaced-outside",
      "rolled-back",
      "foreign-key",
      "namesake",
      "unfinished-key",
      "rights-changed",
    ]),
    name: textSchema.describe("The name on the API that was found; for a revoked key, the one that it had."),
    id: textSchema,
  }),
  z.object({ kind: z.literal("scopes"), ...widthSchema.shape }),
  z.object({ kind: z.literal("accounts"), ...widthSchema.shape }),
  z.object({ kind: z.literal("owner"), from: textSchema, to: textSchema }),
  z.object({
    kind: z.literal("delivery"),
    added: z.array(targetSchema).readonly(),
    removed: z.array(targetSchema).readonly(),
  }),
  z.object({
    kind: z.literal("settings"),
    settings: z
      .array(
        z.object({
          name: z.string(),
          from: textSchema.describe("Null if it was unset."),
          to: textSchema.describe("Null if it is unset."),
          isShown: z.boolean().describe("Whether its values are told. Those of triggers never are."),
        }),
      )
      .readonly(),
  }),
  z.object({ kind: z.literal("destroy"), id: textSchema, isForced: z.boolean() }),
  z
    .object({ kind: z.literal("forget"), id: textSchema })
    .describe("The key keeps working, and nothing manages it any more."),
  z.object({ kind: z.literal("move"), from: textSchema }),
  z
    .object({ kind: z.literal("undecided") })
    .describe("Whether replaced keys are revoked is decided only during apply."),
  z.object({ kind: z.literal("deferred") }).describe("Its change was put off to a later plan."),
]);
export type Change = z.infer<typeof changeSchema>;
export type ChangeKind = Change["kind"];
