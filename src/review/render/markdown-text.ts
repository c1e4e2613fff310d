/**
 * Texts of a plan in Markdown: as code spans, in which nothing is a link, a mention, an element or an emphasis.
 */
import { isHidden, type Shown } from "../../policy/shown";
import type { Sentence } from "../../policy/sentence";
import { placeholder, visible } from "./inert-text";

/** A code span that holds exactly the text; what is not shown is in italics. In a table a vertical line has to be escaped. */
export function code(value: Shown<string>, place: "table" | "text" = "text"): string {
  if (value === null || isHidden(value)) return `_${placeholder(value)}_`;
  const text = visible(value);
  if (text.trim() === "") return `_${text.length === 0 ? "empty" : "blank"}_`;
  const longestRun = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longestRun + 1);
  // A span loses one space at each end if it has one at both, and a back-tick may not touch the fence.
  const padding = /^[` ]|[` ]$/.test(text) ? " " : "";
  const span = `${fence}${padding}${text}${padding}${fence}`;
  return place === "table" ? span.replaceAll("|", "\\|") : span;
}

/** A sentence, whose own words are free of markup. */
export function markdownSentence(sentence: Sentence, place: "table" | "text" = "text"): string {
  return sentence.map((part) => (typeof part === "string" ? ownWords(part) : code(part.value, place))).join("");
}

/** Words of keyturn, which may have underscores in the names of settings. */
export function ownWords(words: string): string {
  return words.replaceAll("_", "\\_").replaceAll("*", "\\*").replaceAll("<", "&lt;");
}
