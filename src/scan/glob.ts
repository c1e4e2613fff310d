/**
 * Patterns for paths: `*` and `?` within a name, `**` across folders.
 *
 * As in .gitignore, a pattern without a slash fits a name in any folder, one with a slash fits the path from where the scan began, and
 * whatever fits a folder holds for all that is in it.
 */

/** Whether a path, relative and with `/`, fits the pattern. */
export function globMatcher(pattern: string): (path: string) => boolean {
  const trimmed = pattern.replace(/^\.?\//, "").replace(/\/+$/, "");
  const isAnchored = pattern.replace(/\/+$/, "").includes("/");
  const source = trimmed.replaceAll(/\*\*\/|\*\*|[\s\S]/g, (piece) => {
    if (piece === "**/") return "(?:[^/]+/)*";
    if (piece === "**") return ".*";
    if (piece === "*") return "[^/]*";
    if (piece === "?") return "[^/]";
    return piece.replace(/[$()*+.?[\\\]^{|}]/, "\\$&");
  });
  const fits = new RegExp(`^${isAnchored ? "" : "(?:.*/)?"}${source}$`, "s");
  return (path) => fits.test(path);
}
