/**
 * Terraform's type system as plain data: `t.set(t.string)`, `t.object({ id: t.string })`.
 *
 * Schemas are made of these, so this file must stay free of imports. The JSON form is in `type-json.ts`.
 */

/** A type without parts. */
export interface PrimitiveType<Kind extends "string" | "number" | "bool" | "dynamic"> {
  readonly kind: Kind;
}

/** A list, set or map: elements of one type. */
export interface CollectionType<Kind extends "list" | "set" | "map", Element extends Type = Type> {
  readonly kind: Kind;
  readonly element: Element;
}

/** An object: each attribute has its own type. */
export interface ObjectType<Attributes extends AttributeTypes = AttributeTypes> {
  readonly kind: "object";
  readonly attributes: Attributes;
}

/** A tuple: a fixed number of elements, each of its own type. */
export interface TupleType<Elements extends readonly Type[] = readonly Type[]> {
  readonly kind: "tuple";
  readonly elements: Elements;
}

/** The types of an object's attributes by name. */
export interface AttributeTypes {
  readonly [name: string]: Type;
}

/** Any type of Terraform's type system. */
export type Type =
  | PrimitiveType<"string">
  | PrimitiveType<"number">
  | PrimitiveType<"bool">
  | PrimitiveType<"dynamic">
  | CollectionType<"list">
  | CollectionType<"set">
  | CollectionType<"map">
  | ObjectType
  | TupleType;

/** Builders for types. */
export const t = {
  string: { kind: "string" },
  number: { kind: "number" },
  bool: { kind: "bool" },
  /** A value that brings its own type along. */
  dynamic: { kind: "dynamic" },
  list: <Element extends Type>(element: Element): CollectionType<"list", Element> => ({ kind: "list", element }),
  /** Like a list, without order and without duplicates. */
  set: <Element extends Type>(element: Element): CollectionType<"set", Element> => ({ kind: "set", element }),
  map: <Element extends Type>(element: Element): CollectionType<"map", Element> => ({ kind: "map", element }),
  object: <Attributes extends AttributeTypes>(attributes: Attributes): ObjectType<Attributes> => ({
    kind: "object",
    attributes,
  }),
  tuple: <const Elements extends readonly Type[]>(elements: Elements): TupleType<Elements> => ({
    kind: "tuple",
    elements,
  }),
} as const;
