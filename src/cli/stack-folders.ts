/**
 * Finds the folders in which Terraform runs: those that are named, else those of all stacks that cdktf has synthesised here, else this one.
 */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { KeyturnError } from "../model/error";

/** Where cdktf says which stacks there are, under the folder of the project. */
const manifestFile = path.join("cdktf.out", "manifest.json");

const manifestSchema = z.object({ stacks: z.record(z.string(), z.object({ workingDirectory: z.string().min(1) })) });

/**
 * The folders, absolute.
 * @param named the folders that somebody has named, relative to `folder`; none if nobody has
 * @param folder the current folder
 * @throws KeyturnError INVALID_VALUE for a folder that does not exist, or a manifest that cannot be read
 */
export async function stackFolders(named: readonly string[], folder: string): Promise<readonly string[]> {
  if (named.length > 0) {
    const folders = [...new Set(named.map((each) => path.resolve(folder, each)))];
    for (const each of folders) await requireFolder(each, "name the folder that Terraform runs in with --dir");
    return folders;
  }
  const synthesised = await synthesisedFolders(folder);
  return synthesised ?? [folder];
}

async function synthesisedFolders(folder: string): Promise<readonly string[] | undefined> {
  const stacks = await synthesisedStacks(folder);
  return stacks?.map((stack) => stack.folder);
}

/** A stack that cdktf has synthesised. */
export interface SynthesisedStack {
  readonly name: string;
  /** Where Terraform runs, absolute. */
  readonly folder: string;
}

/**
 * The stacks that cdktf has synthesised for the project in a folder; undefined if it has not synthesised any.
 * @throws KeyturnError INVALID_VALUE for a manifest that cannot be read, or a stack's folder that does not exist
 */
export async function synthesisedStacks(folder: string): Promise<readonly SynthesisedStack[] | undefined> {
  const file = path.join(folder, manifestFile);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(file);
  }
  const stacks = readManifest(text, file).map(([name, each]) => ({
    name,
    folder: path.resolve(path.dirname(file), each),
  }));
  for (const stack of stacks) {
    await requireFolder(stack.folder, "run cdktf synth again, or name the stack's folder with --dir");
  }
  return stacks;
}

function readManifest(text: string, file: string): readonly (readonly [string, string])[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable(file);
  }
  const manifest = manifestSchema.safeParse(json);
  if (!manifest.success) throw unreadable(file);
  return Object.entries(manifest.data.stacks).map(([name, { workingDirectory }]) => [name, workingDirectory]);
}

function unreadable(file: string): KeyturnError {
  return new KeyturnError(
    "INVALID_VALUE",
    `${file} is not a manifest that cdktf has written; run cdktf synth again, or name the stack's folder with --dir`,
  );
}

async function requireFolder(folder: string, advice: string): Promise<void> {
  const isFolder = await stat(folder).then(
    (status) => status.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new KeyturnError("INVALID_VALUE", `there is no folder ${folder}; ${advice}`);
}
