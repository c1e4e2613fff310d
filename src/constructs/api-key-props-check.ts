/**
 * The rules for what is passed to an `ApiKey`.
 *
 * The rules for names and times live in `model`, where the provider has them from too, so both say the same words.
 */
import { Construct } from "constructs";
import * as z from "zod";
import { Duration } from "../model/duration";
import { maxLogicalNameLength } from "../model/key-name";
import { logicalKeyName, namePart } from "../model/logical-key";
import { policyDefaults, policyProblems, verificationModes } from "../model/rotation-policy";
import { KeyturnProvider } from "./keyturn-provider";
import { ownerEventPrefix } from "../model/owner-event-name";
import { durationSchema, filledText, orToken, wholeSentence } from "./props-check";
import { SecretStore } from "./secret-store";

const namePartText = orToken(z.string({ error: namePart.allowed }).regex(namePart.pattern, namePart.allowed));
const duration = orToken(durationSchema).optional();
const flag = orToken(z.boolean({ error: "write true or false" })).optional();
const scopeAllowed = "a scope is a text, such as read";
const accountIdAllowed = "an account id is a UUID in lower case, such as 7b0c5a52-6c0e-4d3e-9f2b-0d1f7a3c9e11";

/** A list without repetitions. A token in it may stand for anything. */
function uniqueList(element: z.ZodType, whenEmpty: string): z.ZodType {
  return orToken(
    z
      .array(orToken(element), { error: ({ input }) => (isFilledText(input) ? listOf(input) : whenEmpty) })
      .min(1, whenEmpty)
      .refine((values) => new Set(values).size === values.length, "name each of them once"),
  );
}

function isFilledText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function listOf(text: string): string {
  const elements = text.split(/[\s,]+/).filter((element) => element !== "");
  return `write a list: [${elements.map((element) => JSON.stringify(element)).join(", ")}]`;
}

/** Names and texts, with no name that an owner event could have. */
const triggers = z
  .record(z.string(), orToken(z.string({ error: "a trigger is a text" })), {
    error: "write a name and a text for each trigger",
  })
  .superRefine((value, context) => {
    for (const name of Object.keys(value).filter((key) => key.startsWith(ownerEventPrefix))) {
      const message = `names that begin with "${ownerEventPrefix}" belong to OwnerEvents; choose another`;
      context.addIssue({ code: "custom", path: [name], message, params: wholeSentence });
    }
  });

const rotation = z
  .strictObject(
    {
      period: orToken(durationSchema),
      overlap: duration,
      quietPeriod: duration,
      maxOverlap: duration,
      overlapWait: duration,
      verification: orToken(
        z.enum(verificationModes, { error: `write one of ${verificationModes.map((mode) => `"${mode}"`).join(", ")}` }),
      ).optional(),
      triggers: orToken(triggers).optional(),
    },
    { error: "write at least { period: Duration.days(90) }" },
  )
  .superRefine((value, context) => {
    const { period, overlap = policyDefaults.overlap } = value;
    if (!(period instanceof Duration && overlap instanceof Duration)) return;
    const { quietPeriod = policyDefaults.quietPeriod(overlap) } = value;
    if (!(quietPeriod instanceof Duration)) return;
    const { maxOverlap = policyDefaults.maxOverlap({ overlap, quietPeriod }) } = value;
    if (!(maxOverlap instanceof Duration)) return;
    for (const { field, message } of policyProblems({ period, overlap, quietPeriod, maxOverlap })) {
      context.addIssue({ code: "custom", path: [field], message, params: wholeSentence });
    }
  });

function isKeyturnProvider(value: unknown): boolean {
  return Construct.isConstruct(value) && KeyturnProvider.isKeyturnProvider(value);
}

const lifecycle = z.looseObject({
  createBeforeDestroy: z
    .literal(true, {
      error: "leave it out: a key that went before its successor came would leave the service without one",
    })
    .optional(),
  preventDestroy: z
    .literal(false, { error: "leave it out: a rotation replaces the resource, so Terraform would refuse every one" })
    .optional(),
});

/** Checks `ApiKeyProps`. */
export const apiKeyPropsSchema = z
  .strictObject({
    service: namePartText,
    environment: namePartText,
    owner: orToken(filledText("write a team's or a person's address")),
    scopes: uniqueList(
      filledText(scopeAllowed),
      "name at least one scope, because the API gives a key without scopes all of them",
    ),
    pinterestAccountIds: uniqueList(
      z.uuid({ error: accountIdAllowed }).lowercase(accountIdAllowed),
      "name at least one account, or leave it out if the key may act for all of them",
    ).optional(),
    rotation,
    deliverTo: z
      .array(
        z.custom((value) => value instanceof SecretStore, "make a store with one of the functions of SecretStore"),
        {
          error: "write a list of stores, made by the functions of SecretStore",
        },
      )
      .min(1, "name at least one store, because the API shows a secret only once"),
    compromised: orToken(filledText("name the report of the leak, such as INC-42, or leave it out")).optional(),
    deletionProtection: flag,
    forceRevoke: flag,
    provider: z
      .custom(isKeyturnProvider, `pass the KeyturnProvider itself, such as const prod = new KeyturnProvider(…)`)
      .optional(),
    dependsOn: z.array(z.unknown(), { error: "write a list of constructs" }).optional(),
    count: z.unknown().optional(),
    forEach: z.unknown().optional(),
    lifecycle: lifecycle.optional(),
  })
  .superRefine(({ service, environment }, context) => {
    // A token is longer than what it stands for, so a name with one in it says nothing about the length.
    if (!namePart.pattern.test(String(service)) || !namePart.pattern.test(String(environment))) return;
    const { length } = logicalKeyName({ service: String(service), environment: String(environment) });
    if (length <= maxLogicalNameLength) return;
    const message = `the name made of service and environment has ${length} characters; at most ${maxLogicalNameLength} are possible`;
    context.addIssue({ code: "custom", path: ["service"], message, params: wholeSentence });
  });
