/**
 * Finds the generation that a resource stands for, where the one in the state is not it any more.
 *
 * After a roll-back a reading follows: the name of the key in the state says in so many words that it was taken out of service. In any
 * other case a reading must not follow, because core reads an object that is set aside for destruction like any other, and would then
 * destroy the new key in place of the old one. So what a run that was cut short has delivered is adopted by a plan.
 */
import { generationsOf } from "../../model/generations";
import { findKey } from "../../model/key-index";
import { phaseOf, phaseSince } from "../../model/key-name";
import type { ListedKey } from "../../model/listed-key";
import type { GatheredFacts } from "../rotation/gather-facts";
import type { DeliveredKey } from "./snapshot";

/** The key that a roll-back has put into the place of the one in the state; otherwise that one. */
export function followRollBack(inState: ListedKey, facts: GatheredFacts): ListedKey {
  if (phaseOf(inState.name, facts.logicalName) !== "rolledBack") return inState;
  const { active, retiring } = generationsOf(facts.keys, facts.logicalName);
  const since = phaseSince(inState.name);
  const isReplacedSince = since && retiring.some(({ name }) => phaseSince(name)?.isAfter(since));
  if (isReplacedSince) return inState;
  const { current } = facts.deliveries;
  // Between its two renames a roll-back leaves no active key.
  const candidates = active.length > 0 ? active : retiring;
  const followed = current === undefined ? undefined : findKey(candidates, current);
  return followed && isOlder(followed, inState) ? followed : inState;
}

/** A roll-back goes to an older key. A newer one was made since, and whoever has made it has set this one aside. */
function isOlder({ createdAt }: ListedKey, than: ListedKey): boolean {
  return !createdAt || !than.createdAt || createdAt.isBefore(than.createdAt);
}

/** The newer key that every store hands out, whose making the state does not know. */
export function findDelivered(inState: ListedKey, facts: GatheredFacts): DeliveredKey | undefined {
  const { current } = facts.deliveries;
  if (current === undefined || current === inState.id) return undefined;
  const { active, pending } = generationsOf(facts.keys, facts.logicalName);
  const delivered = findKey([...active, ...pending], current);
  return delivered && { id: delivered.id };
}
