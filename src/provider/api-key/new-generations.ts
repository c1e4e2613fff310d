/**
 * The keys that this process has made, for as long as nobody has read them back.
 *
 * A replaced key is destroyed in the same run as its successor is created, and at that time the successor's state is nowhere else to be
 * seen. And two resources of one configuration that declare the same key are noticed here: the second one finds what the first has made.
 */
import type { Instant } from "../../model/instant";
import type { RotationPolicy } from "../../model/rotation-policy";
import type { RememberedProof } from "../rotation/prove-key";

/** What this process knows of a key that it has made. */
export interface KnownGeneration {
  readonly keyId: string;
  readonly logicalName: string;
  /** An older deployment does not say it later on. */
  readonly createdAt: Instant;
  /** The policy that holds now. That of the key that it replaces may be an older one. */
  readonly policy: RotationPolicy;
  readonly proof: RememberedProof;
  /** The report of a leak that was declared when it was made. */
  readonly compromised: string | null;
}

/** The memory of one process. */
export class NewGenerations {
  readonly #byId = new Map<string, KnownGeneration>();

  remember(made: KnownGeneration): void {
    this.#byId.set(made.keyId, made);
  }

  find(keyId: string): KnownGeneration | undefined {
    return this.#byId.get(keyId);
  }

  /** The key that was made for that name, if it is not the one with that id. */
  successorOf(keyId: string, logicalName: string): KnownGeneration | undefined {
    return [...this.#byId.values()].find((made) => made.logicalName === logicalName && made.keyId !== keyId);
  }

  /** The key is in a state, and a new run has begun. */
  forget(keyId: string): void {
    this.#byId.delete(keyId);
  }
}
