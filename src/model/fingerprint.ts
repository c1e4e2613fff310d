/**
 * The fingerprint of a secret: tells one secret from another, and is worthless without the key that it was made under.
 *
 * It is `kt1:`, eight hexadecimal digits that tell under which fingerprint key it was made, a colon, and the first 128 bits of an HMAC-SHA-256
 * in hexadecimal. Those eight digits are why a comparison under a wrong key can be refused, instead of finding nothing.
 */
import { createHmac } from "node:crypto";
import { KeyturnError } from "./error";
import { Secret } from "./secret";

/** The environment variable that has the fingerprint key. */
export const fingerprintKeyVariable = "KEYTURN_FINGERPRINT_KEY";

/** Moves when anything about the computation does. */
const version = "kt1";

const tagDigits = 8;
const digits = 32;

/** Shorter ones can be guessed, and so could a weak secret with them. */
const shortestKey = 32;

const form = new RegExp(`^${version}:[0-9a-f]{${tagDigits}}:[0-9a-f]{${digits}}$`);

/**
 * The fingerprint of a secret under a fingerprint key. Always the same for the same two, on every machine.
 * Two secrets have the same one with a chance of 1 in 2^128.
 */
export function fingerprintOf(secret: Secret, key: Secret): string {
  return `${fingerprintPrefix(key)}${hmac(`keyturn fingerprint ${version}\0${secret.reveal()}`, key).slice(0, digits)}`;
}

/** What every fingerprint under this key begins with, up to the second colon. */
export function fingerprintPrefix(key: Secret): string {
  return `${version}:${hmac(`keyturn fingerprint key ${version}\0`, key).slice(0, tagDigits)}:`;
}

/** Whether a text has the form of a fingerprint, under whichever key. */
export function isFingerprint(text: string): boolean {
  return form.test(text);
}

/**
 * The fingerprint key of the environment; undefined if there is none.
 * @throws KeyturnError INVALID_CONFIGURATION for one that is too short
 */
export function fingerprintKeyFrom(variables: Readonly<Record<string, string | undefined>>): Secret | undefined {
  const value = variables[fingerprintKeyVariable]?.trim() ?? "";
  if (value === "") return undefined;
  if (value.length < shortestKey) {
    throw new KeyturnError(
      "INVALID_CONFIGURATION",
      `${fingerprintKeyVariable} has ${value.length} characters, and ${shortestKey} are the fewest; make one with: openssl rand -hex 32`,
    );
  }
  return new Secret(value);
}

function hmac(message: string, key: Secret): string {
  return createHmac("sha256", key.reveal()).update(message, "utf8").digest("hex");
}
