/**
 * HTML in which no text is ever markup: a template escapes whatever is put into it, unless that is HTML that a template has made.
 */
import { isHidden, type Shown } from "../../../policy/shown";
import type { Sentence } from "../../../policy/sentence";
import { inert, placeholder } from "../inert-text";

/** Markup that is right. Only this file makes it. */
export class Html {
  /** @internal */
  constructor(readonly text: string) {}
}

type Part = Html | string | number | undefined | readonly Part[];

// Not called html: prettier would lay it out, and with it the spaces of the page.
/** Markup with texts, which are escaped, or further markup in it. Nothing is written for undefined. */
export function markup(words: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(words.map((own, index) => own + written(parts[index])).join(""));
}

function written(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return part.map(written).join("");
}

// Quotes as well, since the text may stand in an attribute. "##[" would be a command to whoever prints the page to a log.
function escaped(text: string): string {
  return text.replaceAll(/[&<>"'`]|#(?=#)/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Style or script of keyturn, as it is: its digest in the policy of the page must be that of its text. */
export function raw(name: "style" | "script", text: string): Html {
  return new Html(`<${name}>${text}</${name}>`);
}

/** A text of a plan, set apart from words of keyturn. It keeps its direction of writing to itself. */
export function value(text: Shown<string>): Html {
  if (text === null || isHidden(text)) return markup`<i>${placeholder(text)}</i>`;
  return text.trim() === ""
    ? markup`<i>${text === "" ? "empty" : "blank"}</i>`
    : markup`<code dir="ltr">${inert(text)}</code>`;
}

/** A sentence, in which texts of the plan are set apart. */
export function phrase(sentence: Sentence): Html {
  return markup`${sentence.map((part) => (typeof part === "string" ? part : value(part.value)))}`;
}

/** An instant: to the second, with all of it for whoever asks. */
export function time(instant: string): Html {
  return markup`<time datetime="${instant}">${instant.slice(0, 19).replace("T", " ")}</time>`;
}
