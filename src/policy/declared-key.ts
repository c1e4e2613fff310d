/**
 * A key as it is declared: what the rules look at that need neither a plan nor the API.
 *
 * It comes from a plan, or from the constructs at synth; what is not known there is hidden, and no rule judges it.
 */
import type { Shown } from "./shown";

/** Where a secret goes. */
export interface DeliveryTarget {
  /** The kind of store, as the schema names it; null for one that this version does not know. */
  readonly store: Shown<string>;
  /** What names the place, such as a path; null where the kind says it all. */
  readonly place: Shown<string>;
}

/** The arguments of a key; null where one is not given. */
export interface DeclaredAttributes {
  readonly service: Shown<string>;
  readonly environment: Shown<string>;
  readonly owner: Shown<string>;
  readonly scopes: Shown<readonly Shown<string>[]>;
  readonly rotationPeriod: Shown<string>;
  readonly overlapWindow: Shown<string>;
  readonly quietPeriod: Shown<string>;
  readonly maxOverlap: Shown<string>;
  readonly verification: Shown<string>;
  readonly deletionProtection: Shown<boolean>;
  readonly forceRevoke: Shown<boolean>;
  readonly targets: Shown<readonly DeliveryTarget[]>;
}

/** A key with all that those rules look at. */
export interface DeclaredKey {
  /** The logical key: service-environment. */
  readonly name: Shown<string>;
  readonly attributes: DeclaredAttributes;
  /** Whether its lifecycle lets the successor be made last; false where that cannot be seen. */
  readonly endsBeforeSuccessor: boolean;
  /** How many places of the configuration read its secret. */
  readonly secretReaders: number;
}
