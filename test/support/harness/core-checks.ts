/**
 * What core demands of a plan and of the result of an apply. Each function returns sentences about what is wrong.
 *
 * After `AssertPlanValid` and `AssertObjectCompatible` of Terraform's package `plans/objchange`, for schemas without blocks.
 */
import type { MemberAttribute, MemberAttributes } from "../../../src/framework/schema/attribute";
import type { Schema } from "../../../src/framework/schema/schema";
import { schemaType } from "../../../src/framework/schema/schema-type";
import { equalValues } from "../../../src/plugin/value/equal-values";
import { formatPath, mapKey, type Path } from "../../../src/plugin/value/path";
import type { ObjectType, Type } from "../../../src/plugin/value/type";
import { UNKNOWN } from "../../../src/plugin/value/unknown";
import { isArrayValue, isObjectValue, type ObjectValue, type Value } from "../../../src/plugin/value/value";

interface PlannedValues {
  readonly prior: Value;
  readonly config: Value;
  readonly planned: Value;
}

/** A plan must echo the configuration, except for computed attributes that the configuration leaves open. */
export function planProblems(schema: Schema, values: PlannedValues): string[] {
  return attributeProblems(schema.attributes, schemaType(schema), values, []);
}

function attributeProblems(attributes: MemberAttributes, type: ObjectType, values: PlannedValues, at: Path): string[] {
  const pick = (value: Value, name: string): Value => (isObjectValue(value) ? (value[name] ?? null) : null);
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const { prior, config, planned } = values;
    const each: PlannedValues = { prior: pick(prior, name), config: pick(config, name), planned: pick(planned, name) };
    return valueProblems(attribute, type.attributes[name] as Type, each, [...at, name]);
  });
}

function valueProblems(attribute: MemberAttribute, type: Type, values: PlannedValues, at: Path): string[] {
  const { prior, config, planned } = values;
  const where = formatPath(at);
  if (attribute.writeOnly === true) return planned === null ? [] : [`${where}: write-only, but planned with a value`];
  if (equalValues(type, planned, config)) return [];
  if (prior !== null && config !== null && equalValues(type, planned, prior)) return [];
  if (attribute.computed === true && (config === null || attribute.optional !== true)) return [];
  if (config === null) return [`${where}: not configured and not computed, but planned with a value`];
  if (attribute.nested === undefined) return [`${where}: planned differently from the configuration`];
  if (planned === null || planned === UNKNOWN) return [`${where}: configured, but planned as null or unknown`];

  const objects = (elementType: Type, each: PlannedValues, path: Path): string[] =>
    attributeProblems(attribute.attributes, elementType as ObjectType, each, path);
  if (attribute.nested === "single") return objects(type, values, at);
  const elementType = (type as Type & { kind: "list" | "set" | "map" }).element;
  if (isArrayValue(planned) && isArrayValue(config)) {
    if (planned.length !== config.length) return [`${where}: planned with another number of elements`];
    // Core cannot tell the elements of a set apart either.
    if (attribute.nested === "set") return [];
    const priors = isArrayValue(prior) ? prior : [];
    return planned.flatMap((element, index) =>
      objects(elementType, { prior: priors[index] ?? null, config: config[index] ?? null, planned: element }, [
        ...at,
        index,
      ]),
    );
  }
  if (!isObjectValue(planned) || !isObjectValue(config))
    return [`${where}: planned differently from the configuration`];
  const keys = Object.keys(planned);
  if (!equalKeys(planned, config)) return [`${where}: planned with other keys`];
  return keys.flatMap((key) => {
    const priorElement = isObjectValue(prior) ? (prior[key] ?? null) : null;
    const each: PlannedValues = { prior: priorElement, config: config[key] ?? null, planned: planned[key] ?? null };
    return objects(elementType, each, [...at, mapKey(key)]);
  });
}

/** Every known value of a plan must hold in what comes after: in the second plan, and in the result of the apply. */
export function changedPromises(type: Type, planned: Value, actual: Value, at: Path = []): string[] {
  const where = formatPath(at);
  if (planned === UNKNOWN || equalValues(type, planned, actual)) return [];
  if (actual === UNKNOWN) return [`${where}: was known, but is now unknown`];
  if (planned === null) return [`${where}: was null, but is now set`];
  if (actual === null) return [`${where}: was set, but is now null`];

  switch (type.kind) {
    case "object":
      return Object.entries(type.attributes).flatMap(([name, attribute]) =>
        changedPromises(attribute, pickKey(planned, name), pickKey(actual, name), [...at, name]),
      );
    case "map":
      if (!equalKeys(planned, actual)) return [`${where}: has other keys`];
      return Object.keys(planned as ObjectValue).flatMap((key) =>
        changedPromises(type.element, pickKey(planned, key), pickKey(actual, key), [...at, mapKey(key)]),
      );
    case "list":
      if (!isArrayValue(planned) || !isArrayValue(actual) || planned.length !== actual.length) {
        return [`${where}: has another number of elements`];
      }
      return planned.flatMap((each, index) =>
        changedPromises(type.element, each, actual[index] ?? null, [...at, index]),
      );
    case "set":
      return setsCorrelate(type.element, planned, actual) ? [] : [`${where}: has other elements`];
    case "string":
    case "number":
    case "bool":
    case "dynamic":
    case "tuple":
      return [`${where}: has changed`];
  }
}

function setsCorrelate(element: Type, planned: Value, actual: Value): boolean {
  if (!isArrayValue(planned) || !isArrayValue(actual) || actual.length > planned.length) return false;
  const fits = (a: Value, b: Value): boolean => changedPromises(element, a, b).length === 0;
  return (
    planned.every((one) => actual.some((other) => fits(one, other))) &&
    actual.every((other) => planned.some((one) => fits(one, other)))
  );
}

/** Where a value is unknown: nothing may be, after an apply. */
export function unknownPlaces(value: Value, at: Path = []): string[] {
  if (value === UNKNOWN) return [formatPath(at)];
  if (isArrayValue(value)) return value.flatMap((each, index) => unknownPlaces(each, [...at, index]));
  if (!isObjectValue(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => unknownPlaces(each, [...at, name]));
}

function pickKey(value: Value, name: string): Value {
  return isObjectValue(value) ? (value[name] ?? null) : null;
}

function equalKeys(a: Value, b: Value): boolean {
  return isObjectValue(a) && isObjectValue(b) && Object.keys(a).sort().join("\0") === Object.keys(b).sort().join("\0");
}
