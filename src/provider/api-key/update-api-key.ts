/**
 * Changes a key in place: its name and rights on the API, and the end of replaced keys that the plan showed leaving `retiring`.
 */
import type { KeyApiClient } from "../../client";
import { generationsOf, isManageable } from "../../model/generations";
import { findKey } from "../../model/key-index";
import { KeyturnError } from "../../model/error";
import type { ApiKeyState } from "../schema/api-key-schema";
import { severalActive } from "../rotation/rotate-key";
import { createdAtOf } from "./api-key-state";
import { declaredLogicalName, declaredPolicy } from "./declared-policy";
import { successorEvidence, takeSnapshot, type RememberedProof, type Snapshot } from "./evidence";
import { judgeLeftover } from "./judge-leftover";
import { leftoversBeside } from "./read-api-key";

/** What is changed, from what. */
export interface ChangeInPlace {
  readonly priorState: ApiKeyState;
  readonly plannedState: ApiKeyState;
  /** What is remembered of the proof of the key's secret. */
  readonly proof: RememberedProof;
}

/**
 * Carries the plan out, and says what the API looked like right before.
 * @throws KeyturnError KEY_STATE if a key that was to be revoked must stay after all; nothing is changed then
 */
export async function updateApiKey(
  client: KeyApiClient,
  { priorState, plannedState, proof }: ChangeInPlace,
): Promise<Snapshot> {
  const keyId = requiredId(priorState);
  const { keys, servedAt } = await client.list({ fresh: true });
  const key = findKey(keys, keyId);
  if (!key || !isManageable(key)) {
    throw new KeyturnError("NOT_FOUND", `the key ${keyId} has been revoked since the plan was made; plan again`);
  }
  const logicalName = declaredLogicalName(plannedState);
  const others = generationsOf(keys, logicalName).active.filter(({ id }) => id !== keyId);
  // A key is given the declared name only if no other active key has it.
  if (others.length > 0 && key.name !== logicalName) throw severalActive(logicalName, [...others, key]);

  const leftovers = leftoversBeside(key, keys, logicalName);
  const snapshot = takeSnapshot({ readAt: servedAt, key, proof, leftovers });
  const successor = successorEvidence(snapshot, createdAtOf(key, priorState, servedAt));
  const leaving = leftovers.filter(({ id }) => isListed(priorState, id) && !isListed(plannedState, id));
  const context = { logicalName, policy: declaredPolicy(plannedState), now: servedAt };
  for (const old of leaving) {
    // The plan may be old. What was quiet then may be in use now.
    const verdict = judgeLeftover(old, successor, context);
    if (verdict.kind === "due") continue;
    throw new KeyturnError(
      "KEY_STATE",
      `the key ${old.id} was to be revoked by this plan, but must stay: ${verdict.missing.map(({ reason }) => reason).join(", and ")}. ` +
        "Nothing was changed. Plan again",
    );
  }
  await updateNameAndRights(client, keyId, { priorState, plannedState });
  for (const { id } of leaving) await client.revoke(id);
  return snapshot;
}

async function updateNameAndRights(
  client: KeyApiClient,
  keyId: string,
  { priorState, plannedState }: Pick<ChangeInPlace, "priorState" | "plannedState">,
): Promise<void> {
  const changes = {
    ...(priorState.name === plannedState.name || plannedState.name === null ? {} : { name: plannedState.name }),
    ...(sameMembers(priorState.scopes, plannedState.scopes) ? {} : { scopes: plannedState.scopes ?? [] }),
    ...(sameMembers(priorState.pinterest_account_ids, plannedState.pinterest_account_ids)
      ? {}
      : { pinterestAccountIds: plannedState.pinterest_account_ids }),
  };
  if (Object.keys(changes).length > 0) await client.update(keyId, changes);
}

function requiredId({ id }: ApiKeyState): string {
  if (id === null) throw new Error("a key in the state has no id");
  return id;
}

function isListed({ retiring }: ApiKeyState, keyId: string): boolean {
  return (retiring ?? []).some(({ id }) => id === keyId);
}

/** Sets have no order. Null is not the empty set. */
function sameMembers(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((member) => b.includes(member));
}
