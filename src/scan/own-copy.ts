/** Copies a part of a binary text, so that the part does not keep the whole alive: engines let a slice refer to what it was cut from. */

/** The same characters, in memory of their own. */
export function ownCopy(part: string): string {
  return Buffer.from(part, "latin1").toString("latin1");
}
