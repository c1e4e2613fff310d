/**
 * Keys in text: as they are, with characters escaped as in URLs, JSON, JavaScript or HTML, and in pieces that the program puts together.
 *
 * Escapes may be escaped again, since a source map is JSON that quotes JavaScript. Pieces are joined only where nothing but quotes, operators,
 * a folded line or a terminal's colours stand between them.
 */
import { isKeyShaped, keyCharacters, keyPrefixes, longestKey } from "../key-shape";
import { reach, type Form, type Reading } from "./form";

// Every text fits these in one way only, or a hostile file could make the search try all ways.
const space = String.raw`(?:\s|\\{1,8}[nrt]){0,99}`;
const quote = "\\\\{0,8}[\"'`]";

/** Between pieces that are surely meant as one: `"…" + "…"`, `.concat("…")`, `${"…"}${"…"}`, a folded line, a change of colour. */
const strongJoin =
  String.raw`${quote}${space}(?:[+&.]{1,2}|\.concat\(|\}\$\{)${space}${quote}` +
  String.raw`|\\{1,8}\r?\n[ \t]{0,99}|=\r?\n|\x1b\[[0-9;]{0,20}[mK]`;

/** Between pieces that may also be two things: the elements of a list, and literals beside each other. */
const weakJoin = String.raw`${quote}${space}(?:,${space})?${quote}`;

/** One character, as it is or escaped. */
function character(char: string): string {
  const code = char.charCodeAt(0);
  const hex = Array.from(code.toString(16)).map((digit) =>
    /\d/.test(digit) ? digit : `[${digit}${digit.toUpperCase()}]`,
  );
  return String.raw`(?:${char}|%(?:25){0,4}${hex.join("")}|\\{1,8}(?:u00|u\{0{0,6}|x)${hex.join("")}\}?|&#(?:0{0,6}${code}|[xX]0{0,6}${hex.join("")});)`;
}

function sequence(text: string): string {
  return Array.from(text).map(character).join(`(?:${strongJoin}|${weakJoin})?`);
}

const anchor = new RegExp(keyPrefixes.map((prefix) => `(${sequence(prefix)})`).join("|"), "g");

const part = new RegExp(
  String.raw`(?<raw>[${keyCharacters}]{1,${longestKey}})` +
    String.raw`|(?:%(?:25){0,4}|\\{1,8}(?:u00|u\{0{0,6}|x)|&#[xX]0{0,6})(?<hex>[0-9a-fA-F]{2})(?:\}|;)?` +
    String.raw`|&#0{0,6}(?<decimal>[0-9]{2,3});` +
    String.raw`|(?<strong>${strongJoin})|(?<weak>${weakJoin})`,
  "y",
);

const someKeyCharacters = new RegExp(`^[${keyCharacters}]+$`);
const hasQuote = new RegExp(quote);

/** Keys in text. */
export const plainForm: Form = {
  anchor,
  read: (text, match) => {
    const [found, ...prefixesFound] = match;
    const prefix = keyPrefixes[prefixesFound.findIndex((each) => (each as string | undefined) !== undefined)] ?? found;
    const rest = readRest(text, { start: match.index + found.length, prefix });
    if (found === prefix || rest.form === "split") return rest;
    return { ...rest, form: hasQuote.test(found) ? "split" : "escaped" };
  },
};

/** Reads what follows a prefix that has been recognised. */
export function readRest(text: string, { start, prefix }: { start: number; prefix: string }): Reading {
  let reading: Reading = { value: prefix, end: start, form: "plain" };
  let isJoined = false;
  for (let at = start; reading.value.length < longestKey && at - start < reach / 2; at = part.lastIndex) {
    part.lastIndex = at;
    const groups = part.exec(text)?.groups;
    if (!groups || (groups["weak"] !== undefined && isKeyShaped(reading.value))) break;
    if (groups["strong"] !== undefined || groups["weak"] !== undefined) {
      isJoined = true;
      continue;
    }
    const characters = groups["raw"] ?? unescaped(groups);
    if (!someKeyCharacters.test(characters)) break;
    const isEscaped = groups["raw"] === undefined;
    const form = isJoined ? "split" : isEscaped && reading.form === "plain" ? "escaped" : reading.form;
    reading = { value: reading.value + characters, end: part.lastIndex, form };
  }
  return { ...reading, value: reading.value.slice(0, longestKey) };
}

function unescaped({ hex, decimal }: Readonly<Record<string, string | undefined>>): string {
  return String.fromCharCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
}
