/**
 * What the secret of an API key looks like, and what of it may be shown.
 *
 * The API promises no more than how a key begins. What follows is taken for a key when it is long enough to be one, and neither words
 * (`pb_live_your_key_goes_here`) nor a filler (`pb_live_xxxxxxxxxxxxxxxx`).
 */

/** How keys begin: those of a production project, and those of a sandbox. */
export const keyPrefixes = ["pb_live_", "pb_test_"] as const;

/** The characters that keys are made of, for a class in a regular expression. */
export const keyCharacters = "A-Za-z0-9_-";

/** Longer than any key: what goes on for longer is cut here. */
export const longestKey = 256;

/** The API's own have 43 characters after the prefix. */
const fewestCharacters = 16;

/** Of 16 random hexadecimal digits, the least varied that a key may be made of, 5 or fewer differ in 1 of 30,000. */
const fewestDifferent = 6;

/** Of 43 random characters as the API makes them, all are of these in 1 of 10^15. */
const words = /^(?:[a-z]+(?:[_-]+[a-z]+)+|[A-Z]+(?:[_-]+[A-Z]+)+)[_-]*$/;

const key = new RegExp(`^(?:${keyPrefixes.join("|")})([${keyCharacters}]+)$`);

/** Whether a text can be a key, and is no placeholder. */
export function isKeyShaped(text: string): boolean {
  const rest = key.exec(text)?.[1] ?? "";
  return rest.length >= fewestCharacters && new Set(rest).size >= fewestDifferent && !words.test(rest);
}

/** What may be shown of a secret: its prefix, and how long it is. Two keys are told apart by their fingerprints. */
export function masked(secret: string): string {
  const prefix = keyPrefixes.find((each) => secret.startsWith(each)) ?? "";
  return `${prefix}… (${secret.length} characters)`;
}
