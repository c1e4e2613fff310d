/**
 * Keys: create, list, change, revoke. Every answer to a change is sent after the change is durable.
 *
 * A key that calls needs the scope `read` to list, `write` to create and change, `destructive` to revoke. It may give a new key more
 * scopes than it has itself: the contract does not say otherwise.
 */
import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import { createApiKeyRequest, updateApiKeyRequest } from "../../api/key";
import { recordActivity } from "../activity-event";
import { ApiFailure } from "../api-failure";
import { authenticate } from "../authenticate";
import type { RequestEnvironment, ServerParts } from "../context";
import { readBody } from "../request-body";
import { keyBody } from "../store/key-list-text";
import { allScopes, hashOf, newSecret, type KeyRecord } from "../store/key-record";
import type { KeyChanges } from "../store/key-store";

const jsonHeaders = { "content-type": "application/json" };
const resourceType = "api_key";

export function addApiKeyRoutes(app: Hono<RequestEnvironment>, parts: ServerParts): void {
  const { keys, behaviour, clock } = parts;

  app.get("/v1/api-keys", (context) => {
    const { project } = authenticate(parts, context, "read");
    parts.lastUsed.settle();
    return context.body(parts.keyListText.render(keys.list(project.id), behaviour.current), 200, jsonHeaders);
  });

  app.post("/v1/api-keys", async (context) => {
    const caller = authenticate(parts, context, "write");
    const { namesOnly, keysMayCreateKeys } = behaviour.current;
    if (caller.kind === "key" && !keysMayCreateKeys) {
      throw new ApiFailure(403, "user_required", "A key may not create keys; log in as a person.");
    }
    const request = await readBody(context, createApiKeyRequest);
    refuseTakenName(parts, caller.project.id, request.name);
    const secret = newSecret(caller.project.environment);
    const scopes = namesOnly ? undefined : request.scopes;
    const record: KeyRecord = {
      id: randomUUID(),
      projectId: caller.project.id,
      name: request.name,
      scopes: scopes ?? allScopes,
      accountIds: (namesOnly ? undefined : request.pinterest_account_ids) ?? null,
      source: "manual",
      clientName: null,
      authorizedByEmail: caller.kind === "user" ? caller.user.email : null,
      createdAt: clock.now(),
      lastUsedAt: null,
      revokedAt: null,
      secretHash: hashOf(secret.reveal()),
    };
    await keys.add(record);
    recordActivity(parts, context, {
      action: "api_key.created",
      category: "security",
      message: `Created the key "${record.name}"`,
      resourceType,
      resourceId: record.id,
    });
    return context.json(createdBody(record, secret.reveal(), namesOnly), 201);
  });

  app.patch("/v1/api-keys/:id", async (context) => {
    const { project } = authenticate(parts, context, "write");
    // Before the key is looked up: while the body comes in, another request may revoke the key.
    const request = await readBody(context, updateApiKeyRequest);
    const record = findKey(parts, project.id, context.req.param("id"));
    if (record.revokedAt !== null) {
      if (!behaviour.current.listsRevokedKeys) throw keyNotFound();
      throw new ApiFailure(409, "key_revoked", "This key is revoked and cannot be changed.");
    }
    if (request.name !== undefined && request.name !== record.name) refuseTakenName(parts, project.id, request.name);
    const { namesOnly } = behaviour.current;
    const changes: KeyChanges = {
      ...(request.name === undefined ? {} : { name: request.name }),
      ...(request.scopes === undefined || namesOnly ? {} : { scopes: request.scopes }),
      ...(request.pinterest_account_ids === undefined || namesOnly
        ? {}
        : { accountIds: request.pinterest_account_ids }),
    };
    await keys.change(record.id, changes);
    recordActivity(parts, context, {
      action: "api_key.updated",
      category: "security",
      message: `Changed the key "${record.name}"`,
      resourceType,
      resourceId: record.id,
    });
    return context.json(keyBody(findKey(parts, project.id, record.id), behaviour.current));
  });

  app.delete("/v1/api-keys/:id", async (context) => {
    const { project } = authenticate(parts, context, "destructive");
    const record = findKey(parts, project.id, context.req.param("id"));
    if (record.revokedAt !== null) {
      if (behaviour.current.secondDelete === 404) throw keyNotFound();
      return context.body(null, 204);
    }
    await keys.change(record.id, { revokedAt: clock.now() });
    recordActivity(parts, context, {
      action: "api_key.revoked",
      category: "security",
      message: `Revoked the key "${record.name}"`,
      resourceType,
      resourceId: record.id,
    });
    return context.body(null, 204);
  });
}

function createdBody(record: KeyRecord, secret: string, namesOnly: boolean): object {
  if (namesOnly) return { id: record.id, name: record.name, api_key: secret };
  return {
    id: record.id,
    workspace_id: record.projectId,
    name: record.name,
    api_key: secret,
    scopes: record.scopes,
    pinterest_account_ids: record.accountIds,
    created_at: record.createdAt,
  };
}

function findKey({ keys }: ServerParts, projectId: string, id: string): KeyRecord {
  const record = keys.find(projectId, id);
  if (!record) throw keyNotFound();
  return record;
}

function keyNotFound(): ApiFailure {
  return new ApiFailure(404, "api_key_not_found", "There is no key with this id in the project.");
}

function refuseTakenName({ keys, behaviour }: ServerParts, projectId: string, name: string): void {
  if (!behaviour.current.uniqueNames) return;
  const isTaken = keys.list(projectId).some((record) => record.name === name && record.revokedAt === null);
  if (isTaken) throw new ApiFailure(409, "name_taken", "A key with this name exists in the project.");
}
