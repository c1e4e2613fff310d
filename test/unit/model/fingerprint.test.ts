import { createHash, createHmac } from "node:crypto";
import { fingerprintKeyFrom, fingerprintOf, fingerprintPrefix, isFingerprint } from "../../../src/model/fingerprint";
import { Secret } from "../../../src/model/secret";

const key = new Secret("0123456789abcdef0123456789abcdef");
const otherKey = new Secret("fedcba9876543210fedcba9876543210");
const secret = new Secret("pb_live_the-secret-of-a-key-0123456789");

describe("the fingerprint of a secret", () => {
  test("is written so, today and for ever: states and lists keep it", () => {
    const hmac = (message: string): string => createHmac("sha256", key.reveal()).update(message).digest("hex");
    const tag = hmac("keyturn fingerprint key kt1\0").slice(0, 8);
    const digits = hmac(`keyturn fingerprint kt1\0${secret.reveal()}`).slice(0, 32);
    expect(fingerprintOf(secret, key)).toBe(`kt1:${tag}:${digits}`);
    expect(fingerprintOf(secret, key)).toBe("kt1:8c6ef20b:827e67f48a0ce7151655f918565cdb89");
  });

  test("is no bare hash, and differs with the secret and with the key", () => {
    const fingerprint = fingerprintOf(secret, key);
    expect(fingerprint).not.toContain(createHash("sha256").update(secret.reveal()).digest("hex").slice(0, 32));
    expect(fingerprintOf(new Secret(`${secret.reveal()}0`), key)).not.toBe(fingerprint);
    expect(fingerprintOf(secret, otherKey).slice(-32)).not.toBe(fingerprint.slice(-32));
  });

  test("tells under which key it was made", () => {
    expect(fingerprintOf(secret, key).startsWith(fingerprintPrefix(key))).toBe(true);
    expect(fingerprintOf(secret, otherKey).startsWith(fingerprintPrefix(key))).toBe(false);
  });

  test.each([
    ["one", fingerprintOf(secret, key), true],
    ["one with something before it", ` ${fingerprintOf(secret, key)}`, false],
    ["one with something after it", `${fingerprintOf(secret, key)}0`, false],
    ["one of another version", fingerprintOf(secret, key).replace("kt1", "kt2"), false],
    ["a bare hash", createHash("sha256").update("x").digest("hex"), false],
  ])("is told by its form: %s", (_name, text, is) => {
    expect(isFingerprint(text)).toBe(is);
  });
});

describe("the fingerprint key", () => {
  test.each([
    ["is not there", {}, undefined],
    ["is empty", { KEYTURN_FINGERPRINT_KEY: " \n" }, undefined],
    ["is long enough", { KEYTURN_FINGERPRINT_KEY: key.reveal() }, key.reveal()],
    [
      "has the line break of the file that it was read from",
      { KEYTURN_FINGERPRINT_KEY: `${key.reveal()}\n` },
      key.reveal(),
    ],
  ])("where it %s", (_name, variables, value) => {
    expect(fingerprintKeyFrom(variables)?.reveal()).toBe(value);
  });

  test("is refused where it could be guessed, and not repeated", () => {
    const read = (): unknown => fingerprintKeyFrom({ KEYTURN_FINGERPRINT_KEY: "hunter2" });
    expect(read).toThrow(
      /KEYTURN_FINGERPRINT_KEY has 7 characters, and 32 are the fewest; make one with: openssl rand/,
    );
    expect(read).not.toThrow(/hunter2/);
  });
});
