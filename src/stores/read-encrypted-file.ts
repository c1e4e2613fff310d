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
  let content: Uint8Array;
  try {
    content = await readFile(file);
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error));
  }
  return await decryptContent(content, { file, identity });
}

/**
 * The secret in what has been read of an encrypted file.
 * @param about the file, for messages, and the private key to decrypt with
 * @throws KeyturnError STORE_UNREACHABLE if it is damaged, or the identity is not one of its readers
 */
export async function decryptContent(
  content: Uint8Array,
  { file, identity }: { readonly file: string; readonly identity: Secret },
): Promise<Secret> {
  try {
    return await decryptSecret(content, identity);
  } catch {
    // No cause: a parser may quote the identity that it was given.
    throw unreadable(file, "the private key does not fit, or the file is damaged");
  }
}

function unreadable(file: string, reason: string): KeyturnError {
  return new KeyturnError("STORE_UNREACHABLE", `the encrypted file ${path.resolve(file)} cannot be read: ${reason}`);
}
