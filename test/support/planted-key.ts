/**
 * A key as the API mints them, and the ways in which one gets into a file.
 */
import { randomBytes } from "node:crypto";

/** A fresh secret that no API knows. */
export function freshKey(prefix: "pb_live_" | "pb_test_" = "pb_live_"): string {
  return prefix + randomBytes(32).toString("base64url");
}

type Encoding = readonly [name: string, form: string, encode: (key: string) => Buffer | string];

const each = (key: string, write: (code: number) => string, between = ""): string =>
  Array.from(Buffer.from(key), write).join(between);
const hex = (code: number): string => code.toString(16).padStart(2, "0");
const rest = (key: string): string => key.slice(8);

/** Every way that the scan knows, with the name of the form that it reports. */
export const encodings: readonly Encoding[] = [
  ["as it is", "plain", (key) => key],
  ["after an escaped line break", "plain", (key) => `"first\\n${key}"`],
  ["after letters", "plain", (key) => `x${key}`],
  ["with every character percent-encoded", "escaped", (key) => each(key, (code) => `%${hex(code)}`)],
  [
    "with its marks percent-encoded",
    "escaped",
    (key) => key.replaceAll(/[-_]/g, (mark) => `%${hex(mark.charCodeAt(0)).toUpperCase()}`),
  ],
  ["percent-encoded twice", "escaped", (key) => each(key, (code) => `%25${hex(code)}`)],
  ["with the escapes of JSON", "escaped", (key) => each(key, (code) => `\\u00${hex(code)}`)],
  ["with the escapes of JSON, in JSON", "escaped", (key) => JSON.stringify(each(key, (code) => `\\u00${hex(code)}`))],
  ["with the escapes of JavaScript", "escaped", (key) => each(key, (code) => `\\x${hex(code)}`)],
  ["with the other escapes of JavaScript", "escaped", (key) => each(key, (code) => `\\u{${hex(code)}}`)],
  ["with the entities of HTML", "escaped", (key) => each(key, (code) => `&#${code};`)],
  ["with the other entities of HTML", "escaped", (key) => each(key, (code) => `&#x${hex(code)};`)],
  ["in two literals", "split", (key) => `"pb_${key.slice(3, 8)}" + "${rest(key)}"`],
  [
    "in three literals, within the prefix",
    "split",
    (key) => `'${key.slice(0, 4)}' + '${key.slice(4, 20)}'\n  + '${key.slice(20, 30)}' + '${key.slice(30)}'`,
  ],
  ["in a list that is joined", "split", (key) => `["pb_", "${key.slice(3, 8)}", "${rest(key)}"].join("")`],
  ["in calls of concat", "split", (key) => `"${key.slice(0, 8)}".concat("${rest(key)}")`],
  ["in a template", "split", (key) => '`${"' + key.slice(0, 8) + '"}${"' + rest(key) + '"}`'],
  [
    "in two literals, in a source map",
    "split",
    (key) => JSON.stringify({ sourcesContent: [`a = "${key.slice(0, 8)}" +\n\t"${rest(key)}"`] }),
  ],
  ["over a line that goes on", "split", (key) => `${key.slice(0, 30)}\\\n${key.slice(30)}`],
  ["over a soft line break of a mail", "split", (key) => `${key.slice(0, 30)}=\r\n${key.slice(30)}`],
  ["with a change of colour", "split", (key) => `\u001b[31m${key.slice(0, 8)}\u001b[0m${rest(key)}`],
  ["in UTF-16", "utf-16", (key) => Buffer.from(`log ${key} end`, "utf16le")],
  ["in UTF-16 of the other order", "utf-16", (key) => Buffer.from(`log ${key} end`, "utf16le").swap16()],
  ...["", "x", "xy"].flatMap((before): Encoding[] => [
    [
      `in base64 after ${before.length} bytes`,
      "base64",
      (key) => Buffer.from(`${before}${key} end`).toString("base64"),
    ],
    [
      `in base64url after ${before.length} bytes, at its end`,
      "base64",
      (key) => Buffer.from(`${before}${key}`).toString("base64url"),
    ],
    [
      `in base64 of UTF-16 after ${before.length} characters`,
      "base64",
      (key) => Buffer.from(`${before}${key}`, "utf16le").toString("base64"),
    ],
    [
      `in base64 that is folded and percent-encoded, after ${before.length} bytes`,
      "base64",
      (key) =>
        encodeURIComponent(
          Buffer.from(`${before}${key}???>>>`).toString("base64").replaceAll(/.{12}/g, "$&\n"),
        ).replaceAll("%0A", "\r\n"),
    ],
  ]),
  [
    "in base64 that is folded in a JSON string",
    "base64",
    (key) => JSON.stringify(Buffer.from(`abc${key}`).toString("base64").replaceAll(/.{11}/g, "$&\r\n")),
  ],
  ["in hexadecimal", "hex", (key) => Buffer.from(key).toString("hex")],
  ["in hexadecimal of capitals", "hex", (key) => Buffer.from(key).toString("hex").toUpperCase()],
  ["in hexadecimal with colons", "hex", (key) => each(key, hex, ":")],
  ["in an array of C", "hex", (key) => each(key, (code) => `0x${hex(code)}`, ",\n    ")],
  ["as a buffer in JSON", "byte list", (key) => JSON.stringify(Buffer.from(key))],
  ["as a buffer in JSON over many lines", "byte list", (key) => JSON.stringify({ a: Buffer.from(key) }, null, 2)],
];
