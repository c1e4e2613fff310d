/**
 * Write-only attributes: in the configuration, and nowhere else.
 *
 * Terraform refuses any state or plan that holds a value for one, so every state passes through here on its way out.
 */
import type { Path } from "../plugin/value/path";
import type { ObjectValue, Value } from "../plugin/value/value";
import type { MemberAttribute, MemberAttributes } from "./schema/attribute";
import { mapNestedObjects, nestedObjects } from "./schema/nested-objects";

/** The same object with null for its write-only attributes, at every depth. */
export function withoutWriteOnly(attributes: MemberAttributes, value: ObjectValue): ObjectValue {
  const changed: Record<string, Value> = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    if (hasWriteOnly(attribute)) changed[name] = withoutWriteOnlyValue(attribute, value[name] ?? null);
  }
  return { ...value, ...changed };
}

function withoutWriteOnlyValue({ nested, attributes }: MemberAttribute, value: Value): Value {
  if (nested === undefined) return null;
  return mapNestedObjects(nested, value, ({ object }) => withoutWriteOnly(attributes, object));
}

function hasWriteOnly({ writeOnly, attributes }: MemberAttribute): boolean {
  return writeOnly === true || (attributes !== undefined && Object.values(attributes).some(hasWriteOnly));
}

/** Where a configuration sets write-only attributes. */
export function writeOnlyPaths(attributes: MemberAttributes, config: ObjectValue, at: Path = []): Path[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const value = config[name] ?? null;
    if (attribute.writeOnly === true) return value === null ? [] : [[...at, name]];
    if (attribute.nested === undefined) return [];
    return nestedObjects(attribute.nested, value).flatMap(({ object, step }) =>
      writeOnlyPaths(attribute.attributes, object, step === undefined ? [...at, name] : [...at, name, step]),
    );
  });
}
