/**
 * Finds what Terraform knows of one logical key, in the states of all stacks.
 */
import path from "node:path";
import { KeyturnError } from "../model/error";
import { logicalKeyName } from "../model/logical-key";
import { declaredApiKey } from "../provider/api-key/declared-api-key";
import type { DeclaredKey } from "../provider/rotation/declared-key";
import { showState } from "./show-state";
import { stackFolders } from "./stack-folders";
import { keysInState, type KeyInState } from "./state-json";

/** A logical key as Terraform knows it. */
export interface FoundKey {
  readonly declared: DeclaredKey;
  readonly keyIdInState: string;
}

/** Where to look. */
export interface SearchPlace {
  /** The folders that Terraform runs in. @default - those of all stacks of the current folder */
  readonly folders?: readonly string[] | undefined;
  /** The current folder. */
  readonly currentFolder: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /**
   * What is done about a replaced key that waits for its end, as every one does during a deployment. Who only reads passes it over.
   * @default "refuse"
   */
  readonly replacedKeys?: "refuse" | "pass-over";
}

/**
 * The one key with that name.
 * @throws KeyturnError NOT_FOUND, or CONFLICT if several resources declare it, or what keeps the states from being read
 */
export async function findDeclaredKey(name: string, place: SearchPlace): Promise<FoundKey> {
  const folders = await stackFolders(place.folders ?? [], place.currentFolder);
  const found: (KeyInState & { readonly folder: string })[] = [];
  // One after the other: each starts a Terraform, which starts its providers.
  for (const folder of folders) {
    const json = await showState({ folder, variables: place.variables });
    for (const key of keysInState(json, (names) => logicalKeyName(names) === name)) found.push({ ...key, folder });
  }
  const deposed = found.find(({ isDeposed }) => isDeposed);
  if (deposed && place.replacedKeys !== "pass-over") {
    // Its destruction would end the very key that the roll-back puts back into service.
    throw new KeyturnError(
      "KEY_STATE",
      `a run was cut short before it had ended the replaced key ${deposed.values.id} of ${deposed.address} in ${deposed.folder}; deploy first, and then roll back`,
    );
  }
  const inUse = found.filter(({ isDeposed }) => !isDeposed);
  // A run that was cut short early has recorded no other.
  const [key, ...others] = inUse.length > 0 ? inUse : found;
  if (!key) {
    throw new KeyturnError(
      "NOT_FOUND",
      `no state has a key named ${JSON.stringify(name)}; looked in ${folders.join(", ")}. ` +
        "Give the key's name on the API, service-environment, and the folder that Terraform runs in with --dir",
    );
  }
  if (others.length > 0) {
    const places = found.map(({ address, folder }) => `${address} in ${folder}`).join(", ");
    throw new KeyturnError(
      "CONFLICT",
      `several resources declare the key ${name}: ${places}; name one folder with --dir`,
    );
  }
  return { declared: declaredIn(key, place), keyIdInState: key.values.id };
}

/** Paths are relative to where Terraform runs. */
function declaredIn(
  { values, folder }: KeyInState & { readonly folder: string },
  { variables }: SearchPlace,
): DeclaredKey {
  const targets = values.deliver_to.map(({ encrypted_file: file, ...others }) => ({
    ...others,
    encrypted_file: file && { ...file, path: path.resolve(folder, file.path) },
  }));
  return declaredApiKey({ ...values, deliver_to: targets }, { variables });
}
