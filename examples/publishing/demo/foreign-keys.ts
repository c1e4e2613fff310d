/**
 * Keys on the API that are not ours, also one whose name begins like ours. Nothing may touch them.
 */
import type { KeyApiClient } from "keyturn/client";
import { keyNames } from "./stage";

const foreignNames = ["dashboard", "scheduler-staging"];

export async function createForeignKeys(client: KeyApiClient): Promise<readonly unknown[]> {
  for (const name of foreignNames) await client.create({ name, scopes: ["read"] });
  return await foreignKeys(client);
}

/** All that the API says of the keys that are not ours. */
export async function foreignKeys(client: KeyApiClient): Promise<readonly unknown[]> {
  const { keys } = await client.list({ fresh: true });
  return keys.filter(({ name }) => !keyNames.some((ours) => name === ours || name.startsWith(`${ours}~`)));
}
