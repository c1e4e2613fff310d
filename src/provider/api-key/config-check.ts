/** What every check of a configuration is made of: which values are known, and how a problem is reported. */
import { UNKNOWN, type Diagnostics, type Path, type Unknown } from "../../framework";

/** A configured value: it may be left out, and it may not be known yet. */
export type Maybe<T> = T | null | Unknown;

/** Whether there is a value to be checked now. */
export function isKnown<T>(value: Maybe<T>): value is T {
  return value !== null && value !== UNKNOWN;
}

/** Reports a problem at an attribute. */
export function refuse(diagnostics: Diagnostics, at: Path, detail: string): void {
  diagnostics.error({ summary: "Invalid API key configuration", detail, path: at });
}

/** A message as the beginning of a sentence. */
export function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
