import { Duration } from "../../src/model/duration";
import { KeyWorld, goodConfig } from "../support/key-world";

type Key = ReturnType<KeyWorld["key"]>;

/** A leak is answered the other way round: revoke first, then replace. */
describe("a compromised key", () => {
  let world: KeyWorld;
  beforeEach(async () => {
    world = await KeyWorld.start();
  });
  afterEach(async () => {
    await world.close();
  });

  const leaked = { ...goodConfig, compromised: "INC-42" };

  /** A key in use, with a predecessor that is in use as well. */
  async function keyInOverlap(): Promise<Key> {
    const key = world.key();
    await key.deploy(goodConfig);
    world.clock.advance(Duration.days(90));
    const before = key.state;
    await world.use(before);
    await key.deploy(goodConfig);
    await world.use(key.state);
    await world.use(before);
    return key;
  }

  test("is planned as a change in place that says which keys go first", async () => {
    const key = await keyInOverlap();
    const plan = await key.plan(leaked);
    expect(plan).toMatchObject({ action: "update", requiresReplace: [] });
    const [warning, ...more] = plan.diagnostics;
    expect(more).toEqual([]);
    expect(warning).toMatchObject({ severity: "warning", path: "compromised" });
    for (const id of [key.state?.id, key.state?.retiring?.[0]?.id]) expect(warning?.detail).toContain(String(id));
  });

  test("is revoked with every other generation before the new one is made", async () => {
    const key = await keyInOverlap();
    const ids = (await world.keys()).map(({ id }) => id);
    const plan = await key.plan(leaked);
    world.api.clearRequests();
    const { diagnostics } = await key.apply(plan);
    expect(diagnostics).toMatchObject([{ severity: "warning", summary: "Compromised keys were revoked" }]);
    const changes = world.api.requests().flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));
    expect(changes.slice(0, 2).sort()).toEqual(ids.map((id) => `DELETE /v1/api-keys/${id}`).sort());
    expect(changes[2]).toBe("POST /v1/api-keys");
    expect(await world.names()).toEqual(["scheduler-prod"]);
    expect(await world.use(key.state)).toBe(200);
    expect(key.state?.retiring).toEqual([]);
    expect(await key.plan(leaked)).toMatchObject({ action: "no-op", diagnostics: [] });
  });

  test("is rotated as usual later on, while the leak is still written down", async () => {
    const key = await keyInOverlap();
    await key.deploy(leaked);
    world.clock.advance(Duration.days(91));
    const before = key.state;
    await world.use(before);
    expect((await key.deploy(leaked)).action).toBe("replace");
    expect(await world.use(before)).toBe(200);
  });

  test("is not touched when the report is taken out again, and revoked again when another is written", async () => {
    const key = await keyInOverlap();
    await key.deploy(leaked);
    const { id } = key.state ?? {};
    await key.deploy(goodConfig);
    expect(key.state?.id).toBe(id);
    await key.deploy({ ...goodConfig, compromised: "INC-43" });
    expect(key.state?.id).not.toBe(id);
    expect(await world.names()).toEqual(["scheduler-prod"]);
  });

  test("is replaced by the next run, whatever request it is at which this one is cut off from the API", async () => {
    let cutOff = 0;
    for (;;) {
      const key = await keyInOverlap();
      const ids = (await world.keys()).map(({ id }) => id);
      const plan = await key.plan(leaked);
      world.api.setFaults([{ kind: "reset", after: cutOff, count: "always" }]);
      const { diagnostics } = await key.apply(plan);
      world.api.setFaults([]);
      world.clock.advance(Duration.minutes(20));
      for (let run = 0; run < 3; run += 1) await key.deploy(leaked);
      expect(await key.plan(leaked)).toMatchObject({ action: "no-op" });
      expect(await world.use(key.state)).toBe(200);
      expect((await world.keys()).filter(({ id }) => ids.includes(id))).toEqual([]);
      if (!diagnostics.some(({ severity }) => severity === "error")) break;
      cutOff += 1;
      await world.close();
      world = await KeyWorld.start();
    }
    expect(cutOff).toBeGreaterThan(5);
  });

  test("is not revoked when it is declared for the first time with a report of long ago", async () => {
    const key = world.key();
    await key.deploy(leaked);
    expect(await world.use(key.state)).toBe(200);
  });
});
