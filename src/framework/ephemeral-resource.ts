/**
 * An ephemeral resource type: something that is opened for as long as a run needs it, and that no plan and no state ever holds.
 *
 * A method reports problems through `context.diagnostics`. Throwing is the same as reporting an error. Where an error was reported,
 * nothing counts as opened: core neither uses the result nor closes it.
 *
 * Private data is JSON of the resource's own. Core keeps it in memory until the resource is closed, and gives it back with each call.
 */
import type { OperationContext } from "./context";
import type { WithConfigValidation } from "./resource";
import type { Schema } from "./schema/schema";
import type { ComputedOf, StateOf } from "./schema/static-types";

/** An ephemeral resource type. Classes say `implements EphemeralResource<typeof theirSchema, TheirData>`. */
export type EphemeralResource<S extends Schema = Schema, Data = unknown> = EphemeralResourceOf<
  S,
  StateOf<S>,
  ComputedOf<S>,
  Data
>;

// Generic in the values too, for the same reason as in `resource.ts`.

interface EphemeralResourceOf<S extends Schema, Config, Computed, Data> {
  /** The full name in a configuration, such as `example_token`. */
  readonly typeName: string;
  /** None of its attributes may be write-only, since nothing of it is ever stored. */
  readonly schema: S;

  /**
   * Opens it. Called at plan and again at apply, each time that something needs a value of it, and only once everything in its
   * configuration is known. Must have no effect that a plan may not have.
   */
  open(config: Config, context: OperationContext<Data>): Promise<OpenedOf<Computed>>;
}

interface OpenedOf<Computed> extends Renewed {
  /** Its computed attributes, all of them known. The framework adds what was configured. */
  readonly result: Computed;
}

/** What opening has given. */
export type Opened<S extends Schema> = OpenedOf<ComputedOf<S>>;

/** Until when, and what to remember of it. */
interface Renewed {
  /** When it has to be renewed. Only for a resource that can be. @default - it stays good until the end of the run */
  readonly renewAt?: { readonly epochMs: number };
  /** New private data: anything that JSON can hold. @default - the private data stays as it was */
  readonly private?: unknown;
}

/** The ability to be renewed while a run goes on. */
export interface WithRenewal<Data = unknown> {
  /** Makes what was opened last longer. Its values stay the same. @param privateData undefined if there is none */
  renew(privateData: unknown, context: OperationContext<Data>): Promise<Renewed>;
}

/** The ability to undo what opening has done. */
export interface WithClosing<Data = unknown> {
  /** Called once, when nothing needs it any more; also after an interrupt, when the signal has fired. @param privateData undefined if there is none */
  close(privateData: unknown, context: OperationContext<Data>): Promise<void>;
}

/** Whether the ephemeral resource judges configurations, as a managed one may. */
export function canValidateEphemeral(
  resource: EphemeralResource,
): resource is EphemeralResource & WithConfigValidation {
  return "validateConfig" in resource;
}

/** Whether the ephemeral resource can be renewed. */
export function canRenew(resource: EphemeralResource): resource is EphemeralResource & WithRenewal {
  return "renew" in resource;
}

/** Whether there is anything to do when the ephemeral resource is closed. */
export function canClose(resource: EphemeralResource): resource is EphemeralResource & WithClosing {
  return "close" in resource;
}
