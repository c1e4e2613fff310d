/**
 * Replaces a file in two steps: stage writes the new content beside it, commit puts it in its place at once.
 *
 * A crash at any moment leaves the old file or the new one, whole. It may also leave a staged file; the next stage removes those that are
 * old. Only its owner can read a staged file, and the file that it becomes.
 */
import { randomBytes } from "node:crypto";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

const privateMode = 0o600;

/** A staged file is in place or gone within moments. One that is older was left by a process that was killed. */
const leftoverAgeMs = 10 * 60 * 1000;

/** New content for a file, on the disk, but not yet under its name. */
export interface StagedFile {
  /** Puts the content in place of the file. Durable when it resolves. */
  commit(): Promise<void>;
  /** Removes the content, unless it has been put in place. */
  discard(): Promise<void>;
}

/** Writes the new content of `file` into the same folder, since a rename between file systems does not happen at once. */
export async function stageFile(file: string, content: Uint8Array): Promise<StagedFile> {
  const folder = path.dirname(file);
  const prefix = `.${path.basename(file)}.keyturn-`;
  const staged = path.join(folder, prefix + randomBytes(6).toString("hex"));
  // Exclusive: whatever stands under that name, such as a link, is not written to.
  const handle = await open(staged, "wx", privateMode);
  let isCommitted = false;
  const discard = async (): Promise<void> => {
    if (!isCommitted) await rm(staged, { force: true });
  };
  try {
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await removeLeftovers(folder, prefix, staged);
  } catch (error) {
    await discard();
    throw error;
  }
  const commit = async (): Promise<void> => {
    await rename(staged, file);
    isCommitted = true;
    await syncFolder(folder);
  };
  return { commit, discard };
}

/** Makes the names in a folder durable: a file's own sync does not. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Compares with the file that was just staged, so that both instants come from the clock of the file system. */
async function removeLeftovers(folder: string, prefix: string, staged: string): Promise<void> {
  const { mtimeMs: now } = await stat(staged);
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (!name.startsWith(prefix) || file === staged) continue;
    // It may be gone by now: another process puts its own in place, or cleans up too.
    const age = await stat(file).then(
      ({ mtimeMs }) => now - mtimeMs,
      () => 0,
    );
    if (age > leftoverAgeMs) await rm(file, { force: true });
  }
}
