/**
 * Finds the generation that a resource stands for, where the one in the state is not it any more.
 *
 * A run that was cut short after it had delivered a new secret, and a roll-back, leave a state that is behind. The stores know better:
 * the generation that services read is the one to go on with.
 */
import { generationsOf } from "../../model/generations";
import { findKey } from "../../model/key-index";
import type { ListedKey } from "../../model/listed-key";
import type { GatheredFacts } from "../rotation/gather-facts";

/** The key that every store hands out, if it can take the place of the one in the state; otherwise that one. */
export function followKey(inState: ListedKey | undefined, facts: GatheredFacts): ListedKey | undefined {
  const { current } = facts.deliveries;
  if (current === undefined || current === inState?.id) return inState;
  const { active, pending, retiring } = generationsOf(facts.keys, facts.logicalName);
  // A replaced one only if there is no other: beside an active one it is on its way out, or a roll-back to it is not finished.
  const candidates = [...active, ...pending, ...(active.length === 0 ? retiring : [])];
  return findKey(candidates, current) ?? inState;
}
