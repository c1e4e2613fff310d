/**
 * Watches over the secrets that a test file lets the embedded API mint: everything that runs leave and print is searched for them.
 *
 * A secret belongs into its target alone. The one exception has to be declared for a project: that it delivers to Terraform's state, so that
 * the state, its backups, plans and `show -json` of that very project hold it. The key that manages the others is delivered nowhere.
 *
 * The folder of a run is searched whenever one ends, since the next run overwrites its plan; all the rest, such as logs, at the end.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isCoreDump, isFolder, placesIn, type Place } from "./places";
import { SecretSearch, type MintedSecret, type SecretTrace } from "./secret-search";

/** A folder in which a test lets things run. */
export interface WatchedFolder {
  readonly folder: string;
  /** Whether its keys deliver to Terraform's state, so that secrets are there by design. */
  readonly deliversToState: boolean;
}

/** A program that was started, and all that it has said up to when this is read. */
export interface WatchedRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly said: { readonly stdout: string; readonly stderr: string };
}

/** One watch. `finish()` it at the end. */
export class Canary {
  #scratch: string | undefined;
  readonly #folders = new Map<string, WatchedFolder>();
  readonly #runs: { readonly run: WatchedRun; readonly deliversToState: boolean }[] = [];
  readonly #sources: (() => readonly MintedSecret[])[] = [];
  readonly #found = new Set<string>();

  /** What every run is told on top of its own variables, which win: to keep its temporary files here, and to log all that it does. */
  get variables(): Readonly<Record<string, string>> {
    // Made for the first run, since Jest calls no hook of a file whose tests are all skipped.
    this.#scratch ??= mkdtempSync(path.join(tmpdir(), "keyturn-canary-"));
    const temporary = path.join(this.#scratch, "tmp");
    mkdirSync(temporary, { recursive: true });
    return { TMPDIR: temporary, TF_LOG: "trace", TF_LOG_PATH: path.join(this.#scratch, "trace.log") };
  }

  /** Adds secrets, which are asked for whenever there is something to search. */
  watchSecrets(source: () => readonly MintedSecret[]): void {
    this.#sources.push(source);
  }

  /** Adds a folder. Whoever removes it calls `searchBeforeRemoval` first. */
  watchFolder(watched: WatchedFolder): void {
    this.#folders.set(watched.folder, watched);
  }

  /** Adds a run, which may still be under way. @returns what to call when it has ended */
  watchRun(run: WatchedRun): () => void {
    const here = [...this.#folders.values()].filter(({ folder }) => isWithin(run.cwd, folder));
    this.#runs.push({ run, deliversToState: here.some(({ deliversToState }) => deliversToState) });
    return () => {
      const search = this.#search();
      for (const watched of here) this.#searchFolder(watched, search);
    };
  }

  /** Adds something that must not be, to what is found. */
  note(finding: string): void {
    this.#found.add(finding);
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
    for (const { run, deliversToState } of this.#runs) this.#searchRun(run, search, deliversToState);
    for (const watched of this.#folders.values()) this.#searchFolder(watched, search);
    if (this.#scratch !== undefined) {
      this.#searchFolder({ folder: this.#scratch, deliversToState: false }, search);
      rmSync(this.#scratch, { recursive: true, force: true });
    }
    return [...this.#found].sort();
  }

  #search(): SecretSearch {
    return new SecretSearch(this.#sources.flatMap((source) => source()));
  }

  #searchFolder({ folder, deliversToState }: WatchedFolder, search: SecretSearch): void {
    if (!isFolder(folder)) return;
    for (const place of placesIn(folder)) {
      if (isCoreDump(place.bytes)) this.note(`${place.name}: a core dump`);
      this.#searchPlace(place, search, deliversToState && place.kind !== "other");
    }
  }

  #searchRun({ command, args, said }: WatchedRun, search: SecretSearch, deliversToState: boolean): void {
    const name = [path.basename(command), ...args].join(" ");
    // Terraform shows everything in JSON, by design.
    const isShown = deliversToState && args[0] === "show" && args.includes("-json");
    this.#searchPlace({ name: `stdout of ${name}`, bytes: Buffer.from(said.stdout) }, search, isShown);
    this.#searchPlace({ name: `stderr of ${name}`, bytes: Buffer.from(said.stderr) }, search);
  }

  /** Searches the name as well: it has the arguments of a run in it, which everybody on a machine can read. */
  #searchPlace({ name, bytes }: Omit<Place, "kind">, search: SecretSearch, isTarget = false): void {
    const inName = search.in(Buffer.from(name));
    for (const trace of inName) this.#noteTrace("a name", trace);
    for (const trace of search.in(bytes)) {
      if (isTarget && trace.use === "services") continue;
      this.#noteTrace(inName.length === 0 ? name : "what has such a name", trace);
    }
  }

  #noteTrace(place: string, { keyId, form, isWhole }: SecretTrace): void {
    this.note(`${place}: the secret of ${keyId}, ${isWhole ? "" : "in part, "}${form}`);
  }
}

function isWithin(inner: string, folder: string): boolean {
  return inner === folder || inner.startsWith(`${folder}${path.sep}`);
}
