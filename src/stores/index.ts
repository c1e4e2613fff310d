/** Where secrets go: stores behind one interface, and delivery to all stores of a key together. */
export { checkAll, deliverToAll, DeliveryError, restoreAll } from "./deliver";
export { currentEverywhere, deliveryStatus, heldByAll, previousEverywhere, type Holding } from "./holdings";
export { EncryptedFileReader } from "./encrypted-file-reader";
export { openStore, openStores } from "./open-store";
export { readEncryptedFile } from "./read-encrypted-file";
export type { HeldSecret, SecretDelivery, Store, StoreContext } from "./store";
export type { StoreReader } from "./store-reader";
