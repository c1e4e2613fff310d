/**
 * Finds keys in a list without walking it for each one: a plan asks a thousand times about one list.
 *
 * A list is indexed the first time it is asked about, and its index is forgotten together with it.
 */
import { logicalNameIn } from "./key-name";
import type { ListedKey } from "./listed-key";

interface KeyIndex {
  readonly byId: ReadonlyMap<string, ListedKey>;
  readonly byLogicalName: ReadonlyMap<string, readonly ListedKey[]>;
}

const indexes = new WeakMap<readonly ListedKey[], KeyIndex>();

/** The key with that id; undefined if there is none. */
export function findKey(keys: readonly ListedKey[], id: string): ListedKey | undefined {
  return indexOf(keys).byId.get(id);
}

/** The keys whose names begin with the logical name, whatever follows. */
export function keysNamedFor(keys: readonly ListedKey[], logicalName: string): readonly ListedKey[] {
  return indexOf(keys).byLogicalName.get(logicalName) ?? [];
}

function indexOf(keys: readonly ListedKey[]): KeyIndex {
  let index = indexes.get(keys);
  if (index === undefined) {
    const byLogicalName = new Map<string, ListedKey[]>();
    for (const key of keys) {
      const logicalName = logicalNameIn(key.name);
      const group = byLogicalName.get(logicalName);
      if (group) group.push(key);
      else byLogicalName.set(logicalName, [key]);
    }
    index = { byId: new Map(keys.map((key) => [key.id, key])), byLogicalName };
    indexes.set(keys, index);
  }
  return index;
}
