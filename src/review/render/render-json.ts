/**
 * The report as JSON, as its published schema describes it.
 *
 * What is invisible, or could end a script element, is escaped, so the text may be put anywhere; whoever parses it gets the same values.
 */
import type { Report } from "../report/report-schema";

const risky = /[<>&\u007f-\u009f]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON with a line break at the end. */
export function renderJson(report: Report): string {
  const text = JSON.stringify(report, null, 2);
  return `${text.replace(risky, (character) => [...Array(character.length).keys()].map((index) => escapedUnit(character, index)).join(""))}\n`;
}

function escapedUnit(character: string, index: number): string {
  return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
}
