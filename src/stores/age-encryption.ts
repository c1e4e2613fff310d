/**
 * Encrypts in the age format, version 1 (age-encryption.org/v1), so that the standard `age` tool can decrypt.
 *
 * The library is loaded with the first call: it takes longer to load than the rest of the provider, which most calls start without it.
 */
import { Secret } from "../model/secret";
import { labelArguments, type KeyLabel } from "./key-label";

/** A recipient that no file can be encrypted for. Its message says which, and why. */
export class UnusableRecipientError extends Error {}

/**
 * @returns the bytes of a file whose text is exactly the secret
 * @throws UnusableRecipientError if a recipient has a typing error
 */
export async function encryptSecret(
  secret: Secret,
  { recipients, label }: { readonly recipients: readonly string[]; readonly label: KeyLabel },
): Promise<Uint8Array> {
  const { Encrypter, Stanza } = await import("age-encryption");
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (error) {
      throw new UnusableRecipientError(`the recipient ${recipient} is not a valid one (${String(error)})`);
    }
  }
  // A stanza of our own type carries no file key: it is for reading, not for decrypting.
  encrypter.addRecipient({ wrapFileKey: () => [new Stanza(labelArguments(label), new Uint8Array())] });
  return await encrypter.encrypt(secret.reveal());
}

/** @throws Error if the identity cannot decrypt the file, or if the file or its header has been tampered with */
export async function decryptSecret(file: Uint8Array, identity: Secret): Promise<Secret> {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity.reveal());
  return new Secret(await decrypter.decrypt(file, "text"));
}
