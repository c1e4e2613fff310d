/**
 * Looks at what stands in the place of an encrypted file, and tells ours from somebody else's.
 *
 * Symbolic links are not followed: putting a new file in place would replace the link and not what it points to, and the readers of the
 * two would part ways.
 */
import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { hasCode } from "./file-problem";
import { isAgeFile, readLabel, type KeyLabel } from "./key-label";

/** A file of one secret has a few hundred bytes, and some hundred more for each recipient. */
const longestFile = 1024 * 1024;

/** What stands in the place of an encrypted file. */
export type FoundFile =
  | { readonly kind: "none" }
  | { readonly kind: "ours"; readonly label: KeyLabel; readonly content: Uint8Array }
  /** Somebody else's. `what` names it: `a folder`. */
  | { readonly kind: "foreign"; readonly what: string };

/**
 * An empty file counts as none: there is nothing in it to lose, and some create one to claim the name.
 * @throws the error of the file system if it cannot be read
 */
export async function findFile(file: string, keyName: string): Promise<FoundFile> {
  let handle: FileHandle;
  try {
    // Does not wait for the other end where a pipe stands in the place.
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return { kind: "none" };
    if (hasCode(error, "ELOOP")) return { kind: "foreign", what: "a symbolic link" };
    // What the system says to opening a socket.
    if (hasCode(error, "ENXIO")) return { kind: "foreign", what: "neither a file nor a folder" };
    throw error;
  }
  try {
    return await judge(handle, keyName);
  } finally {
    await handle.close();
  }
}

async function judge(handle: FileHandle, keyName: string): Promise<FoundFile> {
  const status = await handle.stat();
  if (status.isDirectory()) return { kind: "foreign", what: "a folder" };
  if (!status.isFile()) return { kind: "foreign", what: "neither a file nor a folder" };
  if (status.size === 0) return { kind: "none" };
  if (status.size > longestFile) return { kind: "foreign", what: `a file of ${status.size} bytes` };
  const content = await handle.readFile();
  const label = readLabel(content);
  if (label?.keyName === keyName) return { kind: "ours", label, content };
  return { kind: "foreign", what: describe(content, label) };
}

function describe(content: Uint8Array, label: KeyLabel | undefined): string {
  if (label) return `the secret of the key ${label.keyName}`;
  if (isAgeFile(content)) return "a file that somebody else has encrypted with age";
  const start = Buffer.from(content).subarray(0, 64).toString("latin1");
  if (start.startsWith("-----BEGIN AGE ENCRYPTED FILE-----")) {
    return "a file that somebody else has encrypted with age, as text";
  }
  return "a file that is not encrypted with age";
}
