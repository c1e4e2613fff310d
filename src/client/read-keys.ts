/**
 * Reads keys from the wire into the form that the rest of keyturn knows.
 *
 * The list is the hot path: a provider process is young when it reads thousands of keys, and the first run of a schema over 5,000 of
 * them takes ten times as long as these checks. They accept what `apiKeyListBody` accepts (a test holds them to it), and where they
 * refuse, that schema finds the words. A timestamp that cannot be read is refused: read as "never", it could end a key that is in use.
 */
import { apiKeyListBody, type ApiKeyBody } from "../api/key";
import type { Instant } from "../model/instant";
import type { ListedKey } from "../model/listed-key";
import { reader, readInstant } from "./content";

/**
 * Reads the answer to `GET /v1/api-keys`.
 * @throws UnreadableContent
 */
export function readKeyList(json: unknown): readonly ListedKey[] {
  if (!isKeyRows(json)) return readWithSchema(json).map(listedKey);
  return json.map(listedKey);
}

const readWithSchema = reader(apiKeyListBody);

/** A key on the wire, in which null still stands for "not said". */
type KeyRow = { readonly [Field in keyof ApiKeyBody]: ApiKeyBody[Field] | null } & { id: string; name: string };

/**
 * Translates a key of the API.
 * @throws UnreadableContent for a timestamp that cannot be read
 */
export function listedKey(row: KeyRow): ListedKey {
  return {
    id: row.id,
    name: row.name,
    workspaceId: row.workspace_id ?? undefined,
    scopes: row.scopes ?? undefined,
    pinterestAccountIds: row.pinterest_account_ids ?? undefined,
    source: row.source ?? undefined,
    clientName: row.client_name ?? undefined,
    authorizedByEmail: row.authorized_by_email ?? undefined,
    lastUsedAt: instantOf(row, "last_used_at"),
    createdAt: instantOf(row, "created_at"),
    createdAtText: row.created_at ?? undefined,
    revokedAt: instantOf(row, "revoked_at"),
  };
}

function instantOf(row: KeyRow, field: "last_used_at" | "created_at" | "revoked_at"): Instant | undefined {
  const text = row[field];
  return text === undefined || text === null ? undefined : readInstant(field, text);
}

function isKeyRows(json: unknown): json is readonly KeyRow[] {
  return Array.isArray(json) && json.every(isKeyRow);
}

function isKeyRow(row: unknown): row is KeyRow {
  if (typeof row !== "object" || row === null || Array.isArray(row)) return false;
  const fields: Partial<Record<keyof ApiKeyBody, unknown>> = row;
  return (
    isFilledText(fields.id) &&
    typeof fields.name === "string" &&
    isAbsentOr(isText, fields.workspace_id) &&
    isAbsentOr(isTexts, fields.scopes) &&
    isAbsentOr(isTexts, fields.pinterest_account_ids) &&
    isAbsentOr(isText, fields.source) &&
    isAbsentOr(isText, fields.client_name) &&
    isAbsentOr(isText, fields.authorized_by_email) &&
    isAbsentOr(isFilledText, fields.last_used_at) &&
    isAbsentOr(isFilledText, fields.created_at) &&
    isAbsentOr(isFilledText, fields.revoked_at)
  );
}

function isAbsentOr(check: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || value === null || check(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isFilledText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
