/**
 * Looks at a logical key on the API, in its stores and in the sources of evidence, as far as each matters now.
 */
import type { KeyListing } from "../../client";
import type { EvidenceSource } from "../../evidence/evidence-source";
import { generationsOf } from "../../model/generations";
import type { Instant } from "../../model/instant";
import { keysNamedFor } from "../../model/key-index";
import { leftoversOf } from "../../model/leftover";
import type { DeclaredKey } from "./declared-key";
import { findDeliveries, unknownDeliveries, type Deliveries } from "./find-delivery";
import { gatherObservations } from "./gather-observations";
import type { KeyFacts } from "./key-facts";
import { noticedWithin, type RememberedProof } from "./prove-key";

/** What is looked at, and what is known beforehand. */
export interface Gathering {
  readonly declared: DeclaredKey;
  readonly listing: KeyListing;
  /** What is remembered of the proof of the active key's secret. */
  readonly proof: RememberedProof;
  /** The key in Terraform's state, with its creation as it was recorded there; undefined while there is none. */
  readonly inState: { readonly id: string; readonly createdAt: Instant | undefined } | undefined;
  readonly sources: readonly EvidenceSource[];
  /** Whether answers that others were given will not do. */
  readonly fresh: boolean;
  /** What is about to be decided. @default "phase-out": which of the other keys may go */
  readonly about?: "phase-out" | "end";
}

/** What was found. */
export interface GatheredFacts extends KeyFacts {
  readonly deliveries: Deliveries;
}

/** @throws KeyturnError ABORTED */
export async function gatherFacts(gathering: Gathering, signal?: AbortSignal): Promise<GatheredFacts> {
  const { declared, listing, proof, inState, sources, fresh, about = "phase-out" } = gathering;
  const { logicalName, policy, service, environment } = declared;
  const deliveries = isUnclear(gathering) ? await findDeliveries(declared, inState?.id) : unknownDeliveries;
  const facts: GatheredFacts = {
    logicalName,
    // An older deployment does not say when a key was created; the state does.
    keys: keysNamedFor(listing.keys, logicalName).map((key) =>
      key.createdAt === undefined && key.id === inState?.id ? { ...key, createdAt: inState.createdAt } : key,
    ),
    now: listing.servedAt,
    policy,
    provenAt: proof.provenAt,
    noticedWithin: noticedWithin(proof),
    deliveries,
    delivery: deliveries.of,
    observations: () => [],
  };
  const question = { facts, service, environment, proofRequestId: proof.requestId, fresh, about };
  const observations = await gatherObservations(sources, question, signal);
  return { ...facts, observations: (id) => observations.get(id) ?? [] };
}

/** Whether the names leave open which generation services read: there are others that work, or the state knows another one. */
function isUnclear({ declared, listing, inState }: Gathering): boolean {
  const generations = generationsOf(listing.keys, declared.logicalName);
  const { active } = generations;
  const hasOthers = active.length !== 1 || leftoversOf(generations).length > 0;
  return hasOthers || (inState !== undefined && active[0]?.id !== inState.id);
}
