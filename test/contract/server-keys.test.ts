import { apiKeyBody, apiKeyListBody, createdApiKeyBody } from "../../src/api/key";
import { FakeClock, startEmbeddedServer, testWorld, type EmbeddedServer } from "../../src/testing";
import { callApi, createKey, listKeys, logIn, withBearer, withKey } from "../support/call-api";
import { anyText, textMatching } from "../support/expectations";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const [account] = testWorld.accountIds;

let clock: FakeClock;
let server: EmbeddedServer;
beforeEach(async () => {
  clock = new FakeClock();
  server = await startEmbeddedServer({ clock });
});
afterEach(() => server.close());

describe("POST /v1/api-keys", () => {
  test("answers 201 with the secret and the rest of the contract", async () => {
    const { status, json } = await callApi(server, {
      method: "POST",
      path: "/v1/api-keys",
      body: { name: "scheduler-prod", scopes: ["read", "write"], pinterest_account_ids: [account] },
    });
    expect(status).toBe(201);
    expect(json).toEqual({
      id: textMatching(uuid),
      workspace_id: testWorld.projectId,
      name: "scheduler-prod",
      api_key: textMatching(/^pb_live_[\w-]{43}$/),
      scopes: ["read", "write"],
      pinterest_account_ids: [account],
      created_at: "2026-03-01T12:00:00Z",
    });
    expect(createdApiKeyBody.safeParse(json).success).toBe(true);
  });

  test("without scopes gives all of them", async () => {
    await createKey(server, { name: "wide" });
    expect(await listKeys(server)).toMatchObject([{ name: "wide", scopes: ["read", "write", "destructive"] }]);
  });

  test("with an empty list of scopes gives none", async () => {
    const { secret } = await createKey(server, { name: "narrow", scopes: [] });
    expect((await callApi(server, { path: "/v1/api-keys", headers: withKey(secret) })).status).toBe(403);
  });

  test("makes another key each time, also of the same name", async () => {
    const first = await createKey(server, { name: "same" });
    const second = await createKey(server, { name: "same" });
    expect(first.id).not.toBe(second.id);
    expect(first.secret).not.toBe(second.secret);
    expect(await listKeys(server)).toHaveLength(2);
  });

  test.each([
    ["no name", {}, ["body", "name"]],
    ["an empty name", { name: "" }, ["body", "name"]],
    ["a name of 256 characters", { name: "n".repeat(256) }, ["body", "name"]],
    ["an account that is no UUID", { name: "n", pinterest_account_ids: ["x"] }, ["body", "pinterest_account_ids", 0]],
    ["scopes that are no list", { name: "n", scopes: "read" }, ["body", "scopes"]],
    ["a list", [], ["body"]],
    ["no JSON", "{", ["body"]],
    ["an empty body", "", ["body"]],
  ])("with %s answers 422, names the field, and makes nothing", async (_name, body, loc) => {
    const answer = await callApi(server, { method: "POST", path: "/v1/api-keys", body });
    expect(answer.status).toBe(422);
    expect(answer.json).toEqual({ detail: [{ loc, msg: anyText(), type: anyText() }] });
    expect(answer.error?.fields).toHaveLength(1);
    expect(await listKeys(server)).toEqual([]);
  });

  test("with a body larger than 1 MiB answers 413", async () => {
    const body = { name: "n", scopes: ["s".repeat(1024 * 1024)] };
    expect((await callApi(server, { method: "POST", path: "/v1/api-keys", body })).status).toBe(413);
  });
});

