/**
 * What all sections of the page have: a heading that names them, and the place of a key or a finding, line by line.
 */
import type { Finding } from "../../report/report-schema";
import { markup, value, type Html } from "./html-text";

/** A section with its heading. */
export function section(id: string, title: string, content: Html): Html {
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${content}
</section>\n`;
}

/** Where it is: the construct if it is known, the address, and the stack. */
export function placeLines({
  constructPath,
  address,
  stack,
}: Pick<Finding, "constructPath" | "address" | "stack">): Html {
  const lines = [
    ...(constructPath === null ? [] : [value(constructPath)]),
    ...(address === null ? [] : [value(address)]),
    markup`stack ${value(stack)}`,
  ];
  return markup`<span class="place">${lines.map((line, index) => (index === 0 ? line : markup`<br>${line}`))}</span>`;
}
