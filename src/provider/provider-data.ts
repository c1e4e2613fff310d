/**
 * What a configured provider hands to its resources.
 */
import type { KeyApiClient } from "../client";
import type { EvidenceSource } from "../evidence/evidence-source";
import type { Clock } from "../model/clock";
import type { Secret } from "../model/secret";
import type { ApiHabits } from "./rotation/api-habits";
import type { KeyLocks } from "./rotation/key-locks";

export interface ProviderData {
  /** The client of the API. @throws KeyturnError INVALID_CONFIGURATION while the configuration is not known */
  readonly client: () => KeyApiClient;
  /** Who may know of the use of keys beside `last_used_at`: the activity log first, then what is configured. */
  readonly evidence: readonly EvidenceSource[];
  /** For waiting. The time of day that decides about keys is the API's. */
  readonly clock: Clock;
  /** The environment that the workspace is for; undefined if nothing was said. */
  readonly environment: string | undefined;
  /** Keeps work on the keys of one logical name apart. */
  readonly locks: KeyLocks;
  /** What has been found out of how the API notes uses. */
  readonly habits: ApiHabits;
  /** The environment variables of the process, from which delivery targets take their credentials. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Under which the fingerprints of new secrets are made; undefined if none are. */
  readonly fingerprintKey: Secret | undefined;
  /** A fresh nonce for the name of a key. */
  readonly nonce: () => string;
}
