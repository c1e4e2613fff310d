/**
 * Keys in base64, in both alphabets, wherever in the encoded text they begin, and folded to lines.
 *
 * Three bytes become four characters, so a key looks one of three ways, by how many bytes stand before it in its group of three. Text that was
 * UTF-16 before, as in commands of PowerShell, is known as well.
 */
import { keyPrefixes, longestKey } from "../key-shape";
import type { Form, Reading } from "./form";
import { readRest } from "./plain";

interface Beginning {
  readonly prefix: (typeof keyPrefixes)[number];
  readonly isUtf16: boolean;
  /** Bytes of the first group of three that stand before the key. */
  readonly before: number;
  /** Characters of the first group of four that those decide, alone or in part. */
  readonly undecided: number;
  /** Characters that the prefix alone decides. */
  readonly anchor: string;
}

const beginnings: readonly Beginning[] = keyPrefixes.flatMap((prefix) =>
  [false, true].flatMap((isUtf16) =>
    [0, 1, 2].map((before) => {
      const bytes = Buffer.from("\0".repeat(before) + (isUtf16 ? Array.from(prefix).join("\0") : prefix));
      const undecided = Math.ceil((before * 8) / 6);
      const anchor = bytes.toString("base64").slice(undecided, Math.floor((bytes.length * 8) / 6));
      return { prefix, isUtf16, before, undecided, anchor };
    }),
  ),
);

/** A line break between two characters, also one that is escaped in a string. */
const fold = String.raw`(?:\r?\n[ \t]{0,40}|(?:\\{1,4}r)?\\{1,4}n)`;

/** A character of either alphabet, as it is or as URLs and JSON write it. */
const encoded = new RegExp(
  String.raw`(?<raw>[A-Za-z0-9_-]+)|(?<plus>\+|%2[bB]|\\{1,4}u002[bB])|(?<slash>\\{0,4}\/|%2[fF]|\\{1,4}u002[fF])|${fold}`,
  "y",
);

/** Keys in base64. */
export const base64Form: Form = {
  anchor: new RegExp(beginnings.map(({ anchor }) => `(${Array.from(anchor).join(`${fold}?`)})`).join("|"), "g"),
  read: (text, match) => {
    const [found, ...which] = match;
    const beginning = beginnings[which.findIndex((each) => (each as string | undefined) !== undefined)];
    const end = match.index + found.length;
    // Cannot be: one of the anchors has matched.
    if (!beginning) return { value: "", end, form: "base64" };
    return readAfter(text, { end, ...beginning });
  },
};

function readAfter(text: string, found: Beginning & { readonly end: number }): Reading {
  const { prefix, isUtf16, before, undecided, anchor } = found;
  const width = isUtf16 ? 2 : 1;
  const longest = Math.ceil((longestKey * width * 4) / 3) + 8;
  let characters = "A".repeat(undecided) + anchor;
  let end = found.end;
  for (let at = end; characters.length < longest; at = encoded.lastIndex) {
    encoded.lastIndex = at;
    const groups = encoded.exec(text)?.groups;
    if (!groups) break;
    const { raw, plus, slash } = groups;
    const more = raw ?? (plus === undefined ? (slash === undefined ? "" : "/") : "+");
    characters += more.slice(0, longest);
    if (more !== "") end = encoded.lastIndex;
  }
  const decoded = Buffer.from(characters, "base64")
    .subarray(before + prefix.length * width - (width - 1))
    .toString("latin1");
  const rest = isUtf16 ? decoded.replaceAll("\0", "") : decoded;
  return { value: readRest(rest, { start: 0, prefix }).value, end, form: "base64" };
}
