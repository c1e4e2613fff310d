/**
 * Tells a key that is gone from one that only this credential cannot see.
 *
 * The list holds the keys of one workspace. With a credential of another one, every key would seem to be gone, and a plan would
 * create all of them anew and forget the old ones.
 */
import type { KeyApiClient } from "../../client";
import { KeyturnError } from "../../model/error";
import type { ListedKey } from "../../model/listed-key";

/**
 * Does nothing if the list is that of the key's workspace, as far as can be told.
 * @throws KeyturnError KEY_STATE if it is that of another
 */
export async function refuseOtherWorkspace(
  client: KeyApiClient,
  keys: readonly ListedKey[],
  { keyId, workspaceId }: { readonly keyId: string | null; readonly workspaceId: string | undefined },
): Promise<void> {
  if (workspaceId === undefined) return;
  const found = keys.length > 0 ? keys[0]?.workspaceId : await activeProjectId(client);
  if (found === undefined || found === workspaceId) return;
  throw new KeyturnError(
    "KEY_STATE",
    `the key ${keyId ?? "(unknown)"} belongs to the workspace ${workspaceId}, but the credential is for the workspace ${found}; ` +
      "use a credential of the key's workspace, or name it in project_id",
  );
}

/** An empty list does not say whose it is. */
async function activeProjectId(client: KeyApiClient): Promise<string | undefined> {
  try {
    return (await client.projects()).activeProject?.id;
  } catch (error) {
    // Older deployments have no projects, and not every credential may see them.
    if (error instanceof KeyturnError && ["NOT_FOUND", "FORBIDDEN"].includes(error.code)) return undefined;
    throw error;
  }
}
