/**
 * Patterns of a policy: a text in which `*` stands for any text.
 */

/** Whether the whole of `text` is as the pattern says. Takes time by the product of both lengths at the most, whatever they are. */
export function matchesPattern(text: string, pattern: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  if (others.length === 0) return text === pattern;
  const last = others.pop() ?? "";
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let position = first.length;
  // Each part as early as possible: that leaves the most for the parts behind it.
  for (const part of others) {
    const found = text.indexOf(part, position);
    if (found < 0 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}
