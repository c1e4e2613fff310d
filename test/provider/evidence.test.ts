import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import { Duration } from "../../src/model/duration";
import type { ApiKeyState } from "../../src/provider/schema/api-key-schema";
import type { Behaviour } from "../../src/testing";
import { KeyWorld, goodConfig } from "../support/key-world";

type Key = ReturnType<KeyWorld["key"]>;

/** A key that was replaced a long time ago, and its predecessor. */
async function replacedKey(world: KeyWorld): Promise<{ key: Key; before: ApiKeyState }> {
  const key = world.key();
  await key.deploy(goodConfig);
  world.clock.advance(Duration.days(91));
  const before = key.state as ApiKeyState;
  await write(world, before);
  expect((await key.deploy(goodConfig)).action).toBe("replace");
  return { key, before };
}

/** Sends one request that every activity log notes. */
async function write(world: KeyWorld, state: ApiKeyState | null): Promise<void> {
  const headers = { "x-api-key": String(state?.secret), "content-type": "application/json" };
  const accounts = await request(`${world.api.url}/v1/pinterest/accounts`, { headers });
  const [account] = (await accounts.body.json()) as readonly { readonly id: string }[];
  const body = JSON.stringify({ account_id: account?.id, title: "a pin" });
  const { statusCode, body: answer } = await request(`${world.api.url}/v1/pins`, { method: "POST", headers, body });
  await answer.dump();
  expect(statusCode).toBeLessThan(300);
}

describe("on an API without last_used_at, the activity log", () => {
  let world: KeyWorld;
  afterEach(async () => {
    await world.close();
  });

  const rows: [string, Partial<Behaviour>][] = (["label", "id", "label-and-id"] as const).flatMap((keyInActivity) => [
    [`naming keys by ${keyInActivity}`, { keyInActivity }],
    [`naming keys by ${keyInActivity}, with endless cursors`, { keyInActivity, endlessCursor: true }],
  ]);

  test.each(rows)("%s ends an overlap, if it notes reads as well", async (_name, behaviour) => {
    world = await KeyWorld.start({ api: { behaviour: { keepsLastUsed: false, logsReads: true, ...behaviour } } });
    const { key, before } = await replacedKey(world);
    world.clock.advance(Duration.hours(2));
    expect((await key.plan(goodConfig)).action).toBe("no-op");
    await world.use(key.state);
    world.clock.advance(Duration.minutes(1));
    expect(await key.deploy(goodConfig)).toMatchObject({ action: "update", diagnostics: [] });
    expect(await world.use(before)).toBe(401);
    expect(await world.use(key.state)).toBe(200);
  });

  test("keeps a key that it has seen in use within the quiet period", async () => {
    world = await KeyWorld.start({ api: { behaviour: { keepsLastUsed: false, logsReads: true } } });
    const { key, before } = await replacedKey(world);
    world.clock.advance(Duration.hours(2));
    await world.use(key.state);
    await world.use(before);
    world.clock.advance(Duration.minutes(5));
    const plan = await key.plan(goodConfig);
    expect(plan).toMatchObject({
      action: "no-op",
      diagnostics: [{ severity: "warning", summary: "A replaced key of scheduler-prod outlives its overlap" }],
    });
    expect(plan.diagnostics[0]?.detail).toMatch(/It stays, because it was last used at .*, and must be quiet for 10m/);
  });

  test("keeps every key while it has not been seen to note reads, however long it is silent", async () => {
    world = await KeyWorld.start({ api: { behaviour: { keepsLastUsed: false, logsReads: false } } });
    const { key, before } = await replacedKey(world);
    world.clock.advance(Duration.days(6));
    await write(world, key.state);
    const plan = await key.plan(goodConfig);
    expect(plan).toMatchObject({ action: "no-op", diagnostics: [{ severity: "warning" }] });
    expect(plan.diagnostics[0]?.detail).toContain("nothing tells whether it is in use");
    expect(plan.diagnostics[0]?.detail).not.toContain("its successor");
    expect(await world.use(before)).toBe(200);
  });

  test("is asked again at apply", async () => {
    world = await KeyWorld.start({ api: { behaviour: { keepsLastUsed: false, logsReads: true } } });
    const { key, before } = await replacedKey(world);
    world.clock.advance(Duration.hours(2));
    await world.use(key.state);
    const plan = await key.plan(goodConfig);
    expect(plan.action).toBe("update");
    await world.use(before);
    expect((await key.apply(plan)).diagnostics).toMatchObject([{ severity: "error" }]);
    expect(await world.use(before)).toBe(200);
  });

  test("is not read at all while last_used_at tells enough", async () => {
    world = await KeyWorld.start();
    const { key } = await replacedKey(world);
    world.clock.advance(Duration.hours(2));
    await world.use(key.state);
    world.api.clearRequests();
    expect((await key.deploy(goodConfig)).action).toBe("update");
    expect(world.api.requests().filter(({ path }) => path.startsWith("/v1/activity-logs"))).toEqual([]);
  });
});

