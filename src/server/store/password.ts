/**
 * Passwords of people, kept as salted scrypt hashes.
 *
 * Checking takes some ten milliseconds on purpose; keys are checked another way, see `key-record.ts`.
 */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { Secret } from "../../model/secret";

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const hashLength = 32;

/** A fresh password, for a first start. */
export function newPassword(): Secret {
  return new Secret(randomBytes(18).toString("base64url"));
}

/** `SALT.HASH` of a password. */
export async function hashPassword(password: Secret): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password.reveal(), salt, hashLength);
  return `${salt.toString("base64url")}.${hash.toString("base64url")}`;
}

/** Whether the password is the one that was hashed. */
export async function passwordFits(password: string, passwordHash: string): Promise<boolean> {
  const [salt = "", expected = ""] = passwordHash.split(".").map((part) => Buffer.from(part, "base64url"));
  const actual = await derive(password, Buffer.from(salt), hashLength);
  return actual.length === expected.length && timingSafeEqual(actual, Buffer.from(expected));
}
