/**
 * Opens a sealed box of libsodium (`crypto_box_seal_open`), as GitHub does with what it is sent.
 *
 * That it does so rightly is shown by boxes that libsodium itself has made: test/unit/stores/github-actions/sealed-box.test.ts.
 */

/** @throws Error if the box was sealed for somebody else, or has been tampered with */
export async function openSealedBox(box: Uint8Array, privateKey: Uint8Array): Promise<string> {
  const { x25519 } = await import("@noble/curves/ed25519.js");
  const { blake2b } = await import("@noble/hashes/blake2.js");
  const { hsalsa, xsalsa20poly1305 } = await import("@noble/ciphers/salsa.js");
  const ephemeral = box.slice(0, 32);
  const agreed = x25519.getSharedSecret(privateKey, ephemeral);
  const key = new Uint32Array(8);
  const sigma = new Uint32Array(new TextEncoder().encode("expand 32-byte k").buffer);
  hsalsa(sigma, new Uint32Array(agreed.slice().buffer), new Uint32Array(4), key);
  const nonce = blake2b(Buffer.concat([ephemeral, x25519.getPublicKey(privateKey)]), { dkLen: 24 });
  return Buffer.from(xsalsa20poly1305(new Uint8Array(key.buffer), nonce).decrypt(box.slice(32))).toString("utf8");
}
