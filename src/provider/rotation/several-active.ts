/**
 * Refuses to go on where more than one key has the declared name: nobody knows which one is in use.
 */
import { KeyturnError } from "../../model/error";
import { generationsOf } from "../../model/generations";
import type { ListedKey } from "../../model/listed-key";

/** @throws KeyturnError CONFLICT that names them */
export function refuseSeveralActive(keys: readonly ListedKey[], logicalName: string): void {
  const { active } = generationsOf(keys, logicalName);
  if (active.length > 1) throw severalActive(logicalName, active);
}

/** The error for several keys that have, or are to have, one name. */
export function severalActive(logicalName: string, keys: readonly ListedKey[]): KeyturnError {
  const ids = keys.map(({ id }) => id).join(", ");
  return new KeyturnError(
    "CONFLICT",
    `several keys are named ${logicalName}: ${ids}; rename all but the one that is in use, then try again. Nothing was changed`,
  );
}
