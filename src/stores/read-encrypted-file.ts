/** Reads the secret back from an encrypted file, for those who have a private key for it. Follows symbolic links, as every reader does. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { KeyturnError } from "../model/error";
import type { Secret } from "../model/secret";
import { decryptSecret } from "./age-encryption";

/**
 * @param file current or previous file of a store, or any other file of age's binary format
 * @param identity an X25519 private key of age: `AGE-SECRET-KEY-1…`
 * @throws KeyturnError STORE_UNREACHABLE if there is no such file, it is damaged, or the identity is not one of its readers
 */
export async function readEncryptedFile(file: string, identity: Secret): Promise<Secret> {
  try {
    return await decryptSecret(await readFile(file), identity);
  } catch (error) {
    // No cause: a parser may quote the identity that it was given.
    const reason =
      error instanceof Error && "code" in error
        ? error.message
        : "the private key does not fit, or the file is damaged";
    throw new KeyturnError("STORE_UNREACHABLE", `the encrypted file ${path.resolve(file)} cannot be read: ${reason}`);
  }
}
