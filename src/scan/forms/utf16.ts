/**
 * Keys in UTF-16, in either order of bytes, as Windows writes logs and the texts in programs.
 */
import { keyCharacters, keyPrefixes, longestKey } from "../key-shape";
import type { Form } from "./form";

const anchor = new RegExp(keyPrefixes.map((prefix) => Array.from(prefix).join("\0")).join("|"), "g");

const rest = new RegExp(`(?:\\0[${keyCharacters}]){0,${longestKey}}`, "y");

/** Keys in UTF-16. */
export const utf16Form: Form = {
  anchor,
  read: (text, match) => {
    rest.lastIndex = match.index + match[0].length;
    // After the prefix both orders of bytes look the same: a zero byte, and a character.
    const following = rest.exec(text)?.[0] ?? "";
    const value = `${match[0]}${following}`.replaceAll("\0", "").slice(0, longestKey);
    return { value, end: rest.lastIndex, form: "utf-16" };
  },
};
