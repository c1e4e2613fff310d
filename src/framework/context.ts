/**
 * What every method of a resource or a provider is given besides its request.
 */
import type { Diagnostics } from "./diagnostics";

/** For work that needs no configured provider. */
export interface OfflineContext {
  /** Takes errors and warnings for the practitioner. */
  readonly diagnostics: Diagnostics;
  /** Fires when Terraform asks the provider to stop, that is when the user interrupts. What has begun should be brought to a safe end. */
  readonly signal: AbortSignal;
}

/** For planning and validation, which must also work before the provider is configured. */
export interface PlanningContext<Data> extends OfflineContext {
  /** What the provider's `configure` returned; undefined while it has not run. */
  readonly data: Data | undefined;
}

/** For work on real objects. */
export interface OperationContext<Data> extends OfflineContext {
  /** What the provider's `configure` returned. */
  readonly data: Data;
}

/** For configuring the provider. */
export interface ConfigureContext extends OfflineContext {
  /** The version of Terraform or OpenTofu that is asking. */
  readonly terraformVersion: string;
}
