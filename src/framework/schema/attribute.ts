/**
 * The attributes of a schema, as plain data.
 *
 * An attribute has either a type (`type`) or attributes of its own (`nested` and `attributes`). The combinations of flags that
 * Terraform refuses cannot be written down.
 */
import type { Type } from "../../plugin/value/type";

/** What every attribute may say. */
interface AttributeText {
  /** What the attribute is for, in Markdown: the reference documentation is made of it. */
  readonly description: string;
  /** Terraform hides the value in its output. The state file holds it all the same. @default false */
  readonly sensitive?: boolean;
  /** Using the attribute causes a warning. Say in the description what to use instead. @default false */
  readonly deprecated?: boolean;
}

interface RequiredAttribute {
  readonly required: true;
  readonly optional?: never;
  readonly computed?: never;
  readonly stable?: never;
  /** Goes into the configuration and nowhere else: null in every state. @default false */
  readonly writeOnly?: boolean;
}

interface OptionalAttribute {
  readonly required?: never;
  readonly optional: true;
  readonly computed?: never;
  readonly stable?: never;
  /** Goes into the configuration and nowhere else: null in every state. @default false */
  readonly writeOnly?: boolean;
}

interface ComputedAttribute {
  readonly required?: never;
  /** May be set, and is decided by the provider when it is not. @default false */
  readonly optional?: boolean;
  readonly computed: true;
  /** An update keeps the prior value. Without it, any update makes the value unknown until apply. @default false */
  readonly stable?: boolean;
  readonly writeOnly?: never;
}

type Presence = RequiredAttribute | OptionalAttribute | ComputedAttribute;

interface TypedContent {
  readonly type: Type;
  readonly nested?: never;
  readonly attributes?: never;
}

/** How the objects of a nested attribute are held. */
export type Nesting = "single" | "list" | "set" | "map";

interface NestedContent {
  readonly nested: Nesting;
  readonly attributes: MemberAttributes;
  readonly type?: never;
}

/** An attribute of a nested object. */
export type MemberAttribute = AttributeText & Presence & (TypedContent | NestedContent);

/** An attribute of a resource or of a provider. */
export type Attribute = MemberAttribute & {
  /** A change of the value can only be made by replacing the object. @default false */
  readonly requiresReplace?: boolean;
};

/** The attributes of a nested object by name. */
export interface MemberAttributes {
  readonly [name: string]: MemberAttribute;
}

/** The attributes of a schema by name. */
export interface Attributes {
  readonly [name: string]: Attribute;
}
