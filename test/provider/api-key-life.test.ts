import { Duration } from "../../src/model/duration";
import type { ApiKeyState } from "../../src/provider/schema/api-key-schema";
import { KeyWorld, goodConfig } from "../support/key-world";

type Key = ReturnType<KeyWorld["key"]>;

describe("the life of a key", () => {
  let world: KeyWorld;
  beforeEach(async () => {
    world = await KeyWorld.start();
  });
  afterEach(async () => {
    await world.close();
  });

  /** A key that was just created. */
  async function created(config: object = goodConfig): Promise<Key> {
    const key = world.key();
    expect(await key.deploy(config)).toMatchObject({ action: "create", diagnostics: [] });
    return key;
  }

  /** A key that was replaced, and whose predecessor still works. Gives the state of the predecessor. */
  async function replaced(key: Key): Promise<ApiKeyState> {
    const before = key.state as ApiKeyState;
    world.clock.advance(Duration.days(90));
    await world.use(before);
    const plan = await key.deploy(goodConfig);
    expect(plan.action).toBe("replace");
    expect(plan.diagnostics).toEqual([
      expect.objectContaining({ severity: "warning", summary: "The replaced key still works" }),
    ]);
    return before;
  }

  test("begins with one active key, whose secret works and is in the state because that was asked for", async () => {
    const key = await created();
    expect(key.state).toMatchObject({
      name: "scheduler-prod",
      created_at: "2026-03-01T12:00:01Z",
      rotate_after: "2026-05-30T12:00:01Z",
      generation: Date.parse("2026-03-01T12:00:01Z") / 1000,
      retiring: [],
    });
    expect(await world.use(key.state)).toBe(200);
    expect(await world.keys()).toMatchObject([
      { id: key.state?.id, name: "scheduler-prod", scopes: ["read", "write"] },
    ]);
  });

  test.each([
    ["one second before it is due", -1_000, { action: "no-op", requiresReplace: [] }],
    ["at the instant when it is due", 0, { action: "replace", requiresReplace: ["rotate_after"] }],
  ])("goes on with empty plans until it is due: %s", async (_name, offsetMs, expected) => {
    const key = await created();
    const dueMs = Date.parse(String(key.state?.rotate_after));
    world.clock.advance({ ms: dueMs - world.clock.now().epochMs + offsetMs });
    expect(await key.plan(goodConfig)).toMatchObject(expected);
  });

  test("replaces a key that is due, and leaves both working in the overlap", async () => {
    const key = await created();
    const before = await replaced(key);
    expect(key.state?.id).not.toBe(before.id);
    expect(key.state?.generation).toBeGreaterThan(before.generation as number);
    expect(key.state?.retiring).toMatchObject([{ id: before.id }]);
    expect(await world.names()).toEqual(["scheduler-prod", "scheduler-prod~retiring~NONCE"]);
    expect([await world.use(before), await world.use(key.state)]).toEqual([200, 200]);
    expect((await key.plan(goodConfig)).action).toBe("no-op");
  });

  test("ends with a change in place that shows exactly the key that is revoked", async () => {
    const key = await created();
    const before = await replaced(key);
    world.clock.advance(Duration.minutes(50));
    await world.use(key.state);
    world.clock.advance(Duration.minutes(11));

    const plan = await key.plan(goodConfig);
    expect(plan).toMatchObject({ action: "update", plannedState: { retiring: [] }, requiresReplace: [] });
    expect((await key.apply(plan)).diagnostics).toEqual([]);
    await expect(world.use(before)).resolves.toBe(401);
    await expect(world.use(key.state)).resolves.toBe(200);
    expect((await key.plan(goodConfig)).action).toBe("no-op");
  });

  test.each<[string, (key: Key, before: ApiKeyState) => Promise<void>]>([
    [
      "the overlap has not passed",
      async (key) => {
        await world.use(key.state);
      },
    ],
    [
      "nobody but the provider has used the new key",
      async () => {
        world.clock.advance(Duration.hours(2));
      },
    ],
    [
      "the old key is in use",
      async (key, before) => {
        world.clock.advance(Duration.hours(2));
        await world.use(key.state);
        await world.use(before);
      },
    ],
  ])("keeps the old key while %s", async (_name, happen) => {
    const key = await created();
    const before = await replaced(key);
    await happen(key, before);
    expect((await key.plan(goodConfig)).action).toBe("no-op");
    expect(await world.use(before)).toBe(200);
  });

  test("looks at the evidence again at apply, and revokes nothing that came into use after the plan", async () => {
    const key = await created();
    const before = await replaced(key);
    world.clock.advance(Duration.hours(2));
    await world.use(key.state);
    const plan = await key.plan(goodConfig);
    expect(plan.action).toBe("update");

    await world.use(before);
    const { diagnostics } = await key.apply(plan);
    expect(diagnostics).toEqual([
      expect.objectContaining({
        severity: "error",
        detail: expect.stringMatching(/must stay: it was last used at .*Nothing was changed/s) as string,
      }),
    ]);
    expect(await world.use(before)).toBe(200);
    expect(key.state?.retiring).toHaveLength(1);
  });

  test("waits for the end of the overlap inside the apply when it fits", async () => {
    const config = { ...goodConfig, overlap_window: "60s", quiet_period: "20s", overlap_wait: "5m" };
    const key = await created(config);
    const before = key.state as ApiKeyState;
    world.clock.advance(Duration.days(90));
    await world.use(before);
    const started = world.clock.now();
    const plan = await key.deploy(config, {
      betweenCreateAndDestroy: async () => {
        world.clock.advance(Duration.seconds(5));
        await world.use(key.state);
      },
    });
    expect(plan).toMatchObject({ action: "replace", diagnostics: [] });
    const waitedMs = started.msUntil(world.clock.now());
    expect(waitedMs).toBeGreaterThanOrEqual(60_000);
    expect(waitedMs).toBeLessThan(90_000);
    expect(await world.names()).toEqual(["scheduler-prod"]);
    expect(await world.use(before)).toBe(401);
    expect((await key.plan(config)).action).toBe("no-op");
  });

  test("gives up waiting for traffic after the wait that is allowed, and keeps the key", async () => {
    const config = { ...goodConfig, overlap_window: "60s", quiet_period: "20s", overlap_wait: "3m" };
    const key = await created(config);
    world.clock.advance(Duration.days(90));
    const started = world.clock.now();
    const plan = await key.deploy(config);
    expect(plan.diagnostics).toEqual([
      expect.objectContaining({
        severity: "warning",
        detail: expect.stringContaining("its successor has not been used since it was delivered") as string,
      }),
    ]);
    const waitedMs = started.msUntil(world.clock.now());
    expect(waitedMs).toBeGreaterThanOrEqual(180_000);
    expect(waitedMs).toBeLessThan(200_000);
    expect(await world.names()).toEqual(["scheduler-prod", "scheduler-prod~retiring~NONCE"]);
  });

  test("does not wait at all when the overlap ends later than the wait allows", async () => {
    const key = await created();
    world.clock.advance(Duration.days(90));
    const started = world.clock.now();
    await key.deploy({ ...goodConfig, overlap_wait: "59m" });
    expect(started.msUntil(world.clock.now())).toBe(0);
  });

  test("stops waiting when Terraform is interrupted, and keeps the key", async () => {
    const config = { ...goodConfig, overlap_window: "60s", quiet_period: "20s", overlap_wait: "5m" };
    const key = await created(config);
    world.clock.advance(Duration.days(90));
    const started = world.clock.now();
    const plan = await key.deploy(config, { betweenCreateAndDestroy: () => world.provider.stop() });
    expect(plan.diagnostics).toMatchObject([{ severity: "warning", summary: "The replaced key still works" }]);
    expect(started.msUntil(world.clock.now())).toBe(0);
  });

  test("ends an overlap by time alone if that was written down", async () => {
    const config = { ...goodConfig, verification: "time-only" };
    const key = await created(config);
    world.clock.advance(Duration.days(90));
    await key.deploy(config);
    world.clock.advance(Duration.seconds(3_601));
    expect(await key.deploy(config)).toMatchObject({ action: "update", diagnostics: [] });
    expect(await world.names()).toEqual(["scheduler-prod"]);
  });

  test("rotates when a trigger changes", async () => {
    const key = await created({ ...goodConfig, rotation_triggers: { staffing: "1" } });
    const plan = await key.plan({ ...goodConfig, rotation_triggers: { staffing: "2" } });
    expect(plan).toMatchObject({ action: "replace", requiresReplace: ["rotation_triggers"] });
  });

  test("rotates at once when a shorter period makes the key overdue, and not when a longer one does not", async () => {
    const key = await created();
    world.clock.advance(Duration.days(40));
    expect(await key.plan({ ...goodConfig, rotation_period: "30d" })).toMatchObject({ action: "replace" });
    expect(await key.plan({ ...goodConfig, rotation_period: "60d" })).toMatchObject({
      action: "update",
      plannedState: { rotate_after: "2026-04-30T12:00:01Z" },
    });
  });

  test("applies a saved plan after the due instant as it was made; the next plan shows the rotation", async () => {
    const key = await created();
    world.clock.advance({ ms: Duration.days(90).ms - 60_000 });
    const saved = await key.plan({ ...goodConfig, owner: "somebody-else@acme.example" });
    expect(saved.action).toBe("update");
    world.clock.advance(Duration.hours(1));
    expect((await key.apply(saved)).diagnostics).toEqual([]);
    expect((await key.plan({ ...goodConfig, owner: "somebody-else@acme.example" })).action).toBe("replace");
  });

  test("changes rights and name in place", async () => {
    const key = await created();
    const plan = await key.deploy({ ...goodConfig, scopes: ["read"] });
    expect(plan).toMatchObject({ action: "update", diagnostics: [] });
    expect(await world.keys()).toMatchObject([{ scopes: ["read"] }]);
    expect((await key.plan({ ...goodConfig, scopes: ["read"] })).action).toBe("no-op");
  });

  test("does not care for the order of scopes", async () => {
    const key = await created();
    expect((await key.plan({ ...goodConfig, scopes: ["write", "read"] })).action).toBe("no-op");
  });

  test("restricts a key to accounts, and lifts the restriction", async () => {
    const ids = ["22222222-2222-4222-8222-222222222221"];
    const key = await created({ ...goodConfig, pinterest_account_ids: ids });
    expect(await world.keys()).toMatchObject([{ pinterest_account_ids: ids }]);
    const lifted = await key.deploy(goodConfig);
    expect(lifted).toMatchObject({ action: "update", diagnostics: [{ summary: "The key gets wider rights" }] });
    expect(lifted.diagnostics[0]?.detail).toContain(
      `for ${ids.join()} now, and for all accounts of the workspace as planned`,
    );
    expect(await world.keys()).toMatchObject([{ pinterest_account_ids: null }]);
  });

  test("puts right what was changed behind its back", async () => {
    const key = await created();
    await world.patch(key.state?.id as string, { name: "something else", scopes: ["read", "write", "destructive"] });
    expect(await key.deploy(goodConfig)).toMatchObject({ action: "update", diagnostics: [] });
    expect(await world.keys()).toMatchObject([{ name: "scheduler-prod", scopes: ["read", "write"] }]);
  });

  test("gives a renamed key its name back before it rotates it, so that it is not taken for a stranger's", async () => {
    const key = await created();
    const id = key.state?.id as string;
    await world.patch(id, { name: "something else" });
    world.clock.advance(Duration.days(91));
    expect((await key.deploy(goodConfig)).action).toBe("update");
    expect((await key.deploy(goodConfig)).action).toBe("replace");
    expect((await world.keys()).map((each) => each.id)).toContain(id);
  });

  test("is created again when it was revoked behind its back", async () => {
    const key = await created();
    await world.revoke(key.state?.id as string);
    expect(await key.deploy(goodConfig)).toMatchObject({ action: "create", diagnostics: [] });
    expect(await world.use(key.state)).toBe(200);
  });

  test("takes no notice when a retiring key is revoked by hand", async () => {
    const key = await created();
    const before = await replaced(key);
    await world.revoke(before.id as string);
    expect(await key.plan(goodConfig)).toMatchObject({ action: "no-op", diagnostics: [] });
  });

  test("ends with all its generations when it is destroyed after their time has come", async () => {
    const foreign = await world.createKey("scheduler-staging");
    const key = await created();
    await replaced(key);
    world.clock.advance(Duration.hours(2));
    await world.use(key.state);
    world.clock.advance(Duration.hours(1));
    expect(await key.deploy(null)).toMatchObject({ action: "delete", diagnostics: [] });
    expect((await world.keys()).map(({ id }) => id)).toEqual([foreign]);
  });

  test("leaves a replaced key that may be in use to its users when it is destroyed, and says which", async () => {
    const key = await created();
    const before = await replaced(key);
    expect(await key.deploy(null)).toMatchObject({
      action: "delete",
      diagnostics: [{ severity: "warning", summary: "Replaced keys still work" }],
    });
    expect(await world.use(before)).toBe(200);
    expect(await world.names()).toEqual(["scheduler-prod~retiring~NONCE"]);
  });

  test("takes away what an interrupted run has left unfinished, when no run can be at it any more, and shows it in the plan", async () => {
    const key = await created();
    const pending = await world.createKey("scheduler-prod~pending~20260302t121500z0a1b2c3d", ["read", "write"]);
    expect((await key.plan(goodConfig)).action).toBe("no-op");
    world.clock.advance(Duration.minutes(15));
    const plan = await key.plan(goodConfig);
    expect(plan).toMatchObject({
      action: "update",
      priorState: { retiring: [{ id: pending }] },
      plannedState: { retiring: [] },
    });
    expect((await key.apply(plan)).diagnostics).toEqual([]);
    expect(await world.names()).toEqual(["scheduler-prod"]);
    expect((await key.plan(goodConfig)).action).toBe("no-op");
  });

  test("does not take its name back while another active key has it", async () => {
    const key = await created();
    await world.patch(key.state?.id as string, { name: "something else" });
    const other = await world.createKey("scheduler-prod");
    const { diagnostics } = await key.deploy(goodConfig);
    expect(diagnostics).toEqual([
      expect.objectContaining({
        summary: "Conflict",
        detail: expect.stringContaining(other) as string,
      }),
    ]);
    expect(await world.names()).toEqual(["scheduler-prod", "something else"]);
  });

  test("is not rotated while two keys have its name, for nobody knows which one is in use", async () => {
    const key = await created();
    const other = await world.createKey("scheduler-prod");
    const warning = { severity: "warning", summary: "Several keys have one name" };
    expect(await key.plan(goodConfig)).toMatchObject({ action: "no-op", diagnostics: [warning] });
    world.clock.advance(Duration.days(91));
    const { diagnostics } = await key.deploy(goodConfig);
    expect(diagnostics).toEqual([
      expect.objectContaining(warning),
      expect.objectContaining({
        severity: "error",
        detail: expect.stringMatching(/several keys are named scheduler-prod: .*rename all but the one/i) as string,
      }),
    ]);
    expect((await world.keys()).map(({ id }) => id).sort()).toEqual([key.state?.id, other].sort());
  });

  test("starts a new logical key when the service is renamed", async () => {
    const key = await created();
    const plan = await key.deploy({ ...goodConfig, service: "planner" });
    expect(plan).toMatchObject({ action: "replace", requiresReplace: ["service"], diagnostics: [] });
    expect(await world.names()).toEqual(["planner-prod"]);
  });
});
