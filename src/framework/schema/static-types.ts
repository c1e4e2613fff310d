/**
 * The TypeScript types of the values that fit a schema.
 *
 * Every attribute may be null. The elements of a collection may not: the framework refuses such a configuration.
 */
import type { TerraformNumber } from "../../plugin/value/number";
import type { CollectionType, ObjectType, PrimitiveType, TupleType, Type } from "../../plugin/value/type";
import type { Unknown } from "../../plugin/value/unknown";
import type { ObjectValue, TypedValue, Value } from "../../plugin/value/value";
import type { MemberAttributes } from "./attribute";
import type { Schema } from "./schema";

/** What is stored: every value is known. */
export type StateOf<S extends Schema> = AttributeValues<S["attributes"], never>;

/** What is configured: at every depth, a value may be unknown until apply. */
export type ConfigOf<S extends Schema> = AttributeValues<S["attributes"], Unknown>;

/** What is planned: like the state, but what the provider decides during apply is unknown. */
export type PlannedStateOf<S extends Schema> = ConfigOf<S>;

/** What the provider decides, once everything is known: the computed attributes alone. */
export type ComputedOf<S extends Schema> = string extends keyof S["attributes"]
  ? ObjectValue
  : Pick<StateOf<S>, ComputedNames<S["attributes"]> & keyof StateOf<S>>;

type ComputedNames<A> = { [Name in keyof A]: A[Name] extends { readonly computed: true } ? Name : never }[keyof A];

type AttributeValues<A extends MemberAttributes, U> = string extends keyof A
  ? ObjectValue
  : { readonly [Name in keyof A]: AttributeValue<A[Name], U> | null | U };

type AttributeValue<A, U> = A extends {
  readonly nested: infer N;
  readonly attributes: infer M extends MemberAttributes;
}
  ? NestedValue<N, AttributeValues<M, U>, U>
  : A extends { readonly type: infer T extends Type }
    ? ValueOf<T, U>
    : never;

type NestedValue<N, O, U> = N extends "single" ? O : N extends "map" ? MapOf<O | U> : readonly (O | U)[];

// Written out as a mapped type, not as an interface: then other modules need no name for it.
type MapOf<E> = { readonly [Key in string]: E };

interface PrimitiveValues {
  readonly string: string;
  readonly number: TerraformNumber;
  readonly bool: boolean;
  readonly dynamic: TypedValue;
}

// The first line ends the recursion where the type itself is not known.
type ValueOf<T extends Type, U> = Type extends T
  ? Value
  : T extends PrimitiveType<infer Kind>
    ? PrimitiveValues[Kind]
    : T extends CollectionType<"list" | "set", infer E>
      ? readonly (ValueOf<E, U> | U)[]
      : T extends CollectionType<"map", infer E>
        ? MapOf<ValueOf<E, U> | U>
        : T extends ObjectType<infer A>
          ? { readonly [Name in keyof A]: ValueOf<A[Name], U> | null | U }
          : T extends TupleType<infer E>
            ? { readonly [Index in keyof E]: ElementOf<E[Index], U> }
            : never;

type ElementOf<T, U> = T extends Type ? ValueOf<T, U> | null | U : never;
