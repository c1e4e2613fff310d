/** Makes the stores of a key from its declared delivery targets. Nothing is read or written before a store is used. */
import type { EncryptedFileTarget } from "../model/encrypted-file-target";
import { KeyturnError } from "../model/error";
import { EncryptedFileStore } from "./encrypted-file";
import type { Store, StoreContext } from "./store";

/** A delivery target as it is declared in `deliver_to`. Terraform's own state is none of them, since Terraform writes it. */
export type StoreTarget = { readonly kind: "encrypted_file" } & EncryptedFileTarget;

/**
 * @returns one store for each target, in the same order
 * @throws KeyturnError INVALID_VALUE if a target cannot be meant, or if two of them are one place
 */
export function openStores(targets: readonly StoreTarget[], context: StoreContext): readonly Store[] {
  const stores = targets.map((target) => new EncryptedFileStore(target, context));
  const descriptions = stores.map(({ description }) => description);
  const repeated = descriptions.find((description, index) => descriptions.indexOf(description) !== index);
  if (repeated !== undefined) {
    throw new KeyturnError("INVALID_VALUE", `${repeated} is named as a delivery target twice; name it once`);
  }
  return stores;
}
