/**
 * Makes sure that a new key has no other rights than were asked for.
 *
 * On this API a key without scopes has all of them, and one without accounts may act for all. So an answer that tells of wider rights
 * than were asked for is not taken on trust. An older deployment tells neither.
 */
import { KeyturnError } from "../../model/error";
import type { ListedKey } from "../../model/listed-key";

/** What is declared that a key may do. */
export interface DeclaredRights {
  readonly scopes: readonly string[];
  /** Undefined means every account of the workspace. */
  readonly pinterestAccountIds: readonly string[] | undefined;
}

/** @throws KeyturnError UNEXPECTED_ANSWER if the key has other rights */
export function requireDeclaredRights(key: ListedKey, { scopes, pinterestAccountIds }: DeclaredRights): void {
  if (!key.scopes) return;
  const hasOtherScopes = key.scopes.length === 0 || key.scopes.some((scope) => !scopes.includes(scope));
  const hasOtherAccounts =
    pinterestAccountIds && !key.pinterestAccountIds?.every((account) => pinterestAccountIds.includes(account));
  if (!hasOtherScopes && !hasOtherAccounts) return;
  const got = `the scopes ${key.scopes.join(", ") || "(all)"} and the accounts ${key.pinterestAccountIds?.join(", ") ?? "(all)"}`;
  throw new KeyturnError("UNEXPECTED_ANSWER", `the API gave the new key other rights than were asked for: ${got}`);
}
