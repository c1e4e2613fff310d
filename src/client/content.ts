/** Reading the content of an answer. What does not fit is told by its place, and never quoted: it may hold a secret. */
import type * as z from "zod";
import { KeyturnError } from "../model/error";
import { Instant } from "../model/instant";

/** Content that is not of the contract. */
export class UnreadableContent extends Error {
  override readonly name = "UnreadableContent";
}

/** Makes a reader of a schema. The reader throws UnreadableContent. */
export function reader<T>(schema: z.ZodType<T>): (json: unknown) => T {
  return (json) => {
    const result = schema.safeParse(json);
    if (result.success) return result.data;
    const place = result.error.issues[0]?.path.map(String).join(".");
    throw new UnreadableContent(`the content is not of the form that the contract knows, at ${place || "its top"}`);
  };
}

/**
 * Reads a timestamp.
 * @throws UnreadableContent with the name of the field
 */
export function readInstant(field: string, text: string): Instant {
  try {
    return Instant.parse(text);
  } catch (error) {
    if (error instanceof KeyturnError) throw new UnreadableContent(`${field} is not a timestamp`);
    throw error;
  }
}
