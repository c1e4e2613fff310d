/**
 * What a folder holds, down to what is packed in its files: plans are zip archives, and so may be reports.
 *
 * Links are not followed, and what was installed is left out: providers and packages were there before any secret was.
 */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, unzipSync } from "fflate";

/** State with its backups, a plan, or anything else. */
type PlaceKind = "state" | "plan" | "other";

/** Some bytes, and where they are. */
export interface Place {
  readonly name: string;
  readonly kind: PlaceKind;
  readonly bytes: Buffer;
}

const installed = ["node_modules", "terraform.d/plugins", ".terraform/providers", "plugin-cache"];

/** Every file of a folder that exists, and everything that is packed in them. Names are those within the folder. */
export function* placesIn(folder: string): Generator<Place> {
  for (const name of filesIn(folder, "")) {
    const bytes = unlessGone(() => readFileSync(path.join(folder, name)));
    if (bytes) yield* placesOf(name, bytes);
  }
}

function* filesIn(folder: string, within: string): Generator<string> {
  const entries = unlessGone(() => readdirSync(path.join(folder, within), { withFileTypes: true }));
  for (const entry of entries ?? []) {
    const name = path.posix.join(within, entry.name);
    if (entry.isDirectory() && !installed.some((each) => `/${name}`.endsWith(`/${each}`))) yield* filesIn(folder, name);
    else if (entry.isFile()) yield name;
  }
}

/** Something may still be at work here, which removes its own files. */
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function* placesOf(name: string, bytes: Buffer): Generator<Place> {
  const packed = unpack(bytes);
  const kind = packed.some(([entry]) => entry === "tfplan") ? "plan" : isState(name) ? "state" : "other";
  yield { name, kind, bytes };
  for (const [entry, content] of packed) yield { name: `${name}!${entry}`, kind, bytes: Buffer.from(content) };
}

/** Terraform's names: `terraform.tfstate`, `….tfstate.backup`, `….tfstate.1764110000.backup`, `errored.tfstate`. */
function isState(name: string): boolean {
  return /\.tfstate(\.\d+)?(\.backup)?$/.test(name);
}

function unpack(bytes: Buffer): [string, Uint8Array][] {
  const isZip = bytes.length > 4 && bytes.readUInt32LE(0) === 0x04034b50;
  const isGzip = bytes.length > 4 && bytes.readUInt16LE(0) === 0x8b1f;
  try {
    if (isZip) return Object.entries(unzipSync(bytes));
    return isGzip ? [["gunzipped", gunzipSync(bytes)]] : [];
  } catch {
    // What is cut off, or only begins like an archive, is searched as it is.
    return [];
  }
}

/** Whether these bytes are what the system writes of a process that has crashed: an ELF file of the type `ET_CORE`. */
export function isCoreDump(bytes: Buffer): boolean {
  return bytes.length > 18 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes.readUInt16LE(16) === 4;
}

/** Whether there is such a folder. */
export function isFolder(folder: string): boolean {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}
