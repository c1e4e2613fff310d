/**
 * The forms in which a secret leaks: as it is, escaped, in hex, in UTF-16, and in base64 also where other bytes stand before it.
 *
 * Here whole secrets are looked for, in one text. `canary/secret-search.ts` looks for parts of many secrets, in any amount of bytes.
 */

/** One way to write a secret. */
export interface SecretForm {
  readonly name: string;
  readonly text: string;
  /** Characters that stand for one byte of the secret. */
  readonly perByte: number;
  /** Bytes at the start of the secret that are not in the text, because what stands before them decides how they look. */
  readonly skipped: number;
}

/** Every way to write `secret`, each once: what looks the same as another is left out. */
export function secretForms(secret: string): readonly SecretForm[] {
  const bytes = [...Buffer.from(secret)].map((byte) => byte.toString(16).padStart(2, "0"));
  const hex = bytes.join("");
  const percent = bytes.map((byte) => `%${byte}`).join("");
  const escaped = bytes.map((byte) => `\\u00${byte}`).join("");
  const all = [
    form("raw", secret),
    form("URL-encoded", encodeURIComponent(secret)),
    form("JSON-escaped", JSON.stringify(secret).slice(1, -1)),
    form("hex", hex, 2),
    form("hex in capitals", hex.toUpperCase(), 2),
    form("URL-encoded in every character", percent, 3),
    form("URL-encoded in every character, in capitals", percent.toUpperCase(), 3),
    form("JSON-escaped in every character", escaped, 6),
    form(
      "JSON-escaped in every character, in capitals",
      `\\u00${bytes.join("\\u00").toUpperCase()}`.replaceAll("\\U", "\\u"),
      6,
    ),
    form("UTF-16", Array.from(secret).join("\0"), 2),
    ...[0, 1, 2].flatMap((before) => [
      base64Form(`base64 after ${before} bytes`, secret, { before, alphabet: "base64" }),
      base64Form(`base64url after ${before} bytes`, secret, { before, alphabet: "base64url" }),
    ]),
  ];
  const texts = all.map(({ text }) => text);
  return all.filter(({ text }, index) => texts.indexOf(text) === index);
}

/** Which forms of `secret` are in `text`; empty if there is none. Never gives the secret itself. */
export function tracesOfSecret(text: string, secret: string): readonly string[] {
  return secretForms(secret)
    .filter((each) => text.includes(each.text))
    .map(({ name }) => name);
}

function form(name: string, text: string, perByte = 1): SecretForm {
  return { name, text, perByte, skipped: 0 };
}

/** The part of the base64 of any text that the secret alone decides, where so many bytes of a group of three precede it. */
function base64Form(
  name: string,
  secret: string,
  { before, alphabet }: { readonly before: number; readonly alphabet: "base64" | "base64url" },
): SecretForm {
  const encoded = Buffer.from("\0".repeat(before) + secret).toString(alphabet);
  const wholeGroups = Math.floor((before + Buffer.byteLength(secret)) / 3) * 4;
  const skipped = before === 0 ? 0 : 3 - before;
  return { name, text: encoded.slice(before === 0 ? 0 : 4, wholeGroups), perByte: 4 / 3, skipped };
}
