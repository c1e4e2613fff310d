/**
 * What has become of the keys of a logical name, as the API's own activity log tells it.
 */
import type { KeyApiProcess } from "./key-api-process";

/** The life of all keys of a logical name. */
export interface KeyHistory {
  /** In order, how many of them worked after each creation and each revocation. */
  readonly working: readonly number[];
  /** In order, what was done: `created`, `updated` and `revoked`, with the id of the key. */
  readonly events: readonly { readonly what: string; readonly keyId: string }[];
}

export async function keyHistory(api: KeyApiProcess, logicalName: string): Promise<KeyHistory> {
  const events = (await api.activity())
    .filter(({ action, message }) => action.startsWith("api_key.") && isNamedFor(message ?? "", logicalName))
    .map(({ action, resource_id: keyId }) => ({ what: action.replace("api_key.", ""), keyId: keyId ?? "" }));
  const working: number[] = [];
  const alive = new Set<string>();
  for (const { what, keyId } of events) {
    if (what === "created") alive.add(keyId);
    if (what === "revoked") alive.delete(keyId);
    if (what !== "updated") working.push(alive.size);
  }
  return { working, events };
}

/** The API quotes the name that the key had. */
function isNamedFor(message: string, logicalName: string): boolean {
  const [, name = ""] = /"(.*)"/.exec(message) ?? [];
  const phase = name.startsWith(logicalName) ? name.slice(logicalName.length) : "of somebody else";
  return phase === "" || /^~(pending|retiring|rolledback)~[a-z0-9]+$/.test(phase);
}
