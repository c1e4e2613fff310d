/**
 * Makes words that came from outside fit for a message.
 *
 * An API may repeat in its answer what it was sent, so anything that looks like a key or a token is taken out, and control characters too.
 */
import type { ApiRequest } from "./api-request";

const maxLength = 400;

const hidden = "(sensitive value)";

// What keys of this API begin with, the three parts of a JWT (RFC 7519), and a credential in an Authorization header. A key may follow a letter,
// as that of an escaped line break.
const secretForms = /pb_[a-z]+_[\w-]+|\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?|\bBearer\s+\S+/gi;

// Line breaks, terminal escapes, and marks that turn the direction of writing round.
const controlCharacters = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** One line of bounded length, without the secrets of the request and without anything in the form of one. */
export function presentable(text: string, { credential, secrets = [] }: ApiRequest): string {
  const known = [...secrets, ...(credential ? [credential.secret] : [])]
    .map((secret) => secret.reveal())
    .filter((secret) => secret !== "")
    .reduce((rest, secret) => rest.split(secret).join(hidden), text);
  const line = known.replace(secretForms, hidden).replace(controlCharacters, " ").trim();
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
