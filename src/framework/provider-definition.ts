/**
 * A provider: its configuration, its resource types, and how it explains errors.
 */
import type { ObjectValue } from "../plugin/value/value";
import type { ConfigureContext, OfflineContext } from "./context";
import type { DiagnosticText } from "./diagnostics";
import type { EphemeralResource } from "./ephemeral-resource";
import type { Resource } from "./resource";
import type { Schema } from "./schema/schema";
import type { ConfigOf } from "./schema/static-types";

/** A provider with the types of its own schema. */
export interface ProviderDefinition<S extends Schema, Data> {
  /** The local name of the provider, such as `example`. */
  readonly name: string;
  readonly schema: S;
  readonly resources: readonly Resource<Schema, Data>[];
  /** @default - there are none */
  readonly ephemeralResources?: readonly EphemeralResource<Schema, Data>[];

  /** Puts an error that a method threw into words. Must not reveal secrets. @default - the error's own message */
  describeError?(error: unknown): DiagnosticText;

  /** Judges the provider's configuration by more than its schema. Works without network; unknown values must be accepted. */
  validate?(config: ConfigOf<S>, context: OfflineContext): Promise<void>;

  /**
   * Prepares for work. The result is handed to every method of a resource. While planning, the configuration may contain
   * unknown values, which later objects of the same run will supply.
   */
  configure(config: ConfigOf<S>, context: ConfigureContext): Promise<Data>;
}

/**
 * Any provider, whatever its schema: what the server works with.
 *
 * Not `ProviderDefinition<Schema>`: TypeScript compares two forms of one generic interface by its parameters alone, and would
 * refuse every provider. Compared by their members, every `ProviderDefinition` fits here.
 */
export interface AnyProviderDefinition {
  readonly name: string;
  readonly schema: Schema;
  readonly resources: readonly Resource[];
  readonly ephemeralResources?: readonly EphemeralResource[];
  describeError?(error: unknown): DiagnosticText;
  validate?(config: ObjectValue, context: OfflineContext): Promise<void>;
  configure(config: ObjectValue, context: ConfigureContext): Promise<unknown>;
}
