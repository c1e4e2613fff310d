import { activityPageBody, type ActivityItemBody } from "../../src/api/activity";
import { Duration } from "../../src/model/duration";
import { FakeClock, startEmbeddedServer, testWorld, type Behaviour, type EmbeddedServer } from "../../src/testing";
import { callApi, createKey, logIn, withBearer, withKey } from "../support/call-api";
import { anyText } from "../support/expectations";

const [account] = testWorld.accountIds;

let clock: FakeClock;
let server: EmbeddedServer;
beforeEach(async () => {
  clock = new FakeClock();
  server = await startEmbeddedServer({ clock });
});
afterEach(() => server.close());

async function activity(query = ""): Promise<ActivityItemBody[]> {
  const { status, json } = await callApi(server, { path: `/v1/activity-logs${query}` });
  expect(status).toBe(200);
  return activityPageBody.parse(json).items;
}

const publish = (secret: string) =>
  callApi(server, { method: "POST", path: "/v1/pins", headers: withKey(secret), body: { account_id: account } });

describe("what a key does", () => {
  test("is logged with its name and id, the request id, and what it was done to", async () => {
    const { id, secret } = await createKey(server, { name: "scheduler-prod" });
    const { json, headers } = await publish(secret);
    const [item] = await activity("?action=pin.created");
    expect(item).toEqual({
      id: anyText(),
      actor_user_id: null,
      actor_type: "api_key",
      actor_label: "scheduler-prod",
      action: "pin.created",
      category: "publishing",
      resource_type: "pin",
      resource_id: (json as { id: string }).id,
      status: "queued",
      message: "Queued a pin",
      metadata: { account_id: account, api_key_id: id },
      request_id: headers.get("x-request-id"),
      retention_days: 90,
      expires_at: "2026-05-30T12:00:00Z",
      created_at: "2026-03-01T12:00:00Z",
    });
  });

  test("goes on under a worker that does not name it, joined by request and resource", async () => {
    const { secret } = await createKey(server, { name: "scheduler-prod" });
    await publish(secret);
    const [published, created] = await activity("?resource_type=pin");
    expect(published).toMatchObject({
      actor_type: "worker",
      actor_label: null,
      request_id: created?.request_id,
      resource_id: created?.resource_id,
    });
    expect(JSON.stringify(published)).not.toContain("scheduler-prod");
  });

  test("is logged under the name that it had at the time", async () => {
    const { id, secret } = await createKey(server, { name: "scheduler-prod" });
    await publish(secret);
    await callApi(server, { method: "PATCH", path: `/v1/api-keys/${id}`, body: { name: "renamed" } });
    await publish(secret);
    const labels = (await activity("?action=pin.created")).map(({ actor_label: label }) => label);
    expect(labels).toEqual(["renamed", "scheduler-prod"]);
  });

  test("is logged as failed when it is refused", async () => {
    const { secret } = await createKey(server, { name: "reader", scopes: ["read"] });
    await publish(secret);
    expect(await activity("?status=failed")).toMatchObject([{ actor_label: "reader", action: "api.refused" }]);
  });

  test.each<[Behaviour["keyInActivity"], object]>([
    ["label", { actor_label: "scheduler-prod", metadata: { account_id: account } }],
    ["id", { actor_label: null, metadata: { account_id: account, api_key_id: anyText() } }],
    ["label-and-id", { actor_label: "scheduler-prod", metadata: { account_id: account, api_key_id: anyText() } }],
  ])("is named by %s, if so switched", async (keyInActivity, expected) => {
    server.changeBehaviour({ keyInActivity });
    const { secret } = await createKey(server, { name: "scheduler-prod" });
    await publish(secret);
    const [item] = await activity("?action=pin.created");
    expect(item).toMatchObject(expected);
    expect(item?.metadata).toEqual((expected as ActivityItemBody).metadata);
  });

  test.each([
    [false, 0],
    [true, 2],
  ])("with logsReads %s leaves %i entries for two reads", async (logsReads, count) => {
    server.changeBehaviour({ logsReads });
    const { secret } = await createKey(server, { name: "reader" });
    for (const path of ["/v1/api-keys", "/v1/pinterest/accounts"]) {
      await callApi(server, { path, headers: withKey(secret) });
    }
    const items = await activity("?action=api.read");
    expect(items.filter(({ actor_label: label }) => label === "reader")).toHaveLength(count);
  });
});

describe("what is done to a key", () => {
  test("is logged with the person who did it", async () => {
    const headers = withBearer(await logIn(server));
    const { id } = await createKey(server, { name: "scheduler-prod" }, headers);
    await callApi(server, { method: "PATCH", path: `/v1/api-keys/${id}`, body: { name: "n" }, headers });
    await callApi(server, { method: "DELETE", path: `/v1/api-keys/${id}`, headers });
    const items = await activity("?category=security&resource_type=api_key");
    expect(items.map(({ action }) => action)).toEqual(["api_key.revoked", "api_key.updated", "api_key.created"]);
    for (const item of items) {
      expect(item).toMatchObject({ actor_type: "user", actor_label: testWorld.email, resource_id: id });
      expect(item.actor_user_id).toEqual(anyText());
    }
  });

  test("never shows the secret", async () => {
    const { secret } = await createKey(server, { name: "scheduler-prod" });
    expect(JSON.stringify(await activity())).not.toContain(secret);
  });
});

describe("GET /v1/activity-logs", () => {
  test("gives every entry once over its pages", async () => {
    for (let index = 0; index < 7; index++) await createKey(server, { name: `key ${index}` });
    const seen: string[] = [];
    let path = "/v1/activity-logs?limit=3";
    for (let pages = 1; pages <= 3; pages++) {
      const page = activityPageBody.parse((await callApi(server, { path })).json);
      seen.push(...page.items.map(({ id }) => id));
      expect(page.next_cursor === null).toBe(pages === 3);
      path = `/v1/activity-logs?limit=3&cursor=${page.next_cursor ?? ""}`;
    }
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
  });

  test("includes what happened exactly at `since`", async () => {
    await createKey(server, { name: "before" });
    clock.advance(Duration.seconds(60));
    await createKey(server, { name: "at" });
    const items = await activity(`?since=${encodeURIComponent("2026-03-01T13:01:00+01:00")}`);
    expect(items.map(({ message }) => message)).toEqual(['Created the key "at"']);
  });

  test.each([
    ["a limit of 200", "limit=200", 200],
    ["a limit of 201", "limit=201", 422],
    ["a limit of 0", "limit=0", 422],
    ["a limit that is no number", "limit=many", 422],
    ["a since that is no time", "since=yesterday", 422],
    ["a cursor that is none", "cursor=abc", 400],
    ["an unknown parameter", "actor=me", 200],
  ])("with %s (%s) answers %i", async (_name, query, status) => {
    const answer = await callApi(server, { path: `/v1/activity-logs?${query}` });
    expect(answer.status).toBe(status);
    expect(answer.error === undefined).toBe(status === 200);
  });
});