describe("GET /v1/api-keys", () => {
  test("answers a bare array of keys without secrets", async () => {
    const headers = withBearer(await logIn(server));
    const { id, secret } = await createKey(server, { name: "scheduler-prod", scopes: ["read"] }, headers);
    const answer = await callApi(server, { path: "/v1/api-keys" });
    expect(apiKeyListBody.safeParse(answer.json).success).toBe(true);
    expect((answer.json as { id: string }[]).find((key) => key.id === id)).toEqual({
      id,
      workspace_id: testWorld.projectId,
      name: "scheduler-prod",
      scopes: ["read"],
      pinterest_account_ids: null,
      source: "manual",
      client_name: null,
      authorized_by_email: testWorld.email,
      last_used_at: null,
      created_at: "2026-03-01T12:00:00Z",
      revoked_at: null,
    });
    expect(answer.text).not.toContain(secret);
    expect(answer.text).not.toContain("api_key");
  });

  test("shows when a key was used last, by the server's clock", async () => {
    const { secret } = await createKey(server, { name: "scheduler-prod" });
    clock.advance({ ms: 90_500 });
    await callApi(server, { path: "/v1/pinterest/accounts", headers: withKey(secret) });
    expect(await listKeys(server)).toMatchObject([{ last_used_at: "2026-03-01T12:01:30.500Z" }]);
  });

  test("counts a use that was refused for want of a scope", async () => {
    const { secret } = await createKey(server, { name: "narrow", scopes: [] });
    await callApi(server, { path: "/v1/pinterest/accounts", headers: withKey(secret) });
    expect(await listKeys(server)).toMatchObject([{ last_used_at: "2026-03-01T12:00:00Z" }]);
  });

  test("shows keys of applications as they are", async () => {
    const seeded = await startEmbeddedServer({
      seed: {
        keys: [
          { name: "management", secret: testWorld.managementKey },
          { name: "app", source: "oauth", clientName: "Editor", authorizedByEmail: "a@acme.example" },
        ],
      },
    });
    const { json } = await callApi(seeded, { path: "/v1/api-keys" });
    expect(json).toMatchObject([{}, { source: "oauth", client_name: "Editor", authorized_by_email: "a@acme.example" }]);
    await seeded.close();
  });
});

describe("PATCH /v1/api-keys/{id}", () => {
  test.each([
    ["the name", { name: "scheduler-prod~retiring~abc" }],
    ["the scopes", { scopes: ["read"] }],
    ["the account limit", { pinterest_account_ids: [account] }],
    ["all three", { name: "n", scopes: [], pinterest_account_ids: [account] }],
  ])("changes %s and nothing else, and answers the key", async (_name, body) => {
    const { id, secret } = await createKey(server, { name: "scheduler-prod", scopes: ["read", "write"] });
    const [before] = await listKeys(server);
    const answer = await callApi(server, { method: "PATCH", path: `/v1/api-keys/${id}`, body });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ ...before, ...body });
    expect(apiKeyBody.safeParse(answer.json).success).toBe(true);
    expect(await listKeys(server)).toEqual([{ ...before, ...body }]);
    expect((await callApi(server, { path: "/healthz", headers: withKey(secret) })).status).toBe(200);
  });

  test("takes an account limit away with null", async () => {
    const { id } = await createKey(server, { name: "n", pinterest_account_ids: [account] });
    const body = { pinterest_account_ids: null };
    const { json } = await callApi(server, { method: "PATCH", path: `/v1/api-keys/${id}`, body });
    expect(json).toMatchObject({ pinterest_account_ids: null });
  });

  test("holds for the very next request of the key", async () => {
    const { id, secret } = await createKey(server, { name: "n" });
    await callApi(server, { method: "PATCH", path: `/v1/api-keys/${id}`, body: { scopes: ["write"] } });
    expect((await callApi(server, { path: "/v1/api-keys", headers: withKey(secret) })).status).toBe(403);
  });

  test.each([
    ["nothing", {}, 422],
    ["nothing that is known", { owner: "me" }, 422],
    ["an empty name", { name: "" }, 422],
  ])("with %s answers %j", async (_name, body, status) => {
    const { id } = await createKey(server, { name: "n" });
    expect((await callApi(server, { method: "PATCH", path: `/v1/api-keys/${id}`, body })).status).toBe(status);
  });

  test("of an unknown key answers 404", async () => {
    const answer = await callApi(server, { method: "PATCH", path: "/v1/api-keys/none", body: { name: "n" } });
    expect(answer.status).toBe(404);
    expect(answer.error?.code).toBe("api_key_not_found");
  });
});

