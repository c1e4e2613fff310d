/**
 * Builds the state of a key from what is declared and what the API says.
 */
import { Instant } from "../../model/instant";
import type { ListedKey } from "../../model/listed-key";
import type { ApiKeyState } from "../schema/api-key-schema";

/** What the API's answers make of the computed attributes, besides the name. */
export function identityAttributes(
  keyId: string,
  createdAt: Instant,
): Pick<ApiKeyState, "id" | "created_at" | "generation"> {
  return { id: keyId, created_at: createdAt.toString(), generation: Math.floor(createdAt.epochMs / 1000) };
}

/** When a key was created: as the API says, or as was recorded, where an older deployment does not say. */
export function createdAtOf(key: ListedKey, recorded: Pick<ApiKeyState, "created_at">, otherwise: Instant): Instant {
  if (key.createdAt) return key.createdAt;
  return recorded.created_at === null ? otherwise : Instant.parse(recorded.created_at);
}

/** The other keys of the same name that still work, as the state lists them. */
export function leftoversAttribute(leftovers: readonly ListedKey[]): NonNullable<ApiKeyState["retiring"]> {
  return leftovers.map(({ id, name, createdAt }) => ({ id, name, created_at: createdAt?.toString() ?? null }));
}

/**
 * The rights of a key as the API lists them; what was recorded before, where an older deployment does not say.
 * A deployment that tells scopes tells account ids as well, so their absence there means that the key is not restricted.
 */
export function rightsAttributes(
  key: ListedKey,
  recorded: Pick<ApiKeyState, "scopes" | "pinterest_account_ids">,
): Pick<ApiKeyState, "scopes" | "pinterest_account_ids"> {
  if (!key.scopes) return { scopes: recorded.scopes, pinterest_account_ids: recorded.pinterest_account_ids };
  return { scopes: key.scopes, pinterest_account_ids: key.pinterestAccountIds ?? null };
}
