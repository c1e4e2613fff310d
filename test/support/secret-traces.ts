/**
 * Searches a text for a secret in the forms in which one leaks: as it is, in hex, and in base64 also where other bytes stand before it.
 */

/** Which forms of `secret` are in `text`; empty if there is none. Never gives the secret itself. */
export function tracesOfSecret(text: string, secret: string): readonly string[] {
  return Object.entries(forms(secret))
    .filter(([, form]) => text.includes(form))
    .map(([name]) => name);
}

function forms(secret: string): Readonly<Record<string, string>> {
  return {
    raw: secret,
    hex: Buffer.from(secret).toString("hex"),
    ...Object.fromEntries([0, 1, 2].map((before) => [`base64 after ${before} bytes`, base64Within(secret, before)])),
  };
}

/** The part of the base64 of any text that the secret alone decides, where so many bytes of a group of three precede it. */
function base64Within(secret: string, before: number): string {
  const encoded = Buffer.from("\0".repeat(before) + secret).toString("base64");
  const wholeGroups = Math.floor((before + Buffer.byteLength(secret)) / 3) * 4;
  return encoded.slice(before === 0 ? 0 : 4, wholeGroups);
}
