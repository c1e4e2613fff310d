/**
 * Walks through files and folders, and says of everything that is there what it is.
 *
 * Nothing is passed over in silence: what cannot be read, and what is left out, are entries too. Links inside a folder are not followed; what they
 * lead to inside the same folder is met on its own. A link that is named itself is.
 */
import type { Dirent, Stats } from "node:fs";
import { readdir, readlink, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { reasonOf } from "./reason";

/** One thing that is met on the way. `file` is how it is shown: as the named path, with what follows. */
export type Entry =
  | { readonly kind: "file"; readonly file: string; readonly absolutePath: string }
  /** Comes before what is in it. */
  | { readonly kind: "folder"; readonly file: string }
  /** Its text is a place where a key could stand. */
  | { readonly kind: "link"; readonly file: string; readonly target: string; readonly leadsOut: boolean }
  /** The folder of a git repository whose objects are in `objects`. */
  | { readonly kind: "git objects"; readonly file: string; readonly gitFolder: string }
  | { readonly kind: "excluded"; readonly file: string }
  /** A socket, a pipe, a device. */
  | { readonly kind: "special"; readonly file: string }
  | { readonly kind: "unreadable"; readonly file: string; readonly reason: string };

/** Says whether a path, relative to the named one and with `/`, is left out. */
export type IsExcluded = (relativePath: string) => boolean;

/** Where to begin. */
export interface WalkRequest {
  /** A file or folder, relative to `currentFolder` or absolute. */
  readonly named: string;
  readonly currentFolder: string;
  readonly isExcluded: IsExcluded;
}

/** Everything at and below a path, in the order of names. */
export async function* walk({ named, currentFolder, isExcluded }: WalkRequest): AsyncGenerator<Entry> {
  let root: string;
  let status: Stats;
  try {
    // Nothing below is opened through a link, so one that was named is resolved here.
    root = await realpath(path.resolve(currentFolder, named));
    status = await stat(root);
  } catch (error) {
    yield { kind: "unreadable", file: named, reason: reasonOf(error) };
    return;
  }
  if (status.isDirectory()) yield* walkFolder(named, { root, absolutePath: root, relative: "", isExcluded });
  else yield status.isFile() ? { kind: "file", file: named, absolutePath: root } : { kind: "special", file: named };
}

interface Walking {
  /** The named folder, with links resolved. */
  readonly root: string;
  readonly absolutePath: string;
  /** The way from the named folder to this one, with `/` at the end unless it is that one. */
  readonly relative: string;
  readonly isExcluded: IsExcluded;
}

async function* walkFolder(folder: string, walking: Walking): AsyncGenerator<Entry> {
  let entries: Dirent[];
  try {
    entries = await readdir(walking.absolutePath, { withFileTypes: true });
  } catch (error) {
    yield { kind: "unreadable", file: folder, reason: reasonOf(error) };
    return;
  }
  const isRepository = ["HEAD", "objects", "refs"].every((name) => entries.some((entry) => entry.name === name));
  // By code units: the same order on every machine.
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    const absolutePath = path.join(walking.absolutePath, entry.name);
    const relative = walking.relative + entry.name;
    if (walking.isExcluded(relative)) yield { kind: "excluded", file };
    else if (entry.isSymbolicLink()) yield await linkEntry({ file, absolutePath, root: walking.root });
    else if (isRepository && entry.name === "objects" && entry.isDirectory())
      yield { kind: "git objects", file, gitFolder: walking.absolutePath };
    else if (entry.isDirectory()) {
      yield { kind: "folder", file };
      yield* walkFolder(file, { ...walking, absolutePath, relative: `${relative}/` });
    } else if (entry.isFile()) yield { kind: "file", file, absolutePath };
    else yield { kind: "special", file };
  }
}

interface Link {
  readonly file: string;
  readonly absolutePath: string;
  readonly root: string;
}

async function linkEntry({ file, absolutePath, root }: Link): Promise<Entry> {
  try {
    const target = await readlink(absolutePath);
    // One that leads nowhere leads to nothing that could be missed.
    const destination = await realpath(absolutePath).catch(() => root);
    const leadsOut = destination !== root && !destination.startsWith(root + path.sep);
    return { kind: "link", file, target, leadsOut };
  } catch (error) {
    return { kind: "unreadable", file, reason: reasonOf(error) };
  }
}
