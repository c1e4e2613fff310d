/** The calls that change keys, checked before they are sent. What the API would understand in a dangerous way is refused here. */
import { KeyturnError } from "../model/error";
import { maxNameLength } from "../model/key-name";
import type { ApiRequest } from "./api-request";
import type { KeyChanges, NewKey } from "./key-api-client";

const keysPath = "/v1/api-keys";

/** The call that lists all keys. */
export const listRequest: ApiRequest = { method: "GET", path: keysPath, purpose: "list the keys" };

/**
 * The call that makes a key.
 * @throws KeyturnError INVALID_VALUE
 */
export function createRequest({ name, scopes, pinterestAccountIds }: NewKey): ApiRequest {
  checkName(name);
  checkScopes(scopes);
  return {
    method: "POST",
    path: keysPath,
    body: {
      name,
      scopes,
      ...(pinterestAccountIds === undefined ? {} : { pinterest_account_ids: pinterestAccountIds }),
    },
    purpose: `create the key ${name}`,
    isOnceOnly: true,
  };
}

/**
 * The call that changes a key.
 * @throws KeyturnError INVALID_VALUE
 */
export function updateRequest(id: string, { name, scopes, pinterestAccountIds }: KeyChanges): ApiRequest {
  if (name !== undefined) checkName(name);
  if (scopes !== undefined) checkScopes(scopes);
  const body = {
    ...(name === undefined ? {} : { name }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(pinterestAccountIds === undefined ? {} : { pinterest_account_ids: pinterestAccountIds }),
  };
  if (Object.keys(body).length === 0) {
    throw new KeyturnError(
      "INVALID_VALUE",
      `nothing is to be changed of the key ${id}; give its name, scopes or accounts`,
    );
  }
  return { method: "PATCH", path: keyPath(id), body, purpose: `update the key ${id}` };
}

/**
 * The call that revokes a key.
 * @throws KeyturnError INVALID_VALUE
 */
export function revokeRequest(id: string): ApiRequest {
  return { method: "DELETE", path: keyPath(id), purpose: `revoke the key ${id}` };
}

/** An id that is no plain word could make the path mean something else, such as all keys. */
function keyPath(id: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) {
    throw new KeyturnError("INVALID_VALUE", `"${id}" is not the id of a key; the list of keys shows the ids`);
  }
  return `${keysPath}/${id}`;
}

function checkName(name: string): void {
  if (name === "") throw new KeyturnError("INVALID_VALUE", "the name of a key is empty");
  if (name.length > maxNameLength) {
    throw new KeyturnError(
      "INVALID_VALUE",
      `the name of a key has ${name.length} characters; ${maxNameLength} are allowed`,
    );
  }
}

function checkScopes(scopes: readonly string[]): void {
  if (scopes.length === 0) {
    throw new KeyturnError(
      "INVALID_VALUE",
      "no scopes are given, which would mean all scopes; name those that are needed",
    );
  }
}
