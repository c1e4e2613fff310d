/**
 * Keeps two servers from using one data file: a lock file beside it with the process id of the holder.
 *
 * A lock whose process is gone is taken over, so a kill -9 needs no cleaning up. Lock files appear by `link` and are replaced by `rename`,
 * both of which are atomic: nobody ever reads half a lock, and a stale one is never gone for a moment in which two could come in.
 */
import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { kill, pid } from "node:process";
import { KeyturnError } from "../../model/error";
import { hasCode } from "./file-error";
import { privateMode } from "./write-file";

/** The locks of this process. In a container every life of the server may have one process id, so the id alone does not tell. */
const heldHere = new Set<string>();

/** A held lock. */
export interface DataFileLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a data file.
 * @throws KeyturnError INVALID_CONFIGURATION if a living process has it
 */
export async function lockDataFile(dataFile: string): Promise<DataFileLock> {
  const lockFile = `${dataFile}.lock`;
  if (heldHere.has(lockFile)) throw alreadyLocked(dataFile, lockFile, pid);
  heldHere.add(lockFile);
  const candidate = `${lockFile}.${randomUUID()}`;
  try {
    await writeFile(candidate, `${pid}\n`, { mode: privateMode, flag: "wx" });
    if (!(await tryLink(candidate, lockFile))) await takeOver(candidate, lockFile, dataFile);
  } catch (error) {
    heldHere.delete(lockFile);
    throw error;
  } finally {
    await rm(candidate, { force: true });
  }
  return {
    release: async () => {
      await rm(lockFile, { force: true });
      heldHere.delete(lockFile);
    },
  };
}

/** Replaces a stale lock. Only one process at a time may look whether it is stale and replace it. */
async function takeOver(candidate: string, lockFile: string, dataFile: string): Promise<void> {
  const turn = `${lockFile}.takeover`;
  if (!(await tryLink(candidate, turn))) throw alreadyLocked(dataFile, turn, await readHolder(turn));
  try {
    const holder = await readHolder(lockFile);
    if (holder === "missing") {
      if (!(await tryLink(candidate, lockFile))) throw alreadyLocked(dataFile, lockFile, undefined);
      return;
    }
    if (holder !== undefined && isAlive(holder)) throw alreadyLocked(dataFile, lockFile, holder);
    await rename(candidate, lockFile);
  } finally {
    await rm(turn, { force: true });
  }
}

async function tryLink(candidate: string, lockFile: string): Promise<boolean> {
  try {
    await link(candidate, lockFile);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** The process id in a lock file; undefined if there is none in it. */
async function readHolder(lockFile: string): Promise<number | "missing" | undefined> {
  try {
    const holder = Number.parseInt(await readFile(lockFile, "utf8"), 10);
    return holder > 0 ? holder : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return "missing";
    throw error;
  }
}

function isAlive(holder: number): boolean {
  if (holder === pid) return false;
  try {
    kill(holder, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

function alreadyLocked(dataFile: string, lockFile: string, holder: number | "missing" | undefined): KeyturnError {
  const user = typeof holder === "number" ? `process ${holder}` : "another process";
  return new KeyturnError(
    "INVALID_CONFIGURATION",
    `the data file ${dataFile} is in use by ${user}; stop that server, or use another file` +
      ` (if no keyturn server is running, delete ${lockFile})`,
  );
}
