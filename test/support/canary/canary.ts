/**
 * Watches over the secrets that a test file lets the embedded API mint: everything that runs leave and print is searched for them.
 *
 * A secret belongs into its target alone. The one exception has to be declared for a project: that it delivers to Terraform's state, so that
 * the state, its backups, plans and `show -json` of that very project hold it.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isCoreDump, isFolder, placesIn, type Place } from "./places";
import { SecretSearch, type MintedSecret } from "./secret-search";

/** A folder in which a test lets things run. */
export interface WatchedFolder {
  readonly folder: string;
  /** Whether its keys deliver to Terraform's state, so that secrets are there by design. */
  readonly deliversToState: boolean;
}

/** A program that has ended, and all that it said. */
export interface EndedRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** One watch. `finish()` it at the end. */
export class Canary {
  readonly #scratch = mkdtempSync(path.join(tmpdir(), "keyturn-canary-"));
  readonly #folders = new Map<string, WatchedFolder>();
  readonly #stateFolders = new Set<string>();
  readonly #runs: EndedRun[] = [];
  readonly #sources: (() => readonly MintedSecret[])[] = [];
  readonly #found = new Set<string>();

  constructor() {
    mkdirSync(this.#temporaryFolder);
  }

  get #temporaryFolder(): string {
    return path.join(this.#scratch, "tmp");
  }

  /** What every run is told on top of its own variables, which win: to keep its temporary files here, and to log all that it does. */
  get variables(): Readonly<Record<string, string>> {
    return { TMPDIR: this.#temporaryFolder, TF_LOG: "trace", TF_LOG_PATH: path.join(this.#scratch, "trace.log") };
  }

  /** Adds secrets, which are asked for whenever there is something to search. */
  watchSecrets(source: () => readonly MintedSecret[]): void {
    this.#sources.push(source);
  }

  /** Adds a folder. Whoever removes it calls `searchBeforeRemoval` first. */
  watchFolder(watched: WatchedFolder): void {
    this.#folders.set(watched.folder, watched);
    if (watched.deliversToState) this.#stateFolders.add(watched.folder);
  }

  noteRun(run: EndedRun): void {
    this.#runs.push(run);
  }

  /** Searches a folder that is about to go. The secrets that are minted later cannot be in it. */
  searchBeforeRemoval(folder: string): void {
    const watched = this.#folders.get(folder);
    if (watched) this.#searchFolder(watched, this.#search());
    this.#folders.delete(folder);
  }

  /** Searches what is left. @returns where something was found, of which key and in what form, in order; never a secret */
  finish(): readonly string[] {
    const search = this.#search();
    for (const run of this.#runs) this.#searchRun(run, search);
    for (const watched of this.#folders.values()) this.#searchFolder(watched, search);
    this.#searchFolder({ folder: this.#scratch, deliversToState: false }, search);
    rmSync(this.#scratch, { recursive: true, force: true });
    return [...this.#found].sort();
  }

  #search(): SecretSearch {
    return new SecretSearch(this.#sources.flatMap((source) => source()));
  }

  #searchFolder({ folder, deliversToState }: WatchedFolder, search: SecretSearch): void {
    if (!isFolder(folder)) return;
    for (const place of placesIn(folder)) {
      if (isCoreDump(place.bytes)) this.#found.add(`${place.name}: a core dump`);
      if (!(deliversToState && place.kind !== "other")) this.#searchPlace(place, search);
    }
  }

  #searchRun({ command, args, cwd, stdout, stderr }: EndedRun, search: SecretSearch): void {
    const name = [path.basename(command), ...args].join(" ");
    // Terraform shows everything in JSON, by design.
    const isShown = args[0] === "show" && args.includes("-json") && this.#deliversToState(cwd);
    if (!isShown) this.#searchPlace({ name: `stdout of ${name}`, bytes: Buffer.from(stdout) }, search);
    this.#searchPlace({ name: `stderr of ${name}`, bytes: Buffer.from(stderr) }, search);
  }

  #deliversToState(cwd: string): boolean {
    return [...this.#stateFolders].some((folder) => cwd === folder || cwd.startsWith(`${folder}${path.sep}`));
  }

  #searchPlace({ name, bytes }: Omit<Place, "kind">, search: SecretSearch): void {
    for (const { keyId, form, isWhole } of search.in(bytes)) {
      this.#found.add(`${name}: the secret of ${keyId}, ${isWhole ? "" : "in part, "}${form}`);
    }
  }
}
