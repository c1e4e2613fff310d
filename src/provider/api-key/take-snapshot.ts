/**
 * Takes the snapshot that the next plan decides by.
 */
import type { ListedKey } from "../../model/listed-key";
import { generationsOf } from "../../model/generations";
import { phaseSince } from "../../model/key-name";
import { leftoversOf } from "../../model/leftover";
import { clockGranularity, type RememberedProof } from "../rotation/prove-key";
import type { GatheredFacts } from "../rotation/gather-facts";
import type { DeliveredKey, SeenKey, Snapshot, Usurper } from "./snapshot";

/** The snapshot of a key among the facts that were gathered about its name. */
export function takeSnapshot(
  key: ListedKey,
  facts: Pick<GatheredFacts, "logicalName" | "keys" | "now" | "delivery" | "observations">,
  remembered: {
    readonly proof: RememberedProof;
    readonly owesRotation: boolean;
    /** @default - no other key is delivered */
    readonly delivered?: DeliveredKey | undefined;
  },
): Snapshot {
  const others = leftoversBeside(key, facts);
  return {
    readAt: facts.now,
    proof: remembered.proof,
    workspaceId: key.workspaceId,
    seen: new Map([key, ...others].map((each) => [each.id, seenKey(each, facts)])),
    usurper: findUsurper(key, facts),
    delivered: remembered.delivered,
    owesRotation: remembered.owesRotation,
  };
}

/** The other keys of a logical key that still work: replaced ones, and ones that a run has left unfinished. */
export function leftoversBeside(
  { id }: Pick<ListedKey, "id">,
  { keys, logicalName }: Pick<GatheredFacts, "logicalName" | "keys">,
): readonly ListedKey[] {
  return leftoversOf(generationsOf(keys, logicalName)).filter((each) => each.id !== id);
}

/** The key that somebody else has given the very name of this one. */
export function namesakeOf(key: ListedKey, facts: Pick<GatheredFacts, "logicalName" | "keys">): string | undefined {
  return key.name === facts.logicalName ? findUsurper(key, facts)?.id : undefined;
}

function seenKey(
  key: ListedKey,
  { delivery, observations }: Pick<GatheredFacts, "delivery" | "observations">,
): SeenKey {
  const where = delivery(key.id);
  return {
    lastUsedAt: key.lastUsedAt,
    delivery: where === "unknown" ? undefined : where,
    observations: observations(key.id),
  };
}

/** Another key has the name: this state did not do that, or does not know that it did. */
function findUsurper(
  key: ListedKey,
  { keys, logicalName }: Pick<GatheredFacts, "logicalName" | "keys">,
): Usurper | undefined {
  const { active, pending } = generationsOf(keys, logicalName);
  const usurper = active.find(({ id }) => id !== key.id);
  // A pending key takes over from the active one as soon as it is finished.
  if (!usurper || pending.some(({ id }) => id === key.id)) return undefined;
  // Whoever minted it has tried its secret before the other was renamed. A later use is that of somebody who was given the secret.
  const tookOver = phaseSince(key.name) ?? usurper.createdAt?.plus({ ms: 60 * clockGranularity.ms });
  const { lastUsedAt } = usurper;
  const isUsed = lastUsedAt && tookOver && lastUsedAt.isAfter(tookOver);
  return { id: usurper.id, usedAt: isUsed ? lastUsedAt : undefined };
}
