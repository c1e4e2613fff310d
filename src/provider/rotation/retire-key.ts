/**
 * Ends a replaced key: waits for its overlap to end if that is near, and revokes it only when the evidence allows.
 *
 * Every look is a fresh one. A key that has to stay is left working, which is no failure: the resource that took over lists it,
 * and a later plan shows its revocation.
 */
import type { Clock } from "../../model/clock";
import type { KeyApiClient } from "../../client";
import { findKey } from "../../model/key-index";
import type { EvidenceSource } from "../../evidence/evidence-source";
import { generationsOf } from "../../model/generations";
import { Instant } from "../../model/instant";
import { decide } from "../../model/lifecycle";
import { mayHoldBy, type MissingCondition } from "../../model/retirement";
import type { DeclaredKey } from "./declared-key";
import { gatherFacts } from "./gather-facts";
import { situationOf } from "./key-facts";
import type { RememberedProof } from "./prove-key";

/** How a retirement ended. */
export type RetirementOutcome =
  | { readonly kind: "revoked" }
  /** Somebody else revoked it, or it is gone. */
  | { readonly kind: "gone" }
  | { readonly kind: "kept"; readonly missing: readonly MissingCondition[] }
  /** No active key has taken over: it may be the last one that works. */
  | { readonly kind: "no-successor" };

/** The key to end. */
export interface RetirementRequest {
  readonly keyId: string;
  /** What is declared of the logical key, with the policy that holds now: that of the replaced key may be an older one. */
  readonly declared: DeclaredKey;
  /** The key that took over, its creation, and the proof of its secret; undefined if another run has made it. */
  readonly successor:
    { readonly keyId: string; readonly createdAt: Instant | undefined; readonly proof: RememberedProof } | undefined;
}

/** What it is done with. */
export interface RetirementMeans {
  readonly client: KeyApiClient;
  readonly clock: Clock;
  readonly sources: readonly EvidenceSource[];
  readonly signal: AbortSignal;
}

/** How long is waited between two looks. */
const shortestPauseMs = 1_000;
const longestPauseMs = 15_000;

type Look = RetirementOutcome | { readonly kind: "due" };

/** Revokes a replaced key as soon as that is allowed, and waits for it no longer than the policy's `overlapWait`. */
export async function retireKey(request: RetirementRequest, means: RetirementMeans): Promise<RetirementOutcome> {
  const { client, clock, signal } = means;
  const overlapWaitMs = request.declared.policy.overlapWait.ms;
  // The API's time decides about the key. How long to wait is counted here, too, in case the API's time stands still.
  const startedAt = clock.now();
  let firstServedAt: Instant | undefined;
  for (let looks = 0; ; looks += 1) {
    const { look, servedAt } = await lookOnce(request, means);
    firstServedAt ??= servedAt;
    if (look.kind === "due") {
      await client.revoke(request.keyId);
      return { kind: "revoked" };
    }
    if (look.kind !== "kept" || signal.aborted) return look;
    const deadline = firstServedAt.plus({ ms: overlapWaitMs });
    const isOver = !servedAt.isBefore(deadline) || startedAt.msUntil(clock.now()) >= overlapWaitMs;
    if (isOver || !mayHoldBy(look.missing, deadline)) return look;
    await pause(pauseMs(look.missing, { now: servedAt, looks }), clock, signal);
  }
}

async function lookOnce(
  { keyId, declared, successor }: RetirementRequest,
  { client, sources }: RetirementMeans,
): Promise<{ readonly look: Look; readonly servedAt: Instant }> {
  const listing = await client.list({ fresh: true });
  const { servedAt } = listing;
  const retiring = findKey(listing.keys, keyId);
  if (!retiring || retiring.revokedAt) return { look: { kind: "gone" }, servedAt };
  const [active] = generationsOf(listing.keys, declared.logicalName).active;
  if (!active) return { look: { kind: "no-successor" }, servedAt };
  if (active.id !== successor?.keyId) {
    const reason = `another run has made its successor ${active.id}, whose own plan knows when it may go; if no state has that key, import it`;
    return {
      look: { kind: "kept", missing: [{ condition: "successor-used", reason, until: "unknowable" }] },
      servedAt,
    };
  }
  const { proof, createdAt } = successor;
  const inState = { id: active.id, createdAt };
  const facts = await gatherFacts({ declared, listing, proof, inState, sources, fresh: true });
  const decision = decide(situationOf(facts, { kind: "phase-out" })).find(
    (each) => each.kind !== "mint" && each.key !== "minted" && each.key.id === keyId,
  );
  if (decision?.kind === "revoke") return { look: { kind: "due" }, servedAt };
  return { look: decision?.kind === "keep" ? { kind: "kept", missing: decision.missing } : unnamed, servedAt };
}

/** Somebody has renamed it since, so that it is no replaced key of this name any more. */
const unnamed: Look = {
  kind: "kept",
  missing: [{ condition: "overlap", reason: "it is not named as a replaced key any more", until: "unknowable" }],
};

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
