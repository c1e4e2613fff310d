/**
 * Sorts the keys of a workspace into the generations of one logical key.
 *
 * Names decide, because they are all that the API keeps for us. Revoked keys, keys made for OAuth clients and keys whose
 * name does not fit the grammar of the logical key are nobody's business here, and are left out.
 */
import type { ListedKey } from "./listed-key";
import { keysNamedFor } from "./key-index";
import { phaseOf, type Phase } from "./key-name";

/** The valid keys behind one logical name, by phase, oldest first. */
export type Generations = Readonly<Record<Phase, readonly ListedKey[]>>;

/** Sorts `keys` into the generations of the logical key called `logicalName`. */
export function generationsOf(keys: readonly ListedKey[], logicalName: string): Generations {
  const generations: Record<Phase, ListedKey[]> = { active: [], pending: [], retiring: [], rolledBack: [] };
  for (const key of keysNamedFor(keys, logicalName)) {
    if (!isManageable(key)) continue;
    const phase = phaseOf(key.name, logicalName);
    if (phase) generations[phase].push(key);
  }
  for (const phase of Object.values(generations)) phase.sort(oldestFirst);
  return generations;
}

/** Whether a key can be managed at all: it is still valid, and was not made for an OAuth client. */
export function isManageable(key: ListedKey): boolean {
  return key.revokedAt === undefined && key.source !== "oauth";
}

function oldestFirst(a: ListedKey, b: ListedKey): number {
  return (a.createdAt?.epochMs ?? 0) - (b.createdAt?.epochMs ?? 0) || (a.id < b.id ? -1 : 1);
}
