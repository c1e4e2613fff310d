/**
 * Makes a path fit to be shown: without keys, and without what steers a terminal.
 *
 * A file may be named after the key that somebody tried it with.
 */
import { keyCharacters, keyPrefixes } from "./key-shape";

const keyLike = new RegExp(`(${keyPrefixes.join("|")})[${keyCharacters}]+`, "g");
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The path with everything hidden that begins as a key does. */
export function presentablePath(path: string): string {
  return path.replaceAll(keyLike, "$1…").replaceAll(controls, "?");
}
