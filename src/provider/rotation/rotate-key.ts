/**
 * Puts a new key into the place of the active one, as a two-phase commit.
 *
 * Mint as pending, prove that the secret authenticates, then rename: the old key to retiring and the new one to active. Until the
 * last rename nothing is lost, and a failure takes everything back. Nothing is revoked here but what this run has minted itself.
 */
import type { KeyApiClient } from "../../client";
import { KeyturnError } from "../../model/error";
import { generationsOf } from "../../model/generations";
import { retiringName } from "../../model/key-name";
import type { ListedKey } from "../../model/listed-key";
import type { Secret } from "../../model/secret";
import { mintPendingKey, type KeyRequest } from "./mint-key";
import { proveKey, type Proof } from "./prove-key";

/** The generation that is now active. */
export interface RotatedKey {
  readonly key: ListedKey;
  readonly secret: Secret;
  readonly proof: Proof;
  /** The other keys of the logical name that still work, as they are named now. */
  readonly leftovers: readonly ListedKey[];
}

/**
 * Makes a new generation of a logical key the active one. A key that was active before is retiring afterwards.
 * @throws KeyturnError after everything has been taken back; the message says so, or names what could not be taken back
 */
export async function rotateKey(client: KeyApiClient, request: KeyRequest, nonce: () => string): Promise<RotatedKey> {
  const before = generationsOf((await client.list({ fresh: true })).keys, request.logicalName);
  const [predecessor, ...others] = before.active;
  if (others.length > 0) throw severalActive(request.logicalName, before.active);

  const { key, secret } = await mintPendingKey(client, request, nonce);
  const renamed: ListedKey[] = [];
  try {
    requireDeclaredRights(key, request);
    const proof = await proveKey(client, key, secret);
    if (predecessor) {
      const name = retiringName(request.logicalName, nonce());
      if (await rename(client, predecessor, name)) renamed.push({ ...predecessor, name });
    }
    await client.update(key.id, { name: request.logicalName });
    return { key: proof.listed, secret, proof, leftovers: [...before.retiring, ...renamed, ...before.pending] };
  } catch (error) {
    throw await takeBack(client, error, { minted: key, predecessor });
  }
}

/** The error for a name that more than one active key has: nobody knows which one is in use. */
export function severalActive(logicalName: string, keys: readonly ListedKey[]): KeyturnError {
  const ids = keys.map(({ id }) => id).join(", ");
  return new KeyturnError(
    "CONFLICT",
    `several keys are named ${logicalName}: ${ids}; rename all but the one that is in use, then try again. Nothing was changed`,
  );
}

/** @returns false if there is no such key any more: it was revoked since it was listed */
async function rename(client: KeyApiClient, { id }: ListedKey, name: string): Promise<boolean> {
  try {
    await client.update(id, { name });
    return true;
  } catch (error) {
    if (error instanceof KeyturnError && error.code === "NOT_FOUND") return false;
    throw error;
  }
}

/**
 * On this API a key without scopes has all of them, and one without accounts may act for all. So an answer that tells of wider
 * rights than were asked for is not taken on trust. An older deployment tells neither.
 */
function requireDeclaredRights(key: ListedKey, { scopes, pinterestAccountIds }: KeyRequest): void {
  if (!key.scopes) return;
  const hasOtherScopes = key.scopes.length === 0 || key.scopes.some((scope) => !scopes.includes(scope));
  const hasOtherAccounts =
    pinterestAccountIds && !key.pinterestAccountIds?.every((account) => pinterestAccountIds.includes(account));
  if (!hasOtherScopes && !hasOtherAccounts) return;
  const got = `the scopes ${key.scopes.join(", ") || "(all)"} and the accounts ${key.pinterestAccountIds?.join(", ") ?? "(all)"}`;
  throw new KeyturnError("UNEXPECTED_ANSWER", `the API gave the new key other rights than were asked for: ${got}`);
}

/**
 * Revokes what was minted, whose secret has reached nobody, and then gives the old key its name back; in this order, so that
 * there are never two active names. What cannot be taken back is left to the next run, which finds it by its name.
 */
async function takeBack(
  client: KeyApiClient,
  error: unknown,
  { minted, predecessor }: { readonly minted: ListedKey; readonly predecessor: ListedKey | undefined },
): Promise<KeyturnError> {
  const code = error instanceof KeyturnError ? error.code : "API_FAILED";
  const outcome: string[] = [];
  try {
    await client.revoke(minted.id);
    outcome.push(`The new key ${minted.id} was revoked again.`);
    if (predecessor && (await rename(client, predecessor, predecessor.name))) {
      outcome.push(`The old key ${predecessor.id} is as it was.`);
    }
  } catch (undoError) {
    if (outcome.length === 0)
      outcome.push(`The new key ${minted.id} could not be revoked again, and may be left over.`);
    if (predecessor) outcome.push(`The old key ${predecessor.id} may be named as retiring; it works all the same.`);
    outcome.push(`The reason: ${messageOf(undoError)}.`);
  }
  outcome.push("It is safe to run this again.");
  return new KeyturnError(code, `${messageOf(error)}\n\n${outcome.join(" ")}`, { cause: error });
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
