/**
 * Looks at a key on the API, and at the other keys of its name.
 */
import type { KeyApiClient } from "../../client";
import type { Diagnostics } from "../../framework";
import { findKey } from "../../model/key-index";
import { generationsOf, isManageable } from "../../model/generations";
import type { ListedKey } from "../../model/listed-key";
import { noticingTime } from "../rotation/prove-key";
import type { ApiKeyState } from "../schema/api-key-schema";
import { createdAtOf, identityAttributes, leftoversAttribute, rightsAttributes } from "./api-key-state";
import { logicalNameOf } from "./declared-policy";
import { takeSnapshot, type RememberedProof, type Snapshot } from "./evidence";
import { refuseOtherWorkspace } from "./workspace";

/** A key as it is, and the evidence of the same moment. */
export interface ReadApiKey {
  readonly state: ApiKeyState;
  readonly snapshot: Snapshot;
}

/**
 * The key behind a state; undefined if it is revoked or gone.
 * @throws KeyturnError KEY_STATE if the credential is for another workspace than the key's
 */
export async function readApiKey(
  client: KeyApiClient,
  { state, before }: { readonly state: ApiKeyState; readonly before: Snapshot | undefined },
  diagnostics: Diagnostics,
): Promise<ReadApiKey | undefined> {
  const { keys, servedAt } = await client.list();
  const key = state.id === null ? undefined : findKey(keys, state.id);
  const logicalName = logicalNameOf(state);
  if (!key || !isManageable(key)) {
    await refuseOtherWorkspace(client, keys, { keyId: state.id, workspaceId: before?.workspaceId });
    if (logicalName !== undefined) warnOfLeftovers(keys, logicalName, diagnostics);
    return undefined;
  }
  const createdAt = createdAtOf(key, state, servedAt);
  const leftovers = leftoversBeside(key, keys, logicalName ?? key.name);
  return {
    state: {
      ...state,
      ...identityAttributes(key.id, createdAt),
      ...rightsAttributes(key, state),
      name: key.name,
      retiring: leftoversAttribute(leftovers),
    },
    snapshot: takeSnapshot({ readAt: servedAt, key, proof: rememberedProof(key, servedAt, before), leftovers }),
  };
}

/** The first time that the API is seen to have noted a use shows how late it may note one. */
function rememberedProof(key: ListedKey, servedAt: Snapshot["readAt"], before: Snapshot | undefined): RememberedProof {
  const { provenAt, noticedWithin } = before ?? { provenAt: undefined, noticedWithin: undefined };
  if (noticedWithin || !provenAt || !key.lastUsedAt) return { provenAt, noticedWithin };
  return { provenAt, noticedWithin: noticingTime(provenAt, servedAt) };
}

/** The other keys of a logical key that still work: replaced ones, and ones that a run has left unfinished. */
export function leftoversBeside(key: ListedKey, keys: readonly ListedKey[], logicalName: string): readonly ListedKey[] {
  const { retiring, pending } = generationsOf(keys, logicalName);
  return [...retiring, ...pending].filter(({ id }) => id !== key.id);
}

function warnOfLeftovers(keys: readonly ListedKey[], logicalName: string, diagnostics: Diagnostics): void {
  const { retiring, pending } = generationsOf(keys, logicalName);
  if (retiring.length + pending.length === 0) return;
  diagnostics.warning({
    summary: "Replaced keys outlive their successor",
    detail:
      `The active key ${logicalName} was revoked outside of Terraform, but these older keys of it still work: ` +
      `${[...retiring, ...pending].map(({ id, name }) => `${name} (${id})`).join(", ")}. ` +
      "A key that is created again takes them over. If none is to be created, revoke them by hand.",
  });
}
