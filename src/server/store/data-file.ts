/**
 * A store on the disk: a snapshot that is replaced for every change of a key, before that change is answered, and an activity log beside it.
 *
 * So a key that was answered survives kill -9. Uses of keys and activity are written within a second, and when the server closes.
 * Changes that come in while a snapshot is being written share the next one.
 */
import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { KeyturnError } from "../../model/error";
import type { ActivityEntry, ActivityLog } from "../activity-log";
import { ActivityFile } from "./activity-file";
import { lockDataFile, type DataFileLock } from "./data-file-lock";
import type { Directory } from "./directory";
import type { MemoryKeyStore } from "./memory-key-store";
import { fileError, hasCode } from "./file-error";
import { readSnapshot, SnapshotText, type Snapshot } from "./snapshot";
import { replaceFile } from "./write-file";

/** How long a use or an activity entry may wait for the disk, in milliseconds. */
const lazyFlushMs = 500;

/** What is to be kept on the disk. */
export interface SavedParts {
  readonly directory: Directory;
  readonly keys: MemoryKeyStore;
  readonly activity: ActivityLog;
  /** Hears when a lazy write fails; it is tried again with the next one. */
  readonly onUnexpectedError: (error: unknown) => void;
}

/** An open data file. Nobody else can open it until it is closed. */
export class DataFile {
  readonly #snapshotText = new SnapshotText();
  #saved: SavedParts | undefined;
  #writing: Promise<void> = Promise.resolve();
  #nextWrite: Promise<void> | undefined;
  #lazyFlush: NodeJS.Timeout | undefined;

  private constructor(
    private readonly file: string,
    private readonly lock: DataFileLock,
    private readonly activityFile: ActivityFile,
    /** What the file held; undefined for a new one. */
    readonly snapshot: Snapshot | undefined,
    readonly activityEntries: readonly ActivityEntry[],
  ) {}

  /**
   * Opens a data file, or prepares a new one.
   * @throws KeyturnError INVALID_CONFIGURATION if it is in use or cannot be read
   */
  static async open(name: string, nowMs: number): Promise<DataFile> {
    const file = await resolveFile(name);
    const lock = await lockDataFile(file).catch((error: unknown) => {
      throw fileError(`the data file ${file} cannot be locked`, error);
    });
    try {
      const snapshot = await readIfThere(file);
      const { activityFile, entries } = await ActivityFile.open(`${file}.activity`, nowMs);
      return new DataFile(file, lock, activityFile, snapshot, entries);
    } catch (error) {
      await lock.release();
      throw fileError(`the data file ${file} cannot be opened`, error);
    }
  }

  /** Saves the parts whenever they change from now on. */
  keep(parts: SavedParts): void {
    this.#saved = parts;
    parts.keys.listen({
      onChange: () => this.save(),
      onUse: () => {
        this.#flushSoon();
      },
    });
    parts.activity.listen((entry) => {
      this.activityFile.append(entry);
      this.#flushSoon();
    });
  }

  /** Resolves when the disk has everything that is in memory at the time of the call. */
  save(): Promise<void> {
    this.#nextWrite ??= this.#writeAfterThisOne();
    return this.#nextWrite;
  }

  /** Writes what is waiting and lets go of the file. */
  async close(): Promise<void> {
    try {
      await this.save();
    } finally {
      await this.abandon();
    }
  }

  /** Lets go of the file and leaves it as it is. */
  async abandon(): Promise<void> {
    clearTimeout(this.#lazyFlush);
    try {
      await this.activityFile.close();
    } finally {
      await this.lock.release();
    }
  }

  async #writeAfterThisOne(): Promise<void> {
    await this.#writing.catch(() => undefined);
    this.#nextWrite = undefined;
    this.#writing = this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    if (this.#saved) {
      const text = this.#snapshotText.render(this.#saved.directory, this.#saved.keys.all());
      await replaceFile(this.file, text).catch((error: unknown) => {
        throw fileError(`the data file ${this.file} cannot be written`, error);
      });
    }
    // A log that cannot be written is no reason to tell a client that its change has failed.
    await this.activityFile.flush().catch((error: unknown) => this.#saved?.onUnexpectedError(error));
  }

  #flushSoon(): void {
    this.#lazyFlush ??= setTimeout(() => {
      this.#lazyFlush = undefined;
      this.save().catch((error: unknown) => this.#saved?.onUnexpectedError(error));
    }, lazyFlushMs).unref();
  }
}

/** The file behind a name, links resolved, so that the lock is the same whatever name is used. */
async function resolveFile(name: string): Promise<string> {
  const file = path.resolve(name);
  try {
    const resolved = await realpath(file);
    if ((await stat(resolved)).isDirectory()) throw notAFile(file, "it is a folder");
    return resolved;
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  try {
    return path.join(await realpath(path.dirname(file)), path.basename(file));
  } catch {
    throw notAFile(file, "its folder does not exist");
  }
}

function notAFile(file: string, reason: string): KeyturnError {
  return new KeyturnError("INVALID_CONFIGURATION", `the data file ${file} cannot be used: ${reason}`);
}

async function readIfThere(file: string): Promise<Snapshot | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
  return readSnapshot(text, file);
}
