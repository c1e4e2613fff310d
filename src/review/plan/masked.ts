/**
 * Reads values under Terraform's masks, which say of each what is known only after apply and what is sensitive.
 *
 * What a mask covers does not get past here, and neither does a text but as one that may be shown.
 */
import { z } from "zod";
import { KeyturnError } from "../../model/error";
import { isHidden, sensitiveValue, shownText, unknownValue, type Hidden, type Shown } from "../../policy/shown";

/** One side of a change: the values, and Terraform's masks over them. A mask that is true covers everything below it. */
export interface MaskedObject {
  readonly values: unknown;
  readonly unknown: unknown;
  readonly sensitive: unknown;
}

const objectSchema = z.record(z.string(), z.unknown());

/** A member of an object or an element of a list, with its part of the masks. */
export function member({ values, unknown, sensitive }: MaskedObject, name: string | number): MaskedObject {
  return { values: partOf(values, name), unknown: maskOf(unknown, name), sensitive: maskOf(sensitive, name) };
}

/** Why nothing of a value is shown; undefined if it may be. */
export function hiddenBy({ unknown, sensitive }: MaskedObject): Hidden | undefined {
  if (sensitive === true) return sensitiveValue;
  return unknown === true ? unknownValue : undefined;
}

/** A text that the schema knows as safe. @throws KeyturnError INVALID_VALUE if it is none */
export function readText(side: MaskedObject, place: string): Shown<string> {
  const hidden = hiddenBy(side);
  if (hidden) return hidden;
  if (side.values === null || side.values === undefined) return null;
  if (typeof side.values !== "string") throw notOfTheSchema(place, "its value");
  return shownText(side.values);
}

/** A list. @throws KeyturnError INVALID_VALUE if it is none */
export function readList<T>(
  side: MaskedObject,
  place: string,
  readItem: (item: MaskedObject) => T,
): Shown<readonly T[]> {
  const hidden = hiddenBy(side);
  if (hidden) return hidden;
  if (side.values === null || side.values === undefined) return null;
  if (!Array.isArray(side.values)) throw notOfTheSchema(place, "its value");
  return side.values.map((_value, index) => readItem(member(side, index)));
}

/** A yes or no. @throws KeyturnError INVALID_VALUE if it is none */
export function readFlag(side: MaskedObject, place: string): Shown<boolean> {
  const hidden = hiddenBy(side);
  if (hidden) return hidden;
  if (side.values === null || side.values === undefined) return null;
  if (typeof side.values !== "boolean") throw notOfTheSchema(place, "its value");
  return side.values;
}

/** The names in a map, in order. Its values stay here. @throws KeyturnError INVALID_VALUE if it is none */
export function readNames(side: MaskedObject, place: string): Shown<readonly Shown<string>[]> {
  const hidden = hiddenBy(side);
  if (hidden) return hidden;
  if (side.values === null || side.values === undefined) return null;
  const names = objectSchema.safeParse(side.values);
  if (!names.success) throw notOfTheSchema(place, "its value");
  // A value that is not known yet is left out of the values, and only in the mask.
  const pending = objectSchema.safeParse(side.unknown).data ?? {};
  return [...new Set([...Object.keys(names.data), ...Object.keys(pending)])].sort().map(shownText);
}

function partOf(value: unknown, name: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string | number, unknown>>)[name];
}

/** Masks leave out what they do not cover. */
function maskOf(mask: unknown, name: string | number): unknown {
  return mask === true ? true : partOf(mask, name);
}

/** The error for a plan that another version of the provider has made. */
export function notOfTheSchema(place: string, what: string): KeyturnError {
  const where = shownText(place);
  return new KeyturnError(
    "INVALID_VALUE",
    `the plan is not as this version of keyturn writes it: at ${isHidden(where) ? "a key" : printable(where)}, ${what} has another type; use the version that it was made with`,
  );
}

/** What comes from a file may hold what steers a terminal. */
function printable(words: string): string {
  return words.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
}
