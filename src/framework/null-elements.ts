/**
 * Finds nulls inside collections of a configuration.
 *
 * Terraform allows `["read", null]`, and nobody means it: it comes from an expression that went wrong. Refusing it here is what lets
 * `StateOf` promise that elements are never null.
 */
import type { Path } from "../plugin/value/path";
import type { Type } from "../plugin/value/type";
import { isArrayValue, isObjectValue, type Value } from "../plugin/value/value";

/** The places of all null elements of lists, sets and maps; for a set, the place of the set. */
export function nullElements(type: Type, value: Value, at: Path = []): Path[] {
  switch (type.kind) {
    case "string":
    case "number":
    case "bool":
    case "dynamic":
      return [];
    case "list":
    case "set":
      return isArrayValue(value)
        ? value.flatMap((element, index) =>
            elementNulls(type.element, element, type.kind === "set" ? at : [...at, index]),
          )
        : [];
    case "map":
      return isObjectValue(value)
        ? Object.entries(value).flatMap(([key, element]) => elementNulls(type.element, element, [...at, { key }]))
        : [];
    case "object":
      return isObjectValue(value)
        ? Object.entries(type.attributes).flatMap(([name, each]) =>
            nullElements(each, value[name] ?? null, [...at, name]),
          )
        : [];
    case "tuple":
      return isArrayValue(value)
        ? type.elements.flatMap((each, index) => nullElements(each, value[index] ?? null, [...at, index]))
        : [];
  }
}

function elementNulls(type: Type, element: Value, at: Path): Path[] {
  return element === null ? [at] : nullElements(type, element, at);
}
