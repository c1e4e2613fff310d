/**
 * Sentences about keys: words of keyturn, and between them texts from outside, kept apart so that whoever prints them makes those inert.
 */
import type { Shown } from "./shown";

/** A sentence in parts: words of keyturn are texts, and texts from outside are objects. */
export type Sentence = readonly (string | { readonly value: Shown<string> })[];

/** A sentence of words and texts from outside: sentence`the key ${name} goes`. */
export function sentence(words: TemplateStringsArray, ...values: readonly (Shown<string> | number)[]): Sentence {
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
