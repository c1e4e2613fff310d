/**
 * Whether two values of one type are the same to Terraform.
 *
 * The elements of a set have no order. Unknown equals unknown only: nobody knows whether it will equal anything else.
 */
import { DecimalText } from "./number";
import { getOwn } from "./own-property";
import type { Type } from "./type";
import { typeToJson } from "./type-json";
import { isArrayValue, isObjectValue, type ObjectValue, TypedValue, type Value } from "./value";

/** Compares two values that fit the type. A value that does not fit equals nothing but itself. */
export function equalValues(type: Type, a: Value, b: Value): boolean {
  if (a === b) return true;
  switch (type.kind) {
    case "string":
    case "bool":
      return false;
    case "number":
      return a instanceof DecimalText && b instanceof DecimalText && a.text === b.text;
    case "dynamic":
      return a instanceof TypedValue && b instanceof TypedValue && equalTyped(a, b);
    case "list":
      return isArrayValue(a) && isArrayValue(b) && equalArrays(() => type.element, a, b);
    case "tuple":
      return isArrayValue(a) && isArrayValue(b) && equalArrays((index) => type.elements[index], a, b);
    case "set":
      return isArrayValue(a) && isArrayValue(b) && equalSets(type.element, a, b);
    case "map":
      return isObjectValue(a) && isObjectValue(b) && equalMaps(type.element, a, b);
    case "object":
      return (
        isObjectValue(a) &&
        isObjectValue(b) &&
        Object.entries(type.attributes).every(([name, attribute]) =>
          equalValues(attribute, getOwn(a, name) ?? null, getOwn(b, name) ?? null),
        )
      );
  }
}

function equalTyped(a: TypedValue, b: TypedValue): boolean {
  return typeToJson(a.type) === typeToJson(b.type) && equalValues(a.type, a.value, b.value);
}

function equalArrays(typeAt: (index: number) => Type | undefined, a: readonly Value[], b: readonly Value[]): boolean {
  return (
    a.length === b.length &&
    a.every((element, index) => {
      const type = typeAt(index);
      return type !== undefined && equalValues(type, element, b[index] ?? null);
    })
  );
}

function equalSets(element: Type, a: readonly Value[], b: readonly Value[]): boolean {
  // Most sets come from the wire in the same order, so that is tried first.
  return equalArrays(() => element, a, b) || (isSubset(element, a, b) && isSubset(element, b, a));
}

function isSubset(element: Type, part: readonly Value[], whole: readonly Value[]): boolean {
  return part.every((one) => whole.some((other) => equalValues(element, one, other)));
}

function equalMaps(element: Type, a: ObjectValue, b: ObjectValue): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalValues(element, getOwn(a, key) ?? null, getOwn(b, key) ?? null))
  );
}
