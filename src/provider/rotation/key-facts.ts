/**
 * What is known of a logical key at one moment, as the pure function of its life wants it.
 */
import type { Delivery, Intent } from "../../model/decision";
import { lastUsedObservation, type Observation } from "../../model/evidence";
import type { Instant } from "../../model/instant";
import type { Situation } from "../../model/lifecycle";
import type { ListedKey } from "../../model/listed-key";
import type { RotationPolicy } from "../../model/rotation-policy";

/** The facts of one moment. Whoever gathers them says for each what is not known. */
export interface KeyFacts {
  readonly logicalName: string;
  readonly keys: readonly ListedKey[];
  /** The API's time. */
  readonly now: Instant;
  readonly policy: RotationPolicy;
  /** As in `SuccessorEvidence`, for the active key. */
  readonly provenAt: Instant | undefined;
  /** As in `LastUsedContext`. */
  readonly noticedWithin: { readonly ms: number } | undefined;
  /** Where the secret of a key is. */
  readonly delivery: (keyId: string) => Delivery;
  /** What sources other than the list of keys say about the use of a key. */
  readonly observations: (keyId: string) => readonly Observation[];
}

/** The facts together with what is wanted. */
export function situationOf(facts: KeyFacts, intent: Intent): Situation {
  const { logicalName, keys, now, policy, provenAt, noticedWithin, delivery, observations } = facts;
  return {
    logicalName,
    keys,
    policy,
    now,
    intent,
    evidence: {
      provenAt,
      delivery: ({ id }) => delivery(id),
      observations: ({ id, lastUsedAt }) => [
        lastUsedObservation(lastUsedAt, { noticedWithin, now }),
        ...observations(id),
      ],
    },
  };
}
