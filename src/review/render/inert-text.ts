/**
 * Makes a text of a plan inert: nothing in it steers a terminal, turns the direction of writing round, or cannot be seen.
 *
 * Characters of that kind are written as `\u{202e}`, so that a reviewer sees that they are there. The rest is up to each renderer.
 */
import { isHidden, type Shown } from "../../policy/shown";

// Control and format characters, line and paragraph separators, and halves of characters.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
// Letters and spaces that are blank, and marks that choose between forms of a letter.
const blank =
  /\u00a0|\u115f|\u1160|\u17b4|\u17b5|\u2800|\u3164|\uffa0|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;

// The runners of GitHub and of Azure take these for commands: the one wherever it stands in a line of a log, the other where a line begins,
// as it does with some texts.
const logCommand = /(?<=#)#(?=(?:vso)?\[)|(?<=^\s*):/gi;

/** The text with everything visible, and no command to whoever reads the log of a pipeline. */
export function visible(text: string): string {
  return text.replace(unseen, escaped).replace(blank, escaped).replace(logCommand, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** What is written in place of a value that is not shown. */
export function placeholder(value: Shown<unknown>): string {
  if (value === null) return "none";
  return isHidden(value) && value.hidden === "unknown" ? "known after apply" : "not shown";
}

/** The text, visible, or what stands in its place in parentheses. */
export function inert(value: Shown<string>): string {
  return value === null || isHidden(value) ? `(${placeholder(value)})` : visible(value);
}
