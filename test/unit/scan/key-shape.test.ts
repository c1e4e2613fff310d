import fc from "fast-check";
import { isKeyShaped, masked } from "../../../src/scan/key-shape";

const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Random characters, as `length` draws from an alphabet. */
const random = (alphabet: string, length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), minLength: length, maxLength: length });

describe("the shape of a key", () => {
  test.each([
    ["a key of a production project", "pb_live_Wm9fQ3v0kY7rT1xZbN5cD8eF2gH4jL6pS9uA-_qEiOw", true],
    ["a key of a sandbox", "pb_test_Wm9fQ3v0kY7rT1xZbN5cD8eF2gH4jL6pS9uA-_qEiOw", true],
    ["a shorter one in hexadecimal", "pb_live_9f86d081884c7d65", true],
    ["a bare prefix", "pb_live_", false],
    ["one that is too short", "pb_live_9f86d081884c7d6", false],
    ["words", "pb_live_your_api_key_goes_here", false],
    ["words with hyphens", "pb_live_do-not-print-this-one", false],
    ["words in capitals", "pb_live_YOUR_API_KEY_GOES_HERE", false],
    ["a filler", "pb_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", false],
    ["a filler of few characters", "pb_live_0123401234012340123401234", false],
    ["another prefix", "pb_prod_Wm9fQ3v0kY7rT1xZbN5cD8eF2gH4jL6pS9uA", false],
    ["something after it", "pb_live_9f86d081884c7d65!", false],
  ])("%s", (_name, text, is) => {
    expect(isKeyShaped(text)).toBe(is);
  });

  // Fair draws from a fixed seed: fast-check prefers small values, which no generator of keys does.
  test.each([
    ["the API's own", base64url, 43],
    ["22 letters and digits", base64url.slice(0, 62), 22],
    ["32 hexadecimal digits", "0123456789abcdef", 32],
    ["32 lower-case letters", "abcdefghijklmnopqrstuvwxyz", 32],
  ])("fits every random key: %s", (_name, alphabet, length) => {
    for (let seed = 1, draws = 0; draws < 2_000; draws++) {
      let rest = "";
      while (rest.length < length) {
        seed = (seed * 48_271) % 2_147_483_647;
        rest += alphabet.charAt(seed % alphabet.length);
      }
      expect(isKeyShaped(`pb_live_${rest}`)).toBe(true);
    }
  });

  test("shows nothing of a secret but its prefix and its length", () => {
    fc.assert(
      fc.property(random(base64url, 43), (rest) => {
        expect(masked(`pb_live_${rest}`)).toBe("pb_live_… (51 characters)");
        expect(masked(rest)).toBe("… (43 characters)");
      }),
    );
  });
});
