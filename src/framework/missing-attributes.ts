/**
 * Finds required attributes of a configuration whose value is null.
 *
 * Core refuses a configuration that leaves one out, but not one that sets it to a variable without a value.
 */
import type { Path } from "../plugin/value/path";
import type { ObjectValue } from "../plugin/value/value";
import type { MemberAttributes } from "./schema/attribute";
import { nestedObjects } from "./schema/nested-objects";

/** The places of all required attributes that are null, at every depth; in a set, the place of the set. */
export function missingPaths(attributes: MemberAttributes, config: ObjectValue, at: Path = []): Path[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const value = config[name] ?? null;
    if (value === null) return attribute.required === true ? [[...at, name]] : [];
    if (attribute.nested === undefined) return [];
    return nestedObjects(attribute.nested, value).flatMap(({ object, step }) =>
      missingPaths(attribute.attributes, object, step === undefined ? [...at, name] : [...at, name, step]),
    );
  });
}
