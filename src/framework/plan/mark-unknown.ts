/**
 * Marks what the provider will only know after apply: computed attributes that the configuration leaves to it.
 */
import { getOwn } from "../../plugin/value/own-property";
import type { PathStep } from "../../plugin/value/path";
import { UNKNOWN } from "../../plugin/value/unknown";
import { isArrayValue, isObjectValue, type ObjectValue, type Value } from "../../plugin/value/value";
import type { MemberAttribute, MemberAttributes } from "../schema/attribute";
import { mapNestedObjects } from "../schema/nested-objects";

/** A planned object, and what the configuration says in its place. */
export interface PlannedObject {
  readonly config: Value;
  readonly planned: ObjectValue;
  /** Whether there is an object already: then stable attributes keep the value that they have. */
  readonly keepStable: boolean;
}

/** The planned object with its computed attributes unknown, at every depth, where the configuration has null for them. */
export function markUnknown(attributes: MemberAttributes, { config, planned, keepStable }: PlannedObject): ObjectValue {
  const marked: Record<string, Value> = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    marked[name] = markAttribute(attribute, elementOf(config, name), elementOf(planned, name), keepStable);
  }
  return marked;
}

function markAttribute(attribute: MemberAttribute, config: Value, planned: Value, keepStable: boolean): Value {
  if (attribute.computed === true && config === null) {
    return keepStable && attribute.stable === true ? planned : UNKNOWN;
  }
  const { nested, attributes } = attribute;
  if (nested === undefined) return planned;
  return mapNestedObjects(nested, planned, ({ object, step }) => {
    // The elements of a set cannot be told apart by a place, so what is null in one is taken to be null in the configuration.
    const objectConfig = nested === "set" ? object : step === undefined ? config : elementOf(config, step);
    return markUnknown(attributes, { config: objectConfig, planned: object, keepStable });
  });
}

function elementOf(value: Value, step: PathStep): Value {
  if (typeof step === "number") return isArrayValue(value) ? (value[step] ?? null) : null;
  const name = typeof step === "string" ? step : step.key;
  return isObjectValue(value) ? (getOwn(value, name) ?? null) : null;
}
