/** A reader of encrypted files: a key pair of age, and what it can read. */
import { existsSync } from "node:fs";
import { Secret } from "../../src/model/secret";
import { readEncryptedFile } from "../../src/stores";

/** Somebody who can decrypt. */
export interface AgeReader {
  /** The private key, as age-keygen writes it. */
  readonly identity: string;
  /** The public key. */
  readonly recipient: string;
  /** The secret in a file; undefined if there is no file. */
  readonly read: (file: string) => Promise<string | undefined>;
}

export async function newAgeReader(): Promise<AgeReader> {
  const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
  const identity = await generateX25519Identity();
  const read = async (file: string): Promise<string | undefined> =>
    existsSync(file) ? (await readEncryptedFile(file, new Secret(identity))).reveal() : undefined;
  return { identity, recipient: await identityToRecipient(identity), read };
}
