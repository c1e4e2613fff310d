/**
 * What may be passed to a `KeyturnProvider`.
 *
 * The messages never show a credential, not even a wrong one.
 */
import * as z from "zod";
import { Token } from "cdktf";
import { Duration } from "../model/duration";
import { namePart } from "../model/logical-key";
import { evidenceSchema } from "./evidence-props";
import { durationSchema, filledText, orToken, wholeSentence } from "./props-check";

const highestRetries = 20;

/** Text of a secret is refused, since all that code says is written to `cdk.tf.json`. A variable's value is a token, and passes. */
const secretReference = (variable: string): z.ZodType =>
  z.unknown().superRefine((value, context) => {
    if (Token.isUnresolved(value)) return;
    context.addIssue({
      code: "custom",
      message:
        `a secret in code ends up in cdk.tf.json; ` +
        `leave it out and set the environment variable ${variable} for Terraform, or pass the value of a sensitive TerraformVariable`,
      params: wholeSentence,
    });
  });

const endpoint = z.unknown().superRefine((value, context) => {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  if (url && (url.username !== "" || url.password !== "")) {
    const message = "an address with a user name or password in it ends up in cdk.tf.json; leave them out";
    context.addIssue({ code: "custom", message, params: wholeSentence });
  } else if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    context.addIssue({ code: "custom", message: "write an address such as https://api.example.com" });
  }
});

const timeout = durationSchema.refine((value) => !(value instanceof Duration && value.isZero()), {
  error: "it must be longer than zero",
});

const retries = `write a whole number from 0 to ${highestRetries}`;

/** Checks `KeyturnProviderProps`. */
export const providerPropsSchema = z
  .strictObject({
    environment: orToken(z.string({ error: namePart.allowed }).regex(namePart.pattern, namePart.allowed)).optional(),
    endpoint: orToken(endpoint).optional(),
    alias: filledText("write the name by which this instance is told from the others").optional(),
    projectId: orToken(filledText("write the id of a project, or leave it out")).optional(),
    apiKey: secretReference("KEYTURN_API_KEY").optional(),
    token: secretReference("KEYTURN_TOKEN").optional(),
    login: z
      .strictObject({
        email: orToken(filledText("write the email address of the login")),
        password: secretReference("KEYTURN_PASSWORD"),
      })
      .optional(),
    requestTimeout: orToken(timeout).optional(),
    maxRetries: orToken(z.int({ error: retries }).min(0, retries).max(highestRetries, retries)).optional(),
    evidence: evidenceSchema.optional(),
  })
  .superRefine(({ apiKey, token, login }, context) => {
    const given = Object.entries({ apiKey, token, login }).filter(([, value]) => value !== undefined);
    if (given.length < 2) return;
    const names = given.map(([name]) => name);
    const message = `${names.join(" and ")} are given, but one credential is enough; choose one`;
    context.addIssue({ code: "custom", path: [names[0] ?? ""], message, params: wholeSentence });
  });
