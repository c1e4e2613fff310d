/**
 * The Terraform type that a schema implies: the one with which its values go over the wire.
 */
import { type ObjectType, t, type Type } from "../../plugin/value/type";
import type { MemberAttribute, MemberAttributes } from "./attribute";
import type { Schema } from "./schema";

const known = new WeakMap<Schema, ObjectType>();

/** The object type of a schema's values. The same object each time, since the codec keeps what it learns of a type. */
export function schemaType(schema: Schema): ObjectType {
  let type = known.get(schema);
  if (type === undefined) {
    type = objectType(schema.attributes);
    known.set(schema, type);
  }
  return type;
}

function objectType(attributes: MemberAttributes): ObjectType {
  return t.object(Object.fromEntries(Object.entries(attributes).map(([name, each]) => [name, attributeType(each)])));
}

function attributeType(attribute: MemberAttribute): Type {
  if (attribute.nested === undefined) return attribute.type;
  const object = objectType(attribute.attributes);
  return attribute.nested === "single" ? object : t[attribute.nested](object);
}
