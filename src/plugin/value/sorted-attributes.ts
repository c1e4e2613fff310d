/**
 * The order in which names and keys go over the wire: by the bytes of their UTF-8 form, as cty sorts them.
 */
import type { ObjectType, Type } from "./type";

type Entries = readonly (readonly [name: string, type: Type])[];

const known = new WeakMap<ObjectType, Entries>();

/** An object type's attributes in wire order. Sorted once for each type object: a schema's type is used for every call. */
export function sortedAttributes(type: ObjectType): Entries {
  let entries = known.get(type);
  if (entries === undefined) {
    entries = Object.entries(type.attributes).sort(([a], [b]) => compareKeys(a, b));
    known.set(type, entries);
  }
  return entries;
}

/** Orders two keys as cty does. JavaScript's own order differs beyond the basic multilingual plane. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
