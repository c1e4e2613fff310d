/**
 * A form in which a key can stand in a file, and how it is read.
 *
 * A form is found by its anchor, which is how the beginning of a key looks in it, and read from there. Text is binary text everywhere here:
 * one character is one byte, so that positions are those in the file and no byte is lost to an encoding.
 */

/** How a key was written where it was found. */
export type FormName = "plain" | "escaped" | "split" | "utf-16" | "base64" | "hex" | "byte list" | "live token";

/** Something that begins as a key does. Whether it is one has not been decided. */
export interface Reading {
  /** The key as it would be sent, with its prefix. */
  readonly value: string;
  /** Where it ends in the text. */
  readonly end: number;
  readonly form: FormName;
}

/** One way to write a key. */
export interface Form {
  /** Finds the beginning of a key; with the flag `g`. It looks back by one character at most. */
  readonly anchor: RegExp;
  /** Reads on from a match of the anchor, over no more than `reach` characters. */
  readonly read: (text: string, match: RegExpExecArray) => Reading;
}

/** How far a form may read from where its anchor begins, in characters. */
export const reach = 16 * 1024;
