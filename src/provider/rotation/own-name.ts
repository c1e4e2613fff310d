/**
 * Reads a list of keys so that a key of the state which somebody has renamed is still one of its logical name.
 *
 * Names are the ledger, but a state says of its key in so many words whose it is.
 */
import type { KeyListing } from "../../client";
import { isManageable } from "../../model/generations";
import { phaseOf } from "../../model/key-name";

/** The list, in which the key with that id has the logical name if its own says nothing. */
export function underOwnName(
  listing: KeyListing,
  { keyId, logicalName }: { readonly keyId: string; readonly logicalName: string },
): KeyListing {
  const isRenamed = ({ id, name }: { readonly id: string; readonly name: string }): boolean =>
    id === keyId && phaseOf(name, logicalName) === undefined;
  return {
    ...listing,
    keys: listing.keys.map((key) => (isRenamed(key) && isManageable(key) ? { ...key, name: logicalName } : key)),
  };
}
