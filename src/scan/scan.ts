/**
 * Searches files and folders for the secrets of keys.
 *
 * The report names every place, and everything that was not searched. A scan that has read nothing at all is a problem, since it proves nothing.
 */
import path from "node:path";
import { FileContent } from "./file-content";
import type { Finding, FindingPlace, Remark, ScanReport } from "./finding";
import { gitObjects } from "./git-objects";
import { createJudge, type KnownKeys, type Verdict } from "./judge";
import { packingOf } from "./packing";
import { presentablePath } from "./presentable-path";
import { reasonOf } from "./reason";
import { StreamSearch, type Judge, type Sighting } from "./stream-search";
import { TarMembers, type PackedMember } from "./tar-members";
import { walk, type Entry, type IsExcluded } from "./walk";

/** What to search, and how. */
export interface ScanRequest {
  /** Files and folders, relative to `currentFolder` or absolute. */
  readonly paths: readonly string[];
  readonly currentFolder: string;
  readonly known: KnownKeys;
  readonly isExcluded: IsExcluded;
  /** Whether the objects of git repositories are searched, too. */
  readonly withHistory: boolean;
  /** The environment that git runs in. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

const remedy = "unpack it and search that, or leave it out with --exclude";

/** So many findings are listed for one file or object, and for its name; of the rest only the number is told. */
const listedPerFile = 20;

/** Searches everything. Nothing that goes wrong with one file keeps the others from being searched. */
export async function scan(request: ScanRequest): Promise<ScanReport> {
  const scanning = new Scanning(request);
  const { currentFolder, isExcluded } = request;
  for (const named of request.paths) {
    const before = scanning.searchedFiles + scanning.problems.length;
    for await (const entry of walk({ named, currentFolder, isExcluded })) await scanning.take(entry);
    if (scanning.searchedFiles + scanning.problems.length === before)
      scanning.complain(named, "nothing in it was searched, so nothing is proven");
  }
  if (request.withHistory && !scanning.hasMetRepository)
    scanning.complain(request.paths.join(", "), "there is no history: no git repository is in it");
  return scanning;
}

class Scanning implements ScanReport {
  readonly findings: Finding[] = [];
  readonly allowed: Finding[] = [];
  readonly problems: Remark[] = [];
  readonly notes: Remark[] = [];
  searchedFiles = 0;
  searchedBytes = 0;
  hasMetRepository = false;
  readonly #judge: Judge<Verdict>;
  readonly #request: ScanRequest;

  constructor(request: ScanRequest) {
    this.#request = request;
    this.#judge = createJudge(request.known);
  }

  async take(entry: Entry): Promise<void> {
    const { file } = entry;
    // The folders above are entries of their own, or were named by the caller.
    this.#searchName(file, path.basename(file));
    switch (entry.kind) {
      case "file":
        await this.#attempt(file, () => this.#searchFile(file, entry.absolutePath));
        return;
      case "folder":
        return;
      case "link":
        this.#searchName(file, entry.target);
        if (entry.leadsOut) this.#note(file, "leads out of the folder and was not followed");
        return;
      case "git objects":
        this.hasMetRepository = true;
        if (this.#request.withHistory) await this.#attempt(file, () => this.#searchObjects(file, entry.gitFolder));
        else this.#note(file, "the history was not searched; --history does that");
        return;
      case "excluded":
        this.#note(file, "excluded");
        return;
      case "special":
        this.#note(file, "no file with content");
        return;
      case "unreadable":
        this.complain(file, entry.reason);
    }
  }

  complain(file: string, reason: string): void {
    this.problems.push({ file: presentablePath(file), reason });
  }

  #note(file: string, reason: string): void {
    this.notes.push({ file: presentablePath(file), reason });
  }

  async #attempt(file: string, search: () => Promise<void>): Promise<void> {
    try {
      await search();
    } catch (error) {
      this.complain(file, reasonOf(error));
    }
  }

