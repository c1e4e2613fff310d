import { FakeClock, startEmbeddedServer, testWorld, type Behaviour, type EmbeddedServer } from "../../src/testing";
import { callApi, createKey, listKeys, logIn, withBearer, withKey } from "../support/call-api";
import { textMatching } from "../support/expectations";

let server: EmbeddedServer;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  server = await startEmbeddedServer({ clock });
});
afterEach(() => server.close());

const create = (body: object) => callApi(server, { method: "POST", path: "/v1/api-keys", body });
const revoke = (id: string) => callApi(server, { method: "DELETE", path: `/v1/api-keys/${id}` });
const rename = (id: string, name: string) =>
  callApi(server, { method: "PATCH", path: `/v1/api-keys/${id}`, body: { name } });

describe("unique names", () => {
  beforeEach(() => {
    server.changeBehaviour({ uniqueNames: true });
  });

  test("refuse a second key of the same name with 409", async () => {
    await createKey(server, { name: "same" });
    const answer = await create({ name: "same" });
    expect(answer.status).toBe(409);
    expect(answer.error?.code).toBe("name_taken");
    expect(await listKeys(server)).toHaveLength(1);
  });

  test("hold under a race: one of two wins", async () => {
    const answers = await Promise.all([create({ name: "same" }), create({ name: "same" })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test("refuse a rename to a taken name, and allow a rename to the same one", async () => {
    const { id } = await createKey(server, { name: "one" });
    await createKey(server, { name: "two" });
    expect((await rename(id, "two")).status).toBe(409);
    expect((await rename(id, "one")).status).toBe(200);
  });

  test("do not count revoked keys", async () => {
    const { id } = await createKey(server, { name: "same" });
    await revoke(id);
    expect((await create({ name: "same" })).status).toBe(201);
  });
});

describe("revoked keys", () => {
  test.each([
    [false, 0, 404],
    [true, 1, 409],
  ])("listed %s: %i in the list, and a change answers %i", async (listsRevokedKeys, count, status) => {
    server.changeBehaviour({ listsRevokedKeys });
    const { id } = await createKey(server, { name: "n" });
    clock.advance({ ms: 1000 });
    await revoke(id);
    const listed = await listKeys(server);
    expect(listed).toHaveLength(count);
    expect(listed.every((key) => key.revoked_at === "2026-03-01T12:00:01Z")).toBe(true);
    expect((await rename(id, "other")).status).toBe(status);
  });

  test.each<[Behaviour["secondDelete"]]>([[204], [404]])("revoked again answer %i, if so switched", async (status) => {
    server.changeBehaviour({ secondDelete: status, listsRevokedKeys: true });
    const { id } = await createKey(server, { name: "n" });
    expect((await revoke(id)).status).toBe(204);
    clock.advance({ ms: 1000 });
    expect((await revoke(id)).status).toBe(status);
    expect(await listKeys(server)).toMatchObject([{ revoked_at: "2026-03-01T12:00:00Z" }]);
  });
});

describe("an older deployment that knows names only", () => {
  beforeEach(() => {
    server.changeBehaviour({ namesOnly: true });
  });

  test("lists id and name and nothing else", async () => {
    const { id } = await createKey(server, { name: "scheduler-prod", scopes: ["read"] });
    expect(await listKeys(server)).toEqual([{ id, name: "scheduler-prod" }]);
  });

  test("ignores scopes and account limits: the key may do everything", async () => {
    const { secret } = await createKey(server, { name: "n", scopes: ["read"], pinterest_account_ids: [] });
    const body = { account_id: testWorld.accountIds[0] };
    const answer = await callApi(server, { method: "POST", path: "/v1/pins", headers: withKey(secret), body });
    expect(answer.status).toBe(201);
  });

  test("answers a new key with id, name and secret", async () => {
    const { json } = await create({ name: "n" });
    expect(Object.keys(json as object).sort()).toEqual(["api_key", "id", "name"]);
  });

  test("changes names", async () => {
    const { id } = await createKey(server, { name: "n" });
    expect((await rename(id, "other")).json).toEqual({ id, name: "other" });
  });
});

describe("a key that creates keys", () => {
  test.each([
    [true, 201],
    [false, 403],
  ])("allowed %s answers %i", async (keysMayCreateKeys, status) => {
    server.changeBehaviour({ keysMayCreateKeys });
    expect((await create({ name: "n" })).status).toBe(status);
  });

  test("is refused, but a person is not", async () => {
    server.changeBehaviour({ keysMayCreateKeys: false });
    await createKey(server, { name: "n" }, withBearer(await logIn(server)));
  });
});

describe("last_used_at", () => {
  test("is null for every key if it is not kept", async () => {
    server.changeBehaviour({ keepsLastUsed: false });
    const { secret } = await createKey(server, { name: "n" });
    await callApi(server, { path: "/v1/api-keys", headers: withKey(secret) });
    expect(await listKeys(server)).toMatchObject([{ last_used_at: null }]);
  });

  test("comes rounded and late if so switched", async () => {
    server.changeBehaviour({ lastUsedGranularityMs: 60_000, lastUsedLagMs: 300_000 });
    const { secret } = await createKey(server, { name: "n" });
    clock.advance({ ms: 90_000 });
    await callApi(server, { path: "/v1/api-keys", headers: withKey(secret) });
    clock.advance({ ms: 299_999 });
    expect(await listKeys(server)).toMatchObject([{ last_used_at: null }]);
    clock.advance({ ms: 1 });
    expect(await listKeys(server)).toMatchObject([{ last_used_at: "2026-03-01T12:01:00Z" }]);
  });
});

describe("an error body", () => {
  test.each<[Behaviour["errorShape"], object, string | undefined]>([
    [
      "current",
      {
        detail: "Invalid API key",
        error: {
          code: "invalid_api_key",
          message: "Invalid API key",
          request_id: textMatching(/^req_/),
        },
      },
      "invalid_api_key",
    ],
    ["nested", { detail: { error: { code: "invalid_api_key", message: "Invalid API key" } } }, "invalid_api_key"],
    ["message", { detail: { code: "invalid_api_key", message: "Invalid API key" } }, "invalid_api_key"],
    ["plain", { detail: "Invalid API key" }, undefined],
  ])("of the shape %s is read by the client", async (errorShape, body, code) => {
    server.changeBehaviour({ errorShape });
    const answer = await callApi(server, { path: "/v1/api-keys", headers: withKey("pb_live_x") });
    expect(answer.status).toBe(401);
    expect(answer.json).toEqual(body);
    expect(answer.error?.message).toBe("Invalid API key");
    expect(answer.error?.code).toBe(code);
  });
});