describe("a further source of evidence", () => {
  let world: KeyWorld;
  let probe: Server;
  let answer: () => object | undefined;
  beforeEach(async () => {
    probe = createServer((_request, response) => {
      const body = answer();
      response.writeHead(body ? 200 : 500, { "content-type": "application/json" });
      response.end(JSON.stringify(body ?? {}));
    });
    await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
    const { port } = probe.address() as AddressInfo;
    const evidence = { http: { url: `http://127.0.0.1:${port}/usage?key=$key_id&since=$since` } };
    world = await KeyWorld.start({ provider: { evidence } });
  });
  afterEach(async () => {
    await world.close();
    probe.close();
  });

  /** Everything that last_used_at can say speaks for the end of the old key. */
  async function dueByLastUsed(): Promise<{ key: Key; before: ApiKeyState }> {
    const { key, before } = await replacedKey(world);
    world.clock.advance(Duration.hours(2));
    await world.use(key.state);
    world.clock.advance(Duration.minutes(1));
    return { key, before };
  }

  test("keeps a key of which it alone has seen a use", async () => {
    answer = () => ({ last_used_at: world.clock.now().toString(), watched_since: null });
    const { key, before } = await dueByLastUsed();
    expect((await key.plan(goodConfig)).action).toBe("no-op");
    expect(await world.use(before)).toBe(200);
  });

  test("keeps a key while it does not answer, and the plan says so", async () => {
    answer = () => undefined;
    const { key } = await dueByLastUsed();
    const plan = await key.plan(goodConfig);
    expect(plan).toMatchObject({ action: "no-op", diagnostics: [{ severity: "warning" }] });
    expect(plan.diagnostics[0]?.detail).toMatch(/127\.0\.0\.1:\d+ answered 500/);
  });

  test("changes nothing where it knows nothing", async () => {
    answer = () => ({ last_used_at: null, watched_since: null });
    const { key } = await dueByLastUsed();
    expect((await key.deploy(goodConfig)).action).toBe("update");
    expect(await world.names()).toEqual(["scheduler-prod"]);
  });
});

describe("a replaced key that stays", () => {
  test("has outlived its longest overlap also where a later rotation has come in between", async () => {
    const world = await KeyWorld.start();
    try {
      const { key } = await replacedKey(world);
      world.clock.advance(Duration.days(5));
      const rotated = { ...goodConfig, rotation_triggers: { again: "1" } };
      await key.deploy(rotated);
      world.clock.advance(Duration.days(3));
      const { diagnostics } = await key.plan(rotated);
      expect(diagnostics.map(({ summary }) => summary)).toEqual([
        "A replaced key of scheduler-prod has outlived its longest overlap",
        "A replaced key of scheduler-prod outlives its overlap",
      ]);
    } finally {
      await world.close();
    }
  });

  test("is warned of at every plan, and loudly once its longest overlap is over", async () => {
    const world = await KeyWorld.start();
    try {
      const { key, before } = await replacedKey(world);
      world.clock.advance(Duration.minutes(30));
      expect(await key.plan(goodConfig)).toMatchObject({ action: "no-op", diagnostics: [] });
      world.clock.advance(Duration.hours(1));
      for (const [summary, days] of [
        ["A replaced key of scheduler-prod outlives its overlap", 1],
        ["A replaced key of scheduler-prod outlives its overlap", 6],
        ["A replaced key of scheduler-prod has outlived its longest overlap", 1],
      ] as const) {
        expect(await key.plan(goodConfig)).toMatchObject({
          action: "no-op",
          diagnostics: [{ severity: "warning", summary }],
        });
        world.clock.advance(Duration.days(days));
      }
      expect(await world.use(before)).toBe(200);
    } finally {
      await world.close();
    }
  });
});

describe("a rotation that is asked for while the key has another name", () => {
  test("comes with the plan after the one that puts the name right", async () => {
    const world = await KeyWorld.start();
    try {
      const key = world.key();
      await key.deploy(goodConfig);
      const { id } = key.state as ApiKeyState;
      await world.patch(String(id), { name: "something else" });
      const changed = { ...goodConfig, rotation_triggers: { staffing: "Kim left" } };
      expect((await key.deploy(changed)).action).toBe("update");
      expect(key.state?.id).toBe(id);
      expect(await key.deploy(changed)).toMatchObject({ action: "replace", requiresReplace: ["rotate_after"] });
      expect(key.state?.id).not.toBe(id);
      expect((await key.plan(changed)).action).toBe("no-op");
    } finally {
      await world.close();
    }
  });

  test("is not asked for by a trigger that is gone", async () => {
    const world = await KeyWorld.start();
    try {
      const key = world.key();
      await key.deploy({ ...goodConfig, rotation_triggers: { staffing: "Kim left", other: "1" } });
      const { id } = key.state as ApiKeyState;
      expect(await key.deploy({ ...goodConfig, rotation_triggers: { other: "1" } })).toMatchObject({
        action: "update",
      });
      expect(await key.deploy(goodConfig)).toMatchObject({ action: "update" });
      expect(key.state?.id).toBe(id);
    } finally {
      await world.close();
    }
  });
});
