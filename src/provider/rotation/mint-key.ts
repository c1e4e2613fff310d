/**
 * Mints a pending key, exactly one, also on a network that loses answers.
 *
 * The API cannot be asked to create a key only once: a lost answer leaves a live key whose secret nobody has. Each try therefore
 * has a nonce of its own in the key's name, by which a key without a known secret is found again, and revoked.
 */
import type { CreatedKey, KeyApiClient } from "../../client";
import { KeyturnError } from "../../model/error";
import type { Instant } from "../../model/instant";
import { taggedName } from "../../model/key-name";
import type { DeclaredRights } from "./declared-rights";

/** What is declared of the key to mint. */
export interface KeyRequest extends DeclaredRights {
  readonly logicalName: string;
}

/** What new names are made of. */
export interface NamingContext {
  /** The API's time. */
  readonly now: Instant;
  readonly nonce: () => string;
}

const maxTries = 3;

/**
 * Mints a key named as pending.
 * @throws KeyturnError OUTCOME_UNKNOWN with the names to look for, if the API loses answer after answer
 */
export async function mintPendingKey(
  client: KeyApiClient,
  { logicalName, scopes, pinterestAccountIds }: KeyRequest,
  { now, nonce }: NamingContext,
): Promise<CreatedKey> {
  const lostNames: string[] = [];
  for (;;) {
    const name = taggedName(logicalName, "pending", { at: now, nonce: nonce() });
    try {
      const created = await client.create({ name, scopes, pinterestAccountIds });
      // An answer that was lost may have been a slow commit, so the lost tries are looked for once more.
      await revokeLost(client, lostNames);
      return created;
    } catch (error) {
      if (!(error instanceof KeyturnError) || error.code !== "OUTCOME_UNKNOWN") throw error;
      lostNames.push(name);
      await revokeLost(client, lostNames);
      if (lostNames.length < maxTries) continue;
      throw new KeyturnError(
        "OUTCOME_UNKNOWN",
        `${error.message} This happened ${maxTries} times. Keys named ${lostNames.join(", ")} may exist, whose secrets nobody has; ` +
          "they are looked for by name in every later run",
        { cause: error },
      );
    }
  }
}

/**
 * Looks for keys whose secrets were lost, and revokes them. A failure here changes nothing: what is left has a name that says that
 * it is pending, so the next plan shows it.
 */
async function revokeLost(client: KeyApiClient, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  try {
    const { keys } = await client.list({ fresh: true });
    for (const { id, name, revokedAt } of keys) {
      if (names.includes(name) && !revokedAt) await client.revoke(id);
    }
  } catch (error) {
    if (!(error instanceof KeyturnError)) throw error;
  }
}
