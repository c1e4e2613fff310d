/**
 * The form of values in a report. A report is plain JSON: instants are RFC 3339 texts, and nothing is left out, but null.
 */
import { z } from "zod";
import type { Sentence } from "../../policy/sentence";
import type { Shown } from "../../policy/shown";

const hiddenSchema = z
  .object({ hidden: z.enum(["unknown", "sensitive"]) })
  .describe("A value that is not shown: it is known only after apply, or it is or may be a secret.");

/** A text of a plan. It comes from outside, so whoever prints it makes it inert first. */
export const textSchema: z.ZodType<Shown<string>> = z
  .union([z.string(), z.null(), hiddenSchema])
  .describe("A text of the plan, null where it is unset, or why it is not shown. It may hold any characters.");

export const textsSchema = z.array(textSchema).readonly();

export const instantSchema = z.string().describe("RFC 3339, UTC.");

/** A sentence: words of keyturn, and between them texts of a plan. */
export const sentenceSchema: z.ZodType<Sentence> = z
  .array(z.union([z.string(), z.object({ value: textSchema }).readonly()]))
  .readonly()
  .describe("A sentence in parts: words of keyturn are texts, and texts of the plan are objects.");
