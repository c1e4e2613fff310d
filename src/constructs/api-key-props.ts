/**
 * What may be passed to an `ApiKey`, and the rules for it.
 *
 * The rules themselves live in `model`, where the provider has them from too, so both say the same words.
 */
import type { TerraformMetaArguments, TerraformResourceLifecycle } from "cdktf";
import * as z from "zod";
import { Duration } from "../model/duration";
import { maxLogicalNameLength } from "../model/key-name";
import { logicalKeyName, namePart } from "../model/logical-key";
import { policyDefaults, policyProblems, verificationModes, type VerificationMode } from "../model/rotation-policy";
import type { KeyturnProvider } from "./keyturn-provider";
import { durationSchema, filledText, orToken, wholeSentence } from "./props-check";
import { SecretStore } from "./secret-store";

/** When a key is rotated, and when its predecessor is revoked. */
export interface ApiKeyRotation {
  /** The longest age of a key. The first plan after it replaces the key. More than zero. */
  readonly period: Duration;
  /**
   * How long the old secret keeps working at the least after a rotation. Shorter than the period.
   * @default Duration.hours(24)
   */
  readonly overlap?: Duration;
  /**
   * How long the old key must not have been used before it may be revoked. Shorter than the period.
   * @default - the overlap, or one hour if that is shorter
   */
  readonly quietPeriod?: Duration;
  /**
   * How long an apply waits for the overlap to end. An old key that may not be revoked within it keeps working, and a later
   * plan shows its revocation.
   * @default Duration.minutes(5)
   */
  readonly overlapWait?: Duration;
  /**
   * What ends an overlap: `evidence` of traffic (the overlap has passed, the new key has been used, and the old one has gone
   * quiet), or `time-only` (the overlap has passed; a service that still uses the old secret then loses access).
   * @default "evidence"
   */
  readonly verification?: VerificationMode;
  /**
   * Any values; a change of one of them rotates the key. They are kept in the state, so they must not be secrets.
   * @default - the key is rotated by its age only
   */
  readonly triggers?: Readonly<Record<string, string>>;
}

/** What Terraform itself lets one say about a key. */
export interface ApiKeyMetaArguments extends Pick<TerraformMetaArguments, "dependsOn" | "count" | "forEach"> {
  /**
   * The workspace of the API that the key is in.
   * @default - the stack's `KeyturnProvider` that has no alias
   */
  readonly provider?: KeyturnProvider;
  /**
   * Terraform's lifecycle settings. A new key is always created before the old one goes, and `preventDestroy` is not
   * possible, since it would make Terraform refuse every rotation.
   * @default - the new key is created before the old one goes
   */
  readonly lifecycle?: Omit<TerraformResourceLifecycle, "createBeforeDestroy" | "preventDestroy"> & {
    readonly createBeforeDestroy?: true;
    readonly preventDestroy?: false;
  };
}

/** An API key of one service in one environment. */
export interface ApiKeyProps extends ApiKeyMetaArguments {
  /** The service that uses the key: letters, digits, `.`, `_` and `-`. The key's name is `service-environment`. */
  readonly service: string;
  /** The environment that the service runs in: letters, digits, `.`, `_` and `-`. The same as the provider's, if that has one. */
  readonly environment: string;
  /** Who answers for the key: a team's or a person's address. */
  readonly owner: string;
  /** What the key may do. At least one, because the API gives a key without scopes all of them. */
  readonly scopes: readonly string[];
  /**
   * The ids of the accounts that the key may act for.
   * @default - the key may act for all accounts of the workspace
   */
  readonly pinterestAccountIds?: readonly string[];
  /** When the key is rotated. */
  readonly rotation: ApiKeyRotation;
  /** Where the secret goes. At least one store, because the API shows a secret only once. */
  readonly deliverTo: readonly SecretStore[];
}

const namePartText = orToken(z.string({ error: namePart.allowed }).regex(namePart.pattern, namePart.allowed));
const duration = orToken(durationSchema).optional();
const scopeAllowed = "a scope is a text, such as read";
const accountIdAllowed = "an account id is a UUID in lower case, such as 7b0c5a52-6c0e-4d3e-9f2b-0d1f7a3c9e11";

/** A list without repetitions. A token in it may stand for anything. */
function uniqueList(element: z.ZodType, whenEmpty: string): z.ZodType {
  return orToken(
    z
      .array(orToken(element), { error: whenEmpty })
      .min(1, whenEmpty)
      .refine((values) => new Set(values).size === values.length, "name each of them once"),
  );
}

const rotation = z
  .strictObject(
    {
      period: orToken(durationSchema),
      overlap: duration,
      quietPeriod: duration,
      overlapWait: duration,
      verification: orToken(
        z.enum(verificationModes, { error: `write one of ${verificationModes.map((mode) => `"${mode}"`).join(", ")}` }),
      ).optional(),
      triggers: orToken(
        z.record(z.string(), orToken(z.string({ error: "a trigger is a text" })), {
          error: "write a name and a text for each trigger",
        }),
      ).optional(),
    },
    { error: "write at least { period: Duration.days(90) }" },
  )
  .superRefine((value, context) => {
    const { period, overlap = policyDefaults.overlap } = value;
    if (!(period instanceof Duration && overlap instanceof Duration)) return;
    const { quietPeriod = policyDefaults.quietPeriod(overlap) } = value;
    if (!(quietPeriod instanceof Duration)) return;
    for (const { field, message } of policyProblems({ period, overlap, quietPeriod })) {
      context.addIssue({ code: "custom", path: [field], message, params: wholeSentence });
    }
  });

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
    provider: z.unknown().optional(),
    dependsOn: z.unknown().optional(),
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
