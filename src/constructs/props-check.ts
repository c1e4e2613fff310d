/**
 * Checks what was passed to a construct, and reports everything that is wrong with it at once.
 *
 * cdktf's tokens stand for values that are known only when Terraform runs, so they pass every check here; the provider checks them again.
 */
import { inspect } from "node:util";
import { Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import * as z from "zod";
import { Duration } from "../model/duration";
import { KeyturnError } from "../model/error";

const longestShownValue = 80;

/**
 * Compares a construct's props with a schema whose messages say what is allowed.
 *
 * @throws KeyturnError INVALID_VALUE with the construct's path and, for each problem, the prop, the value got and what is allowed
 */
export function checkProps(construct: IConstruct, props: unknown, schema: z.ZodType): void {
  const result = schema.safeParse(props);
  if (result.success) return;
  const problems = result.error.issues.map((issue) => `\n  - ${describeIssue(issue, props)}`);
  throw new KeyturnError(
    "INVALID_VALUE",
    `${construct.constructor.name} "${construct.node.path}" cannot be made:${problems.join("")}`,
  );
}

/** A schema that takes any token, and otherwise what `schema` takes. */
export function orToken(schema: z.ZodType): z.ZodType {
  return z.unknown().superRefine((value, context) => {
    if (Token.isUnresolved(value)) return;
    for (const issue of schema.safeParse(value).error?.issues ?? []) {
      context.addIssue({ code: "custom", message: issue.message, path: issue.path, params: paramsOf(issue) });
    }
  });
}

/** Text that is not blank. */
export const filledText = (allowed: string): z.ZodType => z.string({ error: allowed }).regex(/\S/, allowed);

/** A `Duration`. Text and numbers are refused with the call that was probably meant. */
export const durationSchema = z.unknown().superRefine((value, context) => {
  if (!(value instanceof Duration)) context.addIssue({ code: "custom", message: durationHint(value) });
});

/** A problem whose message names the value itself, so that it is not put in front of it. Also used to keep a secret out. */
export const wholeSentence = { wholeSentence: true } as const;

function durationHint(value: unknown): string {
  if (typeof value === "string" && isDuration(value))
    return `write Duration.parse(${JSON.stringify(value)}), or Duration.days(90) and its like`;
  if (typeof value === "number")
    return `a number has no unit; write Duration.days(${value}) or Duration.hours(${value})`;
  return "it must be a Duration, such as Duration.days(90)";
}

function isDuration(text: string): boolean {
  try {
    Duration.parse(text);
    return true;
  } catch (error) {
    if (error instanceof KeyturnError) return false;
    throw error;
  }
}

function describeIssue(issue: z.core.$ZodIssue, props: unknown): string {
  const name = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return `${name === "" ? "" : `${name}: `}there is no property ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
  }
  // The value is not shown, since it may be a credential.
  if (name === "") return "its properties are missing; write them as an object";
  if (paramsOf(issue)["wholeSentence"] === true) return `${name}: ${issue.message}`;
  return `${name}: got ${show(valueAt(props, issue.path))}; ${issue.message}`;
}

function paramsOf(issue: z.core.$ZodIssue): Record<string, unknown> {
  return (issue.code === "custom" ? issue.params : undefined) ?? {};
}

function valueAt(props: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], props);
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Construct.isConstruct(value)) return `the ${value.constructor.name} "${value.node.path}"`;
  const text = value instanceof Duration ? value.toString() : inspect(value, { depth: 1, breakLength: Infinity });
  return text.length > longestShownValue ? `${text.slice(0, longestShownValue)}…` : text;
}
