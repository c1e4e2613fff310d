/**
 * What a configured provider hands to its resources.
 */
import type { KeyApiClient } from "../client";
import type { Clock } from "../model/clock";
import type { KeyLocks } from "./rotation/key-locks";

export interface ProviderData {
  /** The client of the API. @throws KeyturnError INVALID_CONFIGURATION while the configuration is not known */
  readonly client: () => KeyApiClient;
  /** For waiting. The time of day that decides about keys is the API's. */
  readonly clock: Clock;
  /** The environment that the workspace is for; undefined if nothing was said. */
  readonly environment: string | undefined;
  /** Keeps work on the keys of one logical name apart. */
  readonly locks: KeyLocks;
  /** A fresh nonce for the name of a key. */
  readonly nonce: () => string;
}
