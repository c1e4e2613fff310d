/** Finds values that are not known yet. */
import type { Path } from "../plugin/value/path";
import type { Type } from "../plugin/value/type";
import { UNKNOWN } from "../plugin/value/unknown";
import { isArrayValue, isObjectValue, TypedValue, type Value } from "../plugin/value/value";

/** The places of all unknown values; for a set, the place of the set. */
export function unknownPaths(type: Type, value: Value, at: Path = []): Path[] {
  if (value === UNKNOWN) return [at];
  switch (type.kind) {
    case "string":
    case "number":
    case "bool":
      return [];
    case "dynamic":
      return value instanceof TypedValue ? unknownPaths(value.type, value.value, at) : [];
    case "list":
    case "set":
    case "tuple":
      return isArrayValue(value)
        ? value.flatMap((element, index) => unknownPaths(elementType(type, index), element, placeOf(type, index, at)))
        : [];
    case "map":
      return isObjectValue(value)
        ? Object.entries(value).flatMap(([key, element]) => unknownPaths(type.element, element, [...at, { key }]))
        : [];
    case "object":
      return isObjectValue(value)
        ? Object.entries(type.attributes).flatMap(([name, each]) =>
            unknownPaths(each, value[name] ?? null, [...at, name]),
          )
        : [];
  }
}

type Sequence = Extract<Type, { readonly kind: "list" | "set" | "tuple" }>;

function elementType(type: Sequence, index: number): Type {
  // A tuple's value has as many elements as its type.
  return type.kind === "tuple" ? (type.elements[index] as Type) : type.element;
}

function placeOf(type: Sequence, index: number, at: Path): Path {
  return type.kind === "set" ? at : [...at, index];
}
