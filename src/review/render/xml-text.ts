/**
 * Elements of XML. Texts are escaped where they are put in, so that nobody can forget it.
 */

/** What an element was made of. Only this file makes one. */
export class Xml {
  /** @internal */
  constructor(readonly text: string) {}
}

// Neither may stand in XML 1.0, not even as a reference; the control characters are made visible before.
const noCharacters = /[\ufffe\uffff]/g;

/** An element with attributes, and texts or elements in it. An element with texts is written without spaces around them. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly (Xml | string)[],
): Xml {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const start = `<${name}${written.join("")}`;
  if (content.length === 0) return new Xml(`${start}/>`);
  if (content.some((part) => typeof part === "string")) {
    const inside = content.map((part) => (typeof part === "string" ? escaped(part) : part.text)).join("");
    return new Xml(`${start}>${inside}</${name}>`);
  }
  const inside = content.map((part) => (part as Xml).text.replaceAll(/^(?= *<)/gm, "  ")).join("\n");
  return new Xml(`${start}>\n${inside}\n</${name}>`);
}

function escaped(text: string): string {
  return text
    .replaceAll(/[&<>"']|#(?=#)/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll(noCharacters, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}
