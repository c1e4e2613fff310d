/**
 * Judges whether the secret that a store holds is the one to hand on, by the list of keys. Pure.
 *
 * A secret of before would be written to yet another place, and would stop working there when its key is revoked. On the other hand a
 * run that was cut short leaves keys in the middle of a change, and the plan that is to finish it must not be refused for that.
 */
import { generationsOf, isManageable } from "../../model/generations";
import { findKey } from "../../model/key-index";
import { phaseOf } from "../../model/key-name";
import type { ListedKey } from "../../model/listed-key";

/** What is asked for. */
export interface WantedKey {
  readonly logicalName: string;
  /** The key that it has to be. Undefined: the one that is active. */
  readonly keyId: string | undefined;
}

/** What is said of a key. */
export type Judgement =
  | { readonly kind: "current"; readonly key: ListedKey }
  /** It is about to become active, or active again, unless the change is taken back. */
  | { readonly kind: "unfinished"; readonly key: ListedKey }
  /** The reason has the store for its subject. */
  | { readonly kind: "refused"; readonly reason: string };

/** Judges the key whose secret a store holds. */
export function judgeHeldKey(
  heldId: string,
  keys: readonly ListedKey[],
  { logicalName, keyId: wantedId }: WantedKey,
): Judgement {
  if (wantedId !== undefined && heldId !== wantedId) {
    return refused(`holds the secret of the key ${heldId}, and not that of ${wantedId}`);
  }
  const key = findKey(keys, heldId);
  if (!key || !isManageable(key)) {
    return refused(`holds the secret of the key ${heldId}, which does not work any more in this workspace`);
  }
  const phase = phaseOf(key.name, logicalName);
  if (phase === "active") return { kind: "current", key };
  if (phase === undefined) {
    // The next plan gives it its name back, if it is the one that the resource has.
    if (wantedId !== undefined) return { kind: "unfinished", key };
    return refused(`holds the secret of the key ${heldId}, which is named ${JSON.stringify(key.name)}`);
  }
  const [active] = generationsOf(keys, logicalName).active;
  if (phase === "pending" || !active) return { kind: "unfinished", key };
  return refused(`holds the secret of the key ${heldId}, which has been replaced by ${active.id}`);
}

function refused(reason: string): Judgement {
  return { kind: "refused", reason };
}
