import { Duration } from "../../src/model/duration";
import type { ApiKeyState } from "../../src/provider/schema/api-key-schema";
import type { Behaviour } from "../../src/testing";
import { KeyWorld, goodConfig } from "../support/key-world";

/** What the contract of the API leaves open: the life of a key must go well whatever the answer. */
describe("a rotation on an API", () => {
  let world: KeyWorld;
  afterEach(async () => {
    await world.close();
  });

  async function rotated(behaviour: Partial<Behaviour>, config: object = goodConfig) {
    world = await KeyWorld.start({ api: { behaviour } });
    const foreign = await world.createKey("scheduler-staging");
    const key = world.key();
    expect(await key.deploy(config)).toMatchObject({ action: "create" });
    expect((await key.plan(config)).action).toBe("no-op");
    const before = key.state as ApiKeyState;
    world.clock.advance(Duration.days(90));
    await world.use(before);
    expect((await key.deploy(config)).action).toBe("replace");
    expect([await world.use(before), await world.use(key.state)]).toEqual([200, 200]);
    expect((await key.plan(config)).action).toBe("no-op");
    return { key, before, foreign };
  }

  test.each<[string, Partial<Behaviour>]>([
    ["where names are unique", { uniqueNames: true }],
    ["that lists revoked keys", { listsRevokedKeys: true }],
    ["that lists revoked keys and has unique names", { listsRevokedKeys: true, uniqueNames: true }],
    ["that answers a second delete with 204", { secondDelete: 204 }],
    ["that notes uses by the minute", { lastUsedGranularityMs: 60_000 }],
    ["that notes uses five minutes late", { lastUsedLagMs: 300_000 }],
    ["that notes at most one use in an hour", { lastUsedIntervalMs: 3_600_000 }],
  ])("%s ends with the new key alone", async (_name, behaviour) => {
    const { key, before, foreign } = await rotated(behaviour);
    world.clock.advance(Duration.hours(2));
    await world.use(key.state);
    world.clock.advance(Duration.minutes(10));
    // The first refresh after a use shows how late the API notes one; the next day that time is over, too.
    await key.plan(goodConfig);
    world.clock.advance(Duration.days(1));
    expect(await key.deploy(goodConfig)).toMatchObject({ action: "update", diagnostics: [] });
    expect(await world.use(before)).toBe(401);
    expect(await world.use(key.state)).toBe(200);
    expect((await world.keys()).map(({ id }) => id).sort()).toEqual([foreign, key.state?.id].sort());
    expect((await key.plan(goodConfig)).action).toBe("no-op");
  });

  test.each<[string, Partial<Behaviour>]>([
    ["that knows nothing of a key but its name", { namesOnly: true }],
    ["that never tells when a key was used", { keepsLastUsed: false }],
  ])("%s keeps both keys, for there is no evidence", async (_name, behaviour) => {
    const { key, before } = await rotated(behaviour);
    world.clock.advance(Duration.days(30));
    expect((await key.plan(goodConfig)).action).toBe("no-op");
    expect(await world.use(before)).toBe(200);
    expect(key.state?.retiring).toHaveLength(1);
  });

  test.each<[string, Partial<Behaviour>]>([
    ["that knows nothing of a key but its name", { namesOnly: true }],
    ["that never tells when a key was used", { keepsLastUsed: false }],
  ])("%s ends the overlap by time, if that was written down", async (_name, behaviour) => {
    const config = { ...goodConfig, verification: "time-only" };
    const { key, before } = await rotated(behaviour, config);
    world.clock.advance(Duration.hours(2));
    expect(await key.deploy(config)).toMatchObject({ action: "update", diagnostics: [] });
    expect(await world.use(before)).toBe(401);
    expect(await world.use(key.state)).toBe(200);
  });

  test.each<[string, Partial<Behaviour>]>([
    ["that notes uses by the day", { lastUsedGranularityMs: 86_400_000 }],
    ["that notes uses by the hour", { lastUsedGranularityMs: 3_600_000 }],
    ["that notes uses two hours late", { lastUsedLagMs: 7_200_000 }],
    ["that notes at most one use in an hour", { lastUsedIntervalMs: 3_600_000 }],
    [
      "that notes at most one use in an hour, by the minute",
      { lastUsedIntervalMs: 3_600_000, lastUsedGranularityMs: 60_000 },
    ],
    [
      "that notes at most one use in a day, ten minutes late",
      { lastUsedIntervalMs: 86_400_000, lastUsedLagMs: 600_000 },
    ],
    ["that notes uses by the hour and an hour late", { lastUsedGranularityMs: 3_600_000, lastUsedLagMs: 3_600_000 }],
  ])("%s never ends a key that is in use all the time", async (_name, behaviour) => {
    const { key, before } = await rotated(behaviour);
    for (let minutes = 0; minutes < 3 * 24 * 60; minutes += 25) {
      world.clock.advance(Duration.minutes(25));
      expect(await world.use(before)).toBe(200);
      expect(await world.use(key.state)).toBe(200);
      if (minutes % 300 === 0) await key.deploy(goodConfig);
    }
    expect(key.state?.retiring).toMatchObject([{ id: before.id }]);
  });

  test("that notes uses by the day does not take the proof for a use", async () => {
    const { key } = await rotated({ lastUsedGranularityMs: 86_400_000 });
    world.clock.advance(Duration.days(3));
    expect((await key.plan(goodConfig)).action).toBe("no-op");
  });

  test("that tells the time in whole seconds does not take the proof for a use", async () => {
    world = await KeyWorld.start();
    world.clock.advance({ ms: 900 });
    const key = world.key();
    await key.deploy(goodConfig);
    world.clock.advance({ ms: Duration.days(90).ms + 1_000 });
    expect((await key.deploy(goodConfig)).action).toBe("replace");
    world.clock.advance(Duration.days(1));
    expect((await key.plan(goodConfig)).action).toBe("no-op");
    expect(key.state?.retiring).toHaveLength(1);
  });

  test("that notes uses five minutes late does not take the proof for a use", async () => {
    const { key } = await rotated({ lastUsedLagMs: 300_000 });
    world.clock.advance(Duration.days(3));
    expect((await key.plan(goodConfig)).action).toBe("no-op");
  });

  test("that notes uses five minutes late does not let the last key go while it may be in use", async () => {
    world = await KeyWorld.start({ api: { behaviour: { lastUsedLagMs: 300_000 } } });
    const key = world.key();
    await key.deploy(goodConfig);
    world.clock.advance(Duration.minutes(6));
    await world.use(key.state);
    world.clock.advance(Duration.minutes(1));
    expect((await key.deploy(null)).action).toBe("refused");
    expect(await world.keys()).toHaveLength(1);
  });
});
