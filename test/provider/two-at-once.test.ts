import { Duration } from "../../src/model/duration";
import { KeyWorld, goodConfig } from "../support/key-world";

/** Terraform works on ten resources at once, and nothing orders two that happen to mean the same name. */
describe("two operations on one name in one run", () => {
  let world: KeyWorld;
  beforeEach(async () => {
    world = await KeyWorld.start();
  });
  afterEach(async () => {
    await world.close();
  });

  test("never end the key that was just delivered, when one destroys and one creates", async () => {
    for (let round = 0; round < 10; round += 1) {
      const old = world.key();
      await old.deploy(goodConfig);
      const renamed = world.key();
      const [destroyed, created] = await Promise.all([old.deploy(null), renamed.deploy(goodConfig)]);
      expect(created).toMatchObject({ action: "create", diagnostics: [] });
      expect(destroyed.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(await world.use(renamed.state)).toBe(200);
      expect((await world.names()).filter((name) => name === "scheduler-prod")).toHaveLength(1);
      world.clock.advance(Duration.minutes(1));
      await renamed.deploy(null);
      for (const { id } of await world.keys()) await world.revoke(id);
    }
  });

  test("make one key, when both create, and refuse the other", async () => {
    const one = world.key();
    const other = world.key();
    const deployments = await Promise.all([one.deploy(goodConfig), other.deploy(goodConfig)]);
    const refusals = deployments.flatMap(({ diagnostics }) => diagnostics);
    expect(refusals).toMatchObject([{ severity: "error", summary: "Conflict" }]);
    expect(refusals[0]?.detail).toContain("The key scheduler-prod is declared twice in this configuration");
    expect([one.state, other.state]).toContain(null);
    expect(await world.use(one.state ?? other.state)).toBe(200);
    expect(await world.names()).toEqual(["scheduler-prod"]);
  });
});

describe("what must not be revoked", () => {
  let world: KeyWorld;
  afterEach(async () => {
    await world.close();
  });

  test("is a key whose replacement would be made after it, without create_before_destroy", async () => {
    world = await KeyWorld.start();
    const key = world.key({ createBeforeDestroy: false });
    await key.deploy(goodConfig);
    world.clock.advance(Duration.days(91));
    const plan = await key.deploy(goodConfig);
    expect(plan.action).toBe("replace");
    expect(plan.diagnostics).toEqual([
      expect.objectContaining({
        severity: "error",
        detail: expect.stringContaining("Set create_before_destroy = true") as string,
      }),
    ]);
    expect(await world.use(key.state)).toBe(200);
    world.clock.advance(Duration.days(2));
    expect(await key.deploy(null)).toMatchObject({ action: "delete", diagnostics: [] });
    expect(await world.keys()).toEqual([]);
  });

  test("is a key that is replaced under a stricter policy than the one that it was made with", async () => {
    world = await KeyWorld.start();
    const key = world.key();
    await key.deploy({ ...goodConfig, verification: "time-only", overlap_window: "0s", quiet_period: "0s" });
    const before = key.state;
    world.clock.advance(Duration.days(91));
    expect((await key.deploy(goodConfig)).action).toBe("replace");
    expect(await world.use(before)).toBe(200);
  });

  test("is a key beside another active one of its name: it is not destroyed before somebody says which is in use", async () => {
    world = await KeyWorld.start();
    const key = world.key();
    await key.deploy(goodConfig);
    await world.createKey("scheduler-prod");
    expect((await key.deploy(null)).diagnostics).toEqual([
      expect.objectContaining({ severity: "error", summary: "Conflict" }),
    ]);
    expect(await world.use(key.state)).toBe(200);
  });
});

describe("a credential of another workspace", () => {
  test("is an error, and makes no key look as if it were gone", async () => {
    const world = await KeyWorld.start();
    const elsewhere = await KeyWorld.start({ seedProjectId: "99999999-9999-4999-8999-999999999999" });
    try {
      const key = world.key();
      await key.deploy(goodConfig);
      const lost = elsewhere.key();
      if (!key.state) throw new Error("there is no state");
      lost.adopt(key.state, key.private);
      expect(await lost.plan(goodConfig)).toMatchObject({
        action: "refused",
        diagnostics: [
          expect.objectContaining({
            detail: expect.stringMatching(
              /belongs to the workspace 1111.*but the credential is for the workspace 9999/,
            ) as string,
          }),
        ],
      });
      const plan = await lost.plan(null, { refresh: false });
      expect((await lost.apply(plan)).diagnostics).toEqual([expect.objectContaining({ severity: "error" })]);
      expect(lost.state).not.toBeNull();
    } finally {
      await world.close();
      await elsewhere.close();
    }
  });
});

describe("a key that was revoked by hand and is to be no more", () => {
  test("leaves a warning about the older keys that outlive it", async () => {
    const world = await KeyWorld.start();
    try {
      const key = world.key();
      await key.deploy(goodConfig);
      world.clock.advance(Duration.days(90));
      await key.deploy(goodConfig);
      await world.revoke(key.state?.id as string);
      expect((await key.plan(null)).diagnostics).toEqual([
        expect.objectContaining({
          severity: "warning",
          detail: expect.stringMatching(
            /scheduler-prod~retiring~.* If none is to be created, revoke them by hand/,
          ) as string,
        }),
      ]);
    } finally {
      await world.close();
    }
  });
});
