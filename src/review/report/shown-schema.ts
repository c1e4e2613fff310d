/**
 * The form of values in a report. A report is plain JSON: instants are RFC 3339 texts, and nothing is left out, but null.
 */
import { z } from "zod";
import type { Shown } from "../plan/shown";

const hiddenSchema = z
  .object({ hidden: z.enum(["unknown", "sensitive"]) })
  .describe("A value that is not shown: it is known only after apply, or it is or may be a secret.");

/** A text of a plan. It comes from outside, so whoever prints it makes it inert first. */
export const textSchema: z.ZodType<Shown<string>> = z
  .union([z.string(), z.null(), hiddenSchema])
  .describe("A text of the plan, null where it is unset, or why it is not shown. It may hold any characters.");
export type Text = Shown<string>;

export const textsSchema = z.array(textSchema).readonly();

export const instantSchema = z.string().describe("RFC 3339, UTC.");

/** A sentence: words of keyturn, and between them texts of a plan. */
export const sentenceSchema = z
  .array(z.union([z.string(), z.object({ value: textSchema }).readonly()]))
  .readonly()
  .describe("A sentence in parts: words of keyturn are texts, and texts of the plan are objects.");
export type Sentence = z.infer<typeof sentenceSchema>;

/** A sentence of words and texts of a plan: sentence`the key ${name} goes`. */
export function sentence(words: TemplateStringsArray, ...values: readonly (Text | number)[]): Sentence {
  return words.flatMap((part, index) => {
    const value = values[index];
    const parts: Sentence[number][] = part === "" ? [] : [part];
    if (index >= values.length) return parts;
    return [...parts, typeof value === "number" ? String(value) : { value: value ?? null }];
  });
}

/** Sentences one after the other, with words in between. */
export function joined(sentences: readonly Sentence[], between: string): Sentence {
  return sentences.flatMap((each, index) => (index === 0 ? each : [between, ...each]));
}
