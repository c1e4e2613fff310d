/** Calls the embedded key API the plain way, with fetch, so that a test of the server does not lean on our own client. */
import { readErrorBody, type ApiErrorBody } from "../../src/api/error-body";
import { testWorld, type EmbeddedServer } from "../../src/testing";

/** What a call sends. */
export interface ApiCall {
  /** @default "GET" */
  readonly method?: string;
  readonly path: string;
  /** Sent as JSON; a string is sent as it is. @default - no body */
  readonly body?: unknown;
  /** @default - the management key of the test world, in X-API-Key */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined if it is no JSON. */
  readonly json: unknown;
  /** The body as the client reads a refusal. */
  readonly error: ApiErrorBody | undefined;
}

export const withKey = (secret: string): Record<string, string> => ({ "x-api-key": secret });
export const withBearer = (credential: string): Record<string, string> => ({ authorization: `Bearer ${credential}` });

/**
 * Sends one request.
 * @throws TypeError if no answer comes, as fetch does
 */
export async function callApi(server: Pick<EmbeddedServer, "url">, call: ApiCall): Promise<ApiAnswer> {
  const headers = call.headers ?? withKey(testWorld.managementKey.reveal());
  const response = await fetch(server.url + call.path, {
    method: call.method ?? "GET",
    headers: { "content-type": "application/json", ...headers },
    ...(call.body === undefined ? {} : { body: typeof call.body === "string" ? call.body : JSON.stringify(call.body) }),
  });
  const text = await response.text();
  const json = tryParse(text);
  return { status: response.status, headers: response.headers, text, json, error: readErrorBody(json) };
}

/** A key as the list shows it. */
export interface ListedKey {
  readonly id: string;
  readonly name: string;
  readonly scopes?: readonly string[];
  readonly last_used_at?: string | null;
  readonly revoked_at?: string | null;
}

/** The keys of the project, without the one that the tests call with. */
export async function listKeys(
  server: Pick<EmbeddedServer, "url">,
  headers?: Record<string, string>,
): Promise<ListedKey[]> {
  const { json } = await callApi(server, { path: "/v1/api-keys", ...(headers ? { headers } : {}) });
  return (json as ListedKey[]).filter(({ id }) => id !== testWorld.managementKeyId);
}

/** Makes a key and expects that it works. */
export async function createKey(
  server: Pick<EmbeddedServer, "url">,
  body: { name: string; scopes?: string[]; pinterest_account_ids?: string[] },
  headers?: Record<string, string>,
): Promise<{ id: string; secret: string }> {
  const { status, json } = await callApi(server, {
    method: "POST",
    path: "/v1/api-keys",
    body,
    ...(headers ? { headers } : {}),
  });
  expect(status).toBe(201);
  const { id, api_key: secret } = json as { id: string; api_key: string };
  return { id, secret };
}

/** Logs in as the person of the test world. */
export async function logIn(server: Pick<EmbeddedServer, "url">): Promise<string> {
  const { status, json } = await callApi(server, {
    method: "POST",
    path: "/v1/auth/login",
    headers: {},
    body: { email: testWorld.email, password: testWorld.password.reveal() },
  });
  expect(status).toBe(200);
  return (json as { access_token: string }).access_token;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
