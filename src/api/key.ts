/**
 * Keys on the wire: what the API is sent and what it answers.
 *
 * Older deployments know only `id` and `name`, so everything else in a listed key is optional; absent and null both read as undefined.
 * Enums are open: an unknown `source` is kept as it is.
 */
import * as z from "zod";
import { maxNameLength } from "../model/key-name";

const timestamp = z.string().min(1);
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

/** A key as `GET /v1/api-keys` lists it, and as `PATCH` answers it. */
export const apiKeyBody = z.object({
  id: z.string().min(1),
  name: z.string(),
  workspace_id: optional(z.string()),
  scopes: optional(z.array(z.string())),
  pinterest_account_ids: optional(z.array(z.string())),
  source: optional(z.string()),
  client_name: optional(z.string()),
  authorized_by_email: optional(z.string()),
  last_used_at: optional(timestamp),
  created_at: optional(timestamp),
  revoked_at: optional(timestamp),
});
export type ApiKeyBody = z.infer<typeof apiKeyBody>;

export const apiKeyListBody = z.array(apiKeyBody);

/** The answer to `POST /v1/api-keys`: the only place where the secret ever appears. */
export const createdApiKeyBody = apiKeyBody.extend({ api_key: z.string().min(1) });

const name = z.string().min(1).max(maxNameLength);
const scopes = z.array(z.string().min(1));
const accountIds = z.array(z.uuid());

export const createApiKeyRequest = z.object({
  name,
  scopes: scopes.optional(),
  pinterest_account_ids: accountIds.nullish(),
});

export const updateApiKeyRequest = z
  .object({ name: name.optional(), scopes: scopes.optional(), pinterest_account_ids: accountIds.nullish() })
  .refine(
    (body) => Object.values(body).some((value) => value !== undefined),
    "give at least one of name, scopes, pinterest_account_ids",
  );
