/**
 * JSON that may be put anywhere: what is invisible, could end a script element, or is a command to the runner of a pipeline is escaped.
 * Whoever parses it gets the same values.
 */

// Of "##[", which runners take for a command, it is enough to escape the first character.
const risky = /[<>&\u007f-\u009f]|[\p{Cf}\p{Zl}\p{Zp}]|#(?=#)/gu;

/** The value as JSON in lines, with a line break at the end. */
export function inertJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(risky, escaped)}\n`;
}

function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
