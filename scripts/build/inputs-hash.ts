/**
 * One hash over everything that a build depends on: the given files and folders, and the settings and packages at the root.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const rootFiles = ["package.json", "package-lock.json", "tsconfig.json"];

/** Moves when a file is added, removed, renamed or changed. */
export function inputsHash(root: string, places: readonly string[]): string {
  const files = [...rootFiles, ...places].flatMap((place) => filesIn(path.join(root, place))).sort();
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`${path.relative(root, file)}\0`).update(createHash("sha256").update(readFileSync(file)).digest());
  }
  return hash.digest("hex");
}

function filesIn(place: string): string[] {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