  #searchName(file: string, name: string): void {
    const search = new StreamSearch(this.#judge);
    const sightings = [...search.push(Buffer.from(name)), ...search.end()];
    this.#add(file, sightings, () => ({ kind: "name" }));
  }

  async #searchFile(file: string, absolutePath: string): Promise<void> {
    const content = await FileContent.open(absolutePath);
    if (!content) {
      this.#note(file, "no file with content");
      return;
    }
    try {
      await this.#searchParts(file, "content", content.parts());
      this.searchedFiles++;
      if (typeof content.packing === "object") {
        this.complain(file, `is packed as ${content.packing.unsupported}; ${remedy}`);
      } else if (content.packing !== "none") {
        await this.#searchParts(file, "unpacked", content.unpackedParts());
      }
    } finally {
      await content.close();
    }
  }

  async #searchParts(file: string, kind: "content" | "unpacked", parts: AsyncIterable<Buffer>): Promise<void> {
    const search = new StreamSearch(this.#judge);
    const found = new FirstOf<Sighting<Verdict>>(listedPerFile);
    const members = new TarMembers();
    const packed = new FirstOf<PackedMember>(listedPerFile);
    let isFirst = true;
    try {
      for await (const part of parts) {
        this.searchedBytes += part.length;
        found.add(search.push(part));
        const packedTwice = isFirst && kind === "unpacked" ? packingOf(part) : undefined;
        if (packedTwice !== undefined) this.complain(file, `is packed twice, inside as ${packedTwice}; ${remedy}`);
        isFirst = false;
        packed.add(members.push(part));
      }
    } finally {
      // Also of what breaks off: what it has given up to there is searched to its end.
      found.add(search.end());
      this.#addFirst(file, found, ({ line, column }) => ({ kind, line, column }));
      this.#complainOf(file, packed);
    }
  }

  #complainOf(file: string, { first, more }: FirstOf<PackedMember>): void {
    for (const { name, packing } of first) {
      this.complain(file, `holds ${presentablePath(name)}, which is packed as ${packing}; ${remedy}`);
    }
    if (more > 0) this.complain(file, `holds ${more} more that are packed, which are not listed`);
  }

  async #searchObjects(file: string, gitFolder: string): Promise<void> {
    let search = new StreamSearch(this.#judge);
    let found = new FirstOf<Sighting<Verdict>>(listedPerFile);
    for await (const { objectId, part, isLast } of gitObjects(gitFolder, this.#request.variables)) {
      this.searchedBytes += part.length;
      found.add(search.push(part));
      if (!isLast) continue;
      found.add(search.end());
      this.#addFirst(file, found, ({ line, column }) => ({ kind: "object", objectId, line, column }));
      this.searchedFiles++;
      search = new StreamSearch(this.#judge);
      found = new FirstOf(listedPerFile);
    }
  }

  #addFirst(file: string, { first, more }: FirstOf<Sighting<Verdict>>, placeOf: PlaceOf): void {
    this.#add(file, first, placeOf);
    if (more > 0) this.#note(file, `has ${more} more, which are not listed`);
  }

  #add(file: string, sightings: readonly Sighting<Verdict>[], placeOf: PlaceOf): void {
    for (const sighting of sightings) {
      const { form, verdict } = sighting;
      const finding = { file: presentablePath(file), place: placeOf(sighting), form, ...verdict };
      (verdict.allowedBecause === null ? this.findings : this.allowed).push(finding);
    }
  }
}

type PlaceOf = (sighting: Sighting<Verdict>) => FindingPlace;

/** The first ones, and how many more there were: memory does not grow with what a log repeats. */
class FirstOf<Item> {
  readonly first: Item[] = [];
  more = 0;

  constructor(readonly limit: number) {}

  add(items: readonly Item[]): void {
    const taken = items.slice(0, Math.max(0, this.limit - this.first.length));
    this.first.push(...taken);
    this.more += items.length - taken.length;
  }
}
