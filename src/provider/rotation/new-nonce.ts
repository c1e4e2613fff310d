/** Nonces for the names of keys, from the system's source of randomness: no two names are alike, also of runs that do not know of each other. */
import { randomBytes } from "node:crypto";
import { nonceLength } from "../../model/key-name";

/** A fresh nonce. */
export function newNonce(): string {
  return randomBytes(nonceLength / 2).toString("hex");
}
