/**
 * Seals a secret for the holder of a private key, as `crypto_box_seal` of libsodium does it and GitHub demands it.
 *
 * https://doc.libsodium.org/public-key_cryptography/sealed_boxes: a fresh key pair, of which only the public key is sent along, so that not
 * even the sender can open the box again. The parts are those of the noble libraries, which age brings along; the nonce is
 * BLAKE2b(fresh public key, recipient's public key), and the key that of `crypto_box`: HSalsa20 of what X25519 agrees on.
 */
import type { Secret } from "../../model/secret";

const publicKeyLength = 32;

/** The constant of Salsa20, "expand 32-byte k", as 32-bit words. */
const sigma = new Uint32Array([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);

/** How the test vectors of libsodium are repeated. */
export interface SealingOptions {
  /** The private key of the fresh pair. @default - a random one, which is the only safe way */
  readonly ephemeralKey?: Uint8Array;
}

/**
 * @param publicKey 32 bytes
 * @throws Error if the public key has another length, or is one that nobody can have
 */
export async function seal(secret: Secret, publicKey: Uint8Array, options: SealingOptions = {}): Promise<Uint8Array> {
  if (publicKey.length !== publicKeyLength) throw new Error(`a public key has ${publicKeyLength} bytes`);
  const [{ x25519 }, { blake2b }, { hsalsa, xsalsa20poly1305 }] = await Promise.all([
    import("@noble/curves/ed25519.js"),
    import("@noble/hashes/blake2.js"),
    import("@noble/ciphers/salsa.js"),
  ]);
  const ephemeralKey = options.ephemeralKey ?? x25519.utils.randomSecretKey();
  const ephemeralPublicKey = x25519.getPublicKey(ephemeralKey);
  const agreed = x25519.getSharedSecret(ephemeralKey, publicKey);
  // All as 32-bit words in the order of this machine.
  const boxKey = new Uint32Array(8);
  hsalsa(sigma, new Uint32Array(agreed.slice().buffer), new Uint32Array(4), boxKey);
  const nonce = blake2b(Buffer.concat([ephemeralPublicKey, publicKey]), { dkLen: 24 });
  const plain = Buffer.from(secret.reveal(), "utf8");
  const box = xsalsa20poly1305(new Uint8Array(boxKey.buffer), nonce).encrypt(plain);
  for (const used of [ephemeralKey, agreed, boxKey, plain]) used.fill(0);
  return Buffer.concat([ephemeralPublicKey, box]);
}