describe("DELETE /v1/api-keys/{id}", () => {
  test("answers 204 without a body", async () => {
    const { id } = await createKey(server, { name: "n" });
    const answer = await callApi(server, { method: "DELETE", path: `/v1/api-keys/${id}` });
    expect(answer.status).toBe(204);
    expect(answer.text).toBe("");
    expect(await listKeys(server)).toEqual([]);
  });

  test("of an unknown key answers 404", async () => {
    expect((await callApi(server, { method: "DELETE", path: "/v1/api-keys/none" })).status).toBe(404);
  });

  test("may be asked of the calling key itself", async () => {
    const { id, secret } = await createKey(server, { name: "n" });
    const answer = await callApi(server, { method: "DELETE", path: `/v1/api-keys/${id}`, headers: withKey(secret) });
    expect(answer.status).toBe(204);
  });
});

describe("POST /v1/pins", () => {
  test.each([
    ["a key without a limit, for an account of the project", undefined, account, 201, undefined],
    ["a key limited to the account", [account], account, 201, undefined],
    ["a key limited to another account", [testWorld.accountIds[1]], account, 403, "account_not_permitted"],
    ["a key limited to no account", [], account, 403, "account_not_permitted"],
    ["a key without a limit, for an unknown account", undefined, "unknown", 404, "account_not_found"],
  ])("by %s", async (_name, limit, accountId, status, code) => {
    const { secret } = await createKey(server, { name: "n", ...(limit ? { pinterest_account_ids: limit } : {}) });
    const body = { account_id: accountId, title: "A pin" };
    const answer = await callApi(server, { method: "POST", path: "/v1/pins", headers: withKey(secret), body });
    expect(answer.status).toBe(status);
    expect(answer.error?.code).toBe(code);
  });

  test("is limited like the list of accounts", async () => {
    const { secret } = await createKey(server, { name: "n", pinterest_account_ids: [account] });
    const { json } = await callApi(server, { path: "/v1/pinterest/accounts", headers: withKey(secret) });
    expect(json).toEqual([{ id: account, username: "acme-first" }]);
  });
});

describe("every answer", () => {
  test.each([
    ["GET", "/healthz", 200],
    ["GET", "/v1/api-keys", 200],
    ["DELETE", "/v1/api-keys/none", 404],
    ["POST", "/v1/api-keys", 422],
    ["GET", "/no/such/page", 404],
    ["PUT", "/v1/api-keys", 404],
  ])("to %s %s has a request id of its own and the server's own date", async (method, path, status) => {
    const answers = [await callApi(server, { method, path }), await callApi(server, { method, path })];
    const ids = new Set(answers.map(({ headers }) => headers.get("x-request-id")));
    expect(ids.size).toBe(2);
    expect([...ids].every((id) => id?.startsWith("req_"))).toBe(true);
    for (const answer of answers) {
      expect(answer.status).toBe(status);
      expect(answer.headers.get("date")).toBe("Sun, 01 Mar 2026 12:00:00 GMT");
    }
  });
});

describe("the request log", () => {
  test("names method, path, status, time and key of every request, and no secret", async () => {
    const { id, secret } = await createKey(server, { name: "n", scopes: ["read"] });
    server.clearRequests();
    await callApi(server, { path: "/v1/activity-logs?limit=1", headers: withKey(secret) });
    await callApi(server, { method: "DELETE", path: `/v1/api-keys/${id}`, headers: withKey(secret) });
    await callApi(server, { path: "/healthz", headers: {} });
    const at = clock.now();
    expect(server.requests()).toEqual([
      { method: "GET", path: "/v1/activity-logs", status: 200, at, requestId: anyText(), keyId: id },
      { method: "DELETE", path: `/v1/api-keys/${id}`, status: 403, at, requestId: anyText(), keyId: id },
      { method: "GET", path: "/healthz", status: 200, at, requestId: anyText(), keyId: undefined },
    ]);
    expect(JSON.stringify(server.requests())).not.toContain(secret);
  });
});
