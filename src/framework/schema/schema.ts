/**
 * A schema: what may be configured, and what is stored.
 *
 * Plain data without behaviour, so that documentation and other front ends can read it without loading a provider.
 */
import type { Attributes } from "./attribute";

/** The schema of a resource or of a provider. */
export interface Schema<SchemaAttributes extends Attributes = Attributes> {
  /** Goes up by one with every change that stored state does not survive. Attributes that come or go are no such change. */
  readonly version: number;
  /** What the resource or the provider is, in Markdown. */
  readonly description: string;
  readonly attributes: SchemaAttributes;
}

/** Gives a schema back as it is, with its attributes known to the type checker: see `StateOf` and `ConfigOf`. */
export function defineSchema<const SchemaAttributes extends Attributes>(
  schema: Schema<SchemaAttributes>,
): Schema<SchemaAttributes> {
  return schema;
}
