/**
 * The objects that a nested attribute holds, whatever way it holds them.
 */
import { mapKey, type PathStep } from "../../plugin/value/path";
import { isArrayValue, isObjectValue, type ObjectValue, type Value } from "../../plugin/value/value";
import type { Nesting } from "./attribute";

/** One object of a nested attribute, and the step to it. Undefined: the object is the attribute itself, or an element of a set. */
export interface NestedObject {
  readonly object: ObjectValue;
  readonly step: PathStep | undefined;
}

/** All objects of a nested attribute's value. There are none in a null or unknown value; null and unknown elements are passed over. */
export function nestedObjects(nesting: Nesting, value: Value): NestedObject[] {
  const found: NestedObject[] = [];
  mapNestedObjects(nesting, value, (nested) => {
    found.push(nested);
    return nested.object;
  });
  return found;
}

/** The value with each of its objects replaced. */
export function mapNestedObjects(
  nesting: Nesting,
  value: Value,
  replace: (nested: NestedObject) => ObjectValue,
): Value {
  const map = (element: Value, step: PathStep | undefined): Value =>
    isObjectValue(element) ? replace({ object: element, step }) : element;

  if (nesting === "single") return map(value, undefined);
  if (isArrayValue(value)) return value.map((element, index) => map(element, nesting === "set" ? undefined : index));
  if (!isObjectValue(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, map(element, mapKey(key))]));
}
