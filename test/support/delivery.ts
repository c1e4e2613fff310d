/** Secrets to deliver, each made up from the id of its key. */
import { Secret } from "../../src/model/secret";
import type { SecretDelivery } from "../../src/stores";

/** The delivery of a key's secret, made up from the key's id. */
export function deliveryOf(keyId: string): SecretDelivery {
  return { keyId, secret: new Secret(secretOf(keyId)) };
}

/** The secret in `deliveryOf(keyId)`. */
export function secretOf(keyId: string): string {
  return `pbk_live_${keyId}_Zk3vQ9xT7mB1nR5wY8cL`;
}
