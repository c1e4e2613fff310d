/**
 * Puts the client together: transport, retries, credential, shared list.
 *
 * Everything secret lives in closures, so a client that is logged or inspected shows the names of its methods and nothing else.
 */
import { createdApiKeyBody, apiKeyBody } from "../api/key";
import { Secret } from "../model/secret";
import { readActivity, readActivityPages } from "./activity";
import { readOptions, type KeyApiClientOptions } from "./client-options";
import { reader } from "./content";
import { checkSendable, keyHeader } from "./credentials";
import { refusalError, unexpectedError } from "./describe-error";
import { createExchange } from "./exchange";
import type { Authentication, CreatedKey, KeyApiClient, KeyListing, Revocation } from "./key-api-client";
import { createRequest, listRequest, revokeRequest, updateRequest } from "./key-requests";
import { readProjects } from "./projects";
import { listedKey, readKeyList } from "./read-keys";
import { apiTimeOf, readReply } from "./read-reply";
import type { Reply } from "./reply";
import { authenticate } from "./session";
import { shareReads } from "./shared-read";
import { openTransport } from "./transport";
import { waitFor } from "./wait-for";

/**
 * Makes a client of the key API. Nothing is sent before the first call. Close it when it is no longer needed.
 * @throws KeyturnError INVALID_CONFIGURATION for options that cannot work
 */
export function createKeyApiClient(options: KeyApiClientOptions): KeyApiClient {
  const settings = readOptions(options);
  const { endpoint, clock } = settings;
  const closing = new AbortController();
  const transport = openTransport({ ...settings, closing: closing.signal });
  const exchange = createExchange({
    transport,
    host: endpoint.host,
    clock,
    limits: settings,
    logger: settings.logger,
    closing: closing.signal,
  });
  const send = authenticate(settings.credentials, exchange);
  const sharedList = shareReads<KeyListing>({
    request: async () => {
      const reply = await send(listRequest, undefined);
      return { keys: readReply(reply, readKeyList), servedAt: apiTimeOf(reply) };
    },
    clock,
    maxAgeMs: settings.listMaxAgeMs,
  });

  return {
    list: ({ fresh = false, signal } = {}) => waitFor(() => sharedList.read({ fresh }), listRequest.purpose, signal),
    create: async (key, { signal } = {}) => {
      const request = createRequest(key);
      return sharedList.write(async () => readReply(await send(request, signal), readCreatedKey));
    },
    update: async (id, changes, { signal } = {}) => {
      const request = updateRequest(id, changes);
      return sharedList.write(async () => readReply(await send(request, signal), readKey));
    },
    revoke: async (id, { signal } = {}) => {
      const request = revokeRequest(id);
      return sharedList.write(async () => readRevocation(await send(request, signal)));
    },
    authenticates: async (secret, { signal } = {}) => {
      checkSendable(secret, "secret", "INVALID_VALUE");
      const request = { method: "GET", path: "/v1/pinterest/accounts", purpose: "try a secret" } as const;
      // The API may note the try as a use, and a list from before would make it look like a service's later on.
      return sharedList.write(async () =>
        readAuthentication(await exchange({ ...request, credential: keyHeader(secret) }, signal)),
      );
    },
    activity: (filters = {}, { signal } = {}) => readActivity(send, filters, signal),
    activityPages: (filters = {}, { signal } = {}) => readActivityPages(send, filters, signal),
    projects: async ({ signal } = {}) => {
      const reply = await send({ method: "GET", path: "/v1/projects", purpose: "list the projects" }, signal);
      return readReply(reply, readProjects);
    },
    close: () => {
      closing.abort();
      return transport.close();
    },
  };
}

const parseKey = reader(apiKeyBody);
const parseCreatedKey = reader(createdApiKeyBody);

const readKey = (json: unknown) => listedKey(parseKey(json));

function readCreatedKey(json: unknown): CreatedKey {
  const body = parseCreatedKey(json);
  return { key: listedKey(body), secret: new Secret(body.api_key) };
}

/** A 404 counts only in the API's own words: that of a proxy says nothing about the key, which may well be alive. */
function readRevocation(reply: Reply): Revocation {
  const { status } = reply.answer;
  if (status === 204) return "revoked";
  if (status === 404 && reply.problem) return "absent";
  throw status < 300 ? unexpectedError(reply, "204 was expected") : refusalError(reply);
}

/** As with a revocation, only the API's own refusals say anything about the secret. */
function readAuthentication(reply: Reply): Authentication {
  const { status, servedAt, requestId } = reply.answer;
  if (reply.problem && (status === 401 || status === 403))
    return { authenticates: status === 403, servedAt, requestId };
  readReply(reply, () => undefined);
  return { authenticates: true, servedAt, requestId };
}
