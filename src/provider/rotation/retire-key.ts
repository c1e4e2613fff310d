/**
 * Ends a replaced key: waits for its overlap to end if that is near, and revokes it only when the evidence allows.
 *
 * Every look is a fresh one. A key that has to stay is left working, which is no failure: the resource that took over lists it,
 * and a later plan shows its revocation.
 */
import type { KeyApiClient, KeyListing } from "../../client";
import type { Clock } from "../../model/clock";
import { generationsOf } from "../../model/generations";
import { Instant } from "../../model/instant";
import { findKey } from "../../model/key-index";
import { judgeRetirement, mayHoldBy, type MissingCondition, type SuccessorEvidence } from "../../model/retirement";
import type { RotationPolicy } from "../../model/rotation-policy";

/** How a retirement ended. */
export type RetirementOutcome =
  | { readonly kind: "revoked" }
  /** Somebody else revoked it, or it is gone. */
  | { readonly kind: "gone" }
  | { readonly kind: "kept"; readonly missing: readonly MissingCondition[] }
  /** No active key took over: it may be the last one that works. */
  | { readonly kind: "no-successor" };

/** What this process knows of a key that it has created. */
export interface KnownSuccessor extends Pick<SuccessorEvidence, "provenAt" | "noticedWithin"> {
  /** The policy that holds now. That of the replaced key may be an older one. */
  readonly policy: RotationPolicy;
}

/** The key to end. */
export interface RetirementRequest {
  readonly keyId: string;
  readonly logicalName: string;
  /** What is known of the key that took over; undefined if another run has created it. */
  readonly successor: (keyId: string) => KnownSuccessor | undefined;
}

/** How long is waited between two looks. */
const shortestPauseMs = 1_000;
const longestPauseMs = 15_000;

type Look = RetirementOutcome | { readonly kind: "due" };

/** Revokes a replaced key as soon as that is allowed, and waits for it no longer than the policy's `overlapWait`. */
export async function retireKey(
  client: KeyApiClient,
  request: RetirementRequest,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<RetirementOutcome> {
  // The API's time decides about the key. How long to wait is counted here, too, in case the API's time stands still.
  const startedAt = clock.now();
  let firstServedAt: Instant | undefined;
  for (let looks = 0; ; looks += 1) {
    const listing = await client.list({ fresh: true });
    firstServedAt ??= listing.servedAt;
    const { look, overlapWaitMs } = lookOnce(listing, request);
    if (look.kind === "due") {
      await client.revoke(request.keyId);
      return { kind: "revoked" };
    }
    if (look.kind !== "kept" || signal.aborted) return look;
    const deadline = firstServedAt.plus({ ms: overlapWaitMs });
    const isOver = !listing.servedAt.isBefore(deadline) || startedAt.msUntil(clock.now()) >= overlapWaitMs;
    if (isOver || !mayHoldBy(look.missing, deadline)) return look;
    await pause(pauseMs(look.missing, { now: listing.servedAt, looks }), clock, signal);
  }
}

function lookOnce(
  { keys, servedAt }: KeyListing,
  { keyId, logicalName, successor: known }: RetirementRequest,
): { readonly look: Look; readonly overlapWaitMs: number } {
  const retiring = findKey(keys, keyId);
  if (!retiring || retiring.revokedAt) return { look: { kind: "gone" }, overlapWaitMs: 0 };
  const [successor] = generationsOf(keys, logicalName).active;
  if (!successor) return { look: { kind: "no-successor" }, overlapWaitMs: 0 };
  const knownSuccessor = known(successor.id);
  if (!knownSuccessor) {
    const reason = "another run has created its successor, whose own plan knows when it may go";
    return {
      look: { kind: "kept", missing: [{ condition: "successor-used", reason, until: "unknowable" }] },
      overlapWaitMs: 0,
    };
  }
  const { policy, provenAt, noticedWithin } = knownSuccessor;
  const { createdAt, lastUsedAt } = successor;
  const look = judgeRetirement(retiring, { createdAt, lastUsedAt, provenAt, noticedWithin }, { policy, now: servedAt });
  return { look, overlapWaitMs: policy.overlapWait.ms };
}

/** Until the next condition may hold; where only traffic can tell, longer and longer. */
function pauseMs(
  missing: readonly MissingCondition[],
  { now, looks }: { readonly now: Instant; readonly looks: number },
): number {
  const waits = missing.map(({ until }) =>
    until instanceof Instant ? now.msUntil(until) : shortestPauseMs * (1 + looks / 4),
  );
  return Math.min(longestPauseMs, Math.max(shortestPauseMs, ...waits));
}

async function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep({ ms }, signal);
  } catch (error) {
    // Asked to stop: one more look decides, and the loop ends there.
    if (!signal.aborted) throw error;
  }
}
