/** Replaces a file so that a crash at any moment leaves either the old text or the new one, whole. */
import { open, rename } from "node:fs/promises";
import path from "node:path";

/** For files that hold hashes of keys and passwords: nobody but the owner may read them. */
export const privateMode = 0o600;

/** Resolves when the text is on the disk, also under its name. Two calls for one file may not run at the same time. */
export async function replaceFile(file: string, text: string): Promise<void> {
  // Next to the file, because a rename across file systems is not atomic. Always the same name, so that a crash leaves no heap of them.
  const temporary = `${file}.tmp`;
  const handle = await open(temporary, "w", privateMode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  const folder = await open(path.dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
