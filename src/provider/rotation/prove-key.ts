/**
 * Proves that a new secret authenticates, and remembers what that teaches: the proof may show as a use of the key, and is none.
 */
import type { KeyApiClient } from "../../client";
import { Duration } from "../../model/duration";
import { KeyturnError } from "../../model/error";
import type { Instant } from "../../model/instant";
import { findKey } from "../../model/key-index";
import type { ListedKey } from "../../model/listed-key";
import type { Secret } from "../../model/secret";

/** The API tells the time in whole seconds, rounded down, so what it answers may have happened up to a second later than it says. */
export const clockGranularity = Duration.seconds(1);

/** What is remembered of a proof that a secret authenticates. Nothing is known where the key was made by somebody else. */
export interface RememberedProof {
  /** The latest instant at which the API may have recorded the proof as a use. */
  readonly provenAt: Instant | undefined;
  /** How long the API took at the most to note a use; undefined while it has not been seen to note one. */
  readonly noticedWithin: { readonly ms: number } | undefined;
  /** What the API called the request of the proof, by which its log shows whether it knows of reads. */
  readonly requestId: string | undefined;
}

/** Nothing is known of a proof. */
export const noProof: RememberedProof = { provenAt: undefined, noticedWithin: undefined, requestId: undefined };

/** A proof that a secret authenticates. */
export interface Proof extends RememberedProof {
  readonly provenAt: Instant;
  /** The API's own time right after the proof. */
  readonly servedAt: Instant;
  /** The key as the API lists it, which may say more than the answer to its creation. */
  readonly listed: ListedKey;
}

/**
 * Makes one authenticated call with the new secret.
 * @throws KeyturnError KEY_STATE if the API does not accept the secret
 */
export async function proveKey(client: KeyApiClient, key: ListedKey, secret: Secret): Promise<Proof> {
  const { authenticates, servedAt: answeredAt, requestId } = await client.authenticates(secret);
  if (!authenticates) {
    throw new KeyturnError(
      "KEY_STATE",
      `the API does not accept the secret of the new key ${key.id}, which it has just created`,
    );
  }
  const { keys, servedAt } = await client.list({ fresh: true });
  const listed = findKey(keys, key.id) ?? key;
  const triedAt = answeredAt.plus(clockGranularity);
  // The API may record uses as coarsely as it likes, so what it has recorded of this one counts, too.
  const { lastUsedAt } = listed;
  return {
    provenAt: lastUsedAt?.isAfter(triedAt) ? lastUsedAt : triedAt,
    noticedWithin: lastUsedAt && noticingTime(answeredAt, servedAt),
    requestId,
    servedAt,
    listed,
  };
}

/** How long it took at the most, if a use at `usedAt` was seen to be noted at `seenAt`, both in whole seconds. */
export function noticingTime(usedAt: Instant, seenAt: Instant): { readonly ms: number } {
  return { ms: Math.max(0, usedAt.msUntil(seenAt)) + clockGranularity.ms };
}
