/**
 * Whether two values of one type are the same to Terraform.
 *
 * The elements of a set have no order. Unknown equals unknown only: nobody knows whether it will equal anything else.
 */
import { DecimalText } from "./number";
import { encodeValue } from "./encode-value";
import { getOwn } from "./own-property";
import type { Type } from "./type";
import { typeToJson } from "./type-json";
import { type ObjectValue, TypedValue, type Value } from "./value";

/** Compares two values that fit the type. */
export function equalValues(type: Type, a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  switch (type.kind) {
    case "string":
    case "bool":
      return false;
    case "number":
      return a instanceof DecimalText && b instanceof DecimalText && a.text === b.text;
    case "dynamic":
      return a instanceof TypedValue && b instanceof TypedValue && equalTyped(a, b);
    case "list":
      return equalArrays(() => type.element, asArray(a), asArray(b));
    case "tuple":
      // Values that fit the type have as many elements as it has.
      return equalArrays((index) => type.elements[index] as Type, asArray(a), asArray(b));
    case "set":
      return equalSets(type.element, asArray(a), asArray(b));
    case "map":
      return equalMaps(type.element, asObject(a), asObject(b));
    case "object":
      return Object.entries(type.attributes).every(([name, attributeType]) =>
        equalValues(attributeType, getOwn(asObject(a), name) ?? null, getOwn(asObject(b), name) ?? null),
      );
  }
}

function equalTyped(a: TypedValue, b: TypedValue): boolean {
  return typeToJson(a.type) === typeToJson(b.type) && equalValues(a.type, a.value, b.value);
}

function equalArrays(typeAt: (index: number) => Type, a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((element, index) => equalValues(typeAt(index), element, b[index] ?? null));
}

function equalSets(element: Type, a: readonly Value[], b: readonly Value[]): boolean {
  const keysOfA = setKeys(element, a);
  const keysOfB = setKeys(element, b);
  return keysOfA.size === keysOfB.size && [...keysOfA].every((key) => keysOfB.has(key));
}
