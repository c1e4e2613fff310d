/**
 * Proves that a new secret authenticates, and remembers what that teaches: the proof may show as a use of the key, and is none.
 */
import type { KeyApiClient } from "../../client";
import type { Clock } from "../../model/clock";
import { Duration } from "../../model/duration";
import { KeyturnError } from "../../model/error";
import { granularityOf, longestStep } from "../../model/evidence";
import type { Instant } from "../../model/instant";
import { findKey } from "../../model/key-index";
import type { ListedKey } from "../../model/listed-key";
import type { Secret } from "../../model/secret";
import type { ApiHabits } from "./api-habits";

/** The API tells the time in whole seconds, rounded down, so what it answers may have happened up to a second later than it says. */
export const clockGranularity = Duration.seconds(1);

/**
 * What is remembered of a proof that a secret authenticates, and what it has taught of how the API notes uses. Nothing is known where the
 * key was made by somebody else.
 */
export interface RememberedProof {
  /** When the secret was tried first, at the earliest. */
  readonly firstTriedAt: Instant | undefined;
  /** The latest instant at which the API may have recorded the proof as a use. */
  readonly provenAt: Instant | undefined;
  /** How long it took at the most until a use that was noted could be seen; undefined while the API has not been seen to note one. */
  readonly notedWithin: { readonly ms: number } | undefined;
  /** How long the API may leave uses out after one that it has noted; undefined while nobody knows. */
  readonly leavesOut: { readonly ms: number } | undefined;
  /** What the API called the request of the proof, by which its log shows whether it knows of reads. */
  readonly requestId: string | undefined;
}

/** Nothing is known of a proof. */
export const noProof: RememberedProof = {
  firstTriedAt: undefined,
  provenAt: undefined,
  notedWithin: undefined,
  leavesOut: undefined,
  requestId: undefined,
};

/** What a proof has taught of the API, without what it says of its own key. */
export function habitsIn({ notedWithin, leavesOut }: RememberedProof): RememberedProof {
  return { ...noProof, notedWithin, leavesOut };
}

/**
 * How long a use may be unknown to whoever looks at `last_used_at`: until it could be seen, and as long as it may have been left out.
 * Undefined while the API has not been seen to note one. No API is known to leave uses out for longer than a day.
 */
export function noticedWithin({ notedWithin, leavesOut }: RememberedProof): { readonly ms: number } | undefined {
  return notedWithin && { ms: notedWithin.ms + Math.min(leavesOut?.ms ?? longestStep.ms, longestStep.ms) };
}

/** A proof that a secret authenticates. */
export interface Proof extends RememberedProof {
  readonly provenAt: Instant;
  /** The API's own time right after the proof. */
  readonly servedAt: Instant;
  /** The key as the API lists it, which may say more than the answer to its creation. */
  readonly listed: ListedKey;
}

/** What a proof is made with. */
export interface ProofMeans {
  readonly client: KeyApiClient;
  readonly clock: Clock;
  readonly habits: ApiHabits;
}

/**
 * Makes one authenticated call with the new secret, and a second one where it is yet to be found out how the API notes uses.
 * @throws KeyturnError KEY_STATE if the API does not accept the secret
 */
export async function proveKey(key: ListedKey, secret: Secret, means: ProofMeans): Promise<Proof> {
  const first = await tryOnce(key, secret, means);
  const notedAt = first.listed.lastUsedAt;
  // Where a use is noted late, or by the minute or coarser, a second one would look the same.
  if (notedAt === undefined || (granularityOf(notedAt)?.ms ?? 0) >= coarse.ms) return first;
  let last = first;
  const notesAll = await means.habits.notesEveryUse(async () => {
    await means.clock.sleep(pause);
    last = await tryOnce(key, secret, means);
    return last.listed.lastUsedAt?.isAfter(notedAt) ?? false;
  });
  return { ...last, firstTriedAt: first.firstTriedAt, leavesOut: notesAll ? { ms: 0 } : undefined };
}

const coarse = Duration.minutes(1);

/** Longer than a second, by which most timestamps can tell two uses apart. */
const pause = { ms: clockGranularity.ms + 100 } as const;

async function tryOnce(key: ListedKey, secret: Secret, { client }: ProofMeans): Promise<Proof> {
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
    firstTriedAt: answeredAt,
    provenAt: lastUsedAt?.isAfter(triedAt) ? lastUsedAt : triedAt,
    notedWithin: lastUsedAt && noticingTime(answeredAt, servedAt),
    leavesOut: undefined,
    requestId,
    servedAt,
    listed,
  };
}

/** How long it took at the most, if a use at `usedAt` was seen to be noted at `seenAt`, both in whole seconds. */
export function noticingTime(usedAt: Instant, seenAt: Instant): { readonly ms: number } {
  return { ms: Math.max(0, usedAt.msUntil(seenAt)) + clockGranularity.ms };
}

/**
 * What is remembered once the API lists a use of the key. The first one that it is seen to have noted shows how late it notes them. The
 * first one after keyturn's own shows how long it may leave them out at the most, since it would have noted any that came later than that.
 */
export function learnedFrom(
  proof: RememberedProof,
  lastUsedAt: Instant | undefined,
  servedAt: Instant,
): RememberedProof {
  const { firstTriedAt, provenAt, notedWithin, leavesOut } = proof;
  if (!firstTriedAt || !provenAt || !lastUsedAt) return proof;
  const usedUpTo = lastUsedAt.plus(granularityOf(lastUsedAt) ?? { ms: 0 });
  return {
    ...proof,
    notedWithin: notedWithin ?? noticingTime(provenAt, servedAt),
    leavesOut: leavesOut ?? (lastUsedAt.isAfter(provenAt) ? noticingTime(firstTriedAt, usedUpTo) : undefined),
  };
}
