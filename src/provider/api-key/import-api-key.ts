/**
 * Finds the key that somebody wants to adopt, by its id or by its name.
 */
import { isManageable } from "../../model/generations";
import { KeyturnError } from "../../model/error";
import { logicalNameIn, phaseOf } from "../../model/key-name";
import type { ListedKey } from "../../model/listed-key";

/**
 * The one key with that id, or with that name.
 * @throws KeyturnError NOT_FOUND, or KEY_STATE for a key that must not be adopted, or CONFLICT if several have the name
 */
export function findImportedKey(keys: readonly ListedKey[], idOrName: string): ListedKey {
  const byId = keys.filter(({ id }) => id === idOrName);
  const candidates = byId.length > 0 ? byId : keys.filter(({ name }) => name === idOrName);
  const valid = candidates.filter(({ revokedAt }) => revokedAt === undefined);
  const [key, ...others] = valid;
  if (!key) {
    const reason = candidates.length > 0 ? "is revoked" : "does not exist in this workspace";
    throw new KeyturnError(
      "NOT_FOUND",
      `the key ${JSON.stringify(idOrName)} ${reason}; give the id or the name of a key that works`,
    );
  }
  if (others.length > 0) {
    const ids = valid.map(({ id }) => id).join(", ");
    throw new KeyturnError(
      "CONFLICT",
      `several keys are named ${JSON.stringify(idOrName)}: ${ids}; import one of them by its id`,
    );
  }
  if (!isManageable(key)) {
    throw new KeyturnError(
      "KEY_STATE",
      `the key ${key.id} belongs to an OAuth client, which manages it itself; it cannot be adopted`,
    );
  }
  const phase = phaseOf(key.name, logicalNameIn(key.name));
  if (phase !== undefined && phase !== "active") {
    throw new KeyturnError(
      "KEY_STATE",
      `the key ${key.name} is part of a rotation that is under way; import the active key of that name instead`,
    );
  }
  return key;
}
