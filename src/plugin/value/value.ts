/**
 * Terraform's values in JavaScript.
 *
 * Lists, sets and tuples are arrays, maps and objects are plain objects. Only the type tells a set from a list, so whoever
 * compares or converts a value needs its type: see `equal-values.ts`.
 */
import { DecimalText, type TerraformNumber } from "./number";
import type { Type } from "./type";
import type { Unknown } from "./unknown";

/** Any value, known or not. */
export type Value = null | Unknown | boolean | string | TerraformNumber | readonly Value[] | ObjectValue | TypedValue;

/** The value of an object or of a map. */
export interface ObjectValue {
  readonly [name: string]: Value;
}

/** The known value of a `t.dynamic` attribute, together with its type. */
export class TypedValue {
  constructor(
    readonly type: Type,
    readonly value: Value,
  ) {}
}

/** A list, set or tuple. */
export function isArrayValue(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** An object or a map. */
export function isObjectValue(value: Value): value is ObjectValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof TypedValue || value instanceof DecimalText);
}

/** What kind of thing a value is, for messages: never the value itself. */
export function describeKind(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "symbol") return "an unknown value";
  return typeof value === "bigint" ? "a number" : `a ${typeof value}`;
}
