import { Duration } from "../../src/model/duration";
import { KeyWorld, goodConfig } from "../support/key-world";

describe("importing a key", () => {
  let world: KeyWorld;
  beforeEach(async () => {
    world = await KeyWorld.start();
  });
  afterEach(async () => {
    await world.close();
  });

  test.each(["id", "name"])("by its %s adopts it in place, and the plan after that is empty", async (way) => {
    const id = await world.createKey("scheduler-prod", ["read", "write"]);
    const key = world.key();
    expect(await key.import(way === "id" ? id : "scheduler-prod")).toEqual([]);
    expect(key.state).toMatchObject({
      id,
      name: "scheduler-prod",
      scopes: ["read", "write"],
      secret: null,
      retiring: [],
    });

    expect(await key.deploy(goodConfig)).toMatchObject({ action: "update", requiresReplace: [], diagnostics: [] });
    expect((await key.plan(goodConfig)).action).toBe("no-op");
    expect(await world.keys()).toMatchObject([{ id, name: "scheduler-prod" }]);
  });

  test("under another name renames it, and narrows its rights to what is declared", async () => {
    const id = await world.createKey("old scheduler key", ["read", "write", "destructive"]);
    const key = world.key();
    await key.import(id);
    expect(await key.deploy(goodConfig)).toMatchObject({ action: "update", diagnostics: [] });
    expect(await world.keys()).toMatchObject([{ id, name: "scheduler-prod", scopes: ["read", "write"] }]);
  });

  test("that is overdue adopts it first and rotates it with the next plan, without an outage", async () => {
    const id = await world.createKey("old scheduler key");
    world.clock.advance(Duration.days(400));
    const key = world.key();
    await key.import(id);
    expect((await key.deploy(goodConfig)).action).toBe("update");
    expect((await key.deploy(goodConfig)).action).toBe("replace");
    expect((await world.keys()).map((each) => each.id)).toContain(id);
    expect(key.state?.retiring).toMatchObject([{ id }]);
  });

  test("keeps what the key has replaced until its own rotation, since nobody remembers its proof", async () => {
    const first = world.key();
    await first.deploy(goodConfig);
    const before = first.state;
    world.clock.advance(Duration.days(90));
    await first.deploy(goodConfig);

    const again = world.key();
    await again.import("scheduler-prod");
    await again.deploy(goodConfig);
    world.clock.advance(Duration.days(2));
    await world.use(first.state);
    world.clock.advance(Duration.days(2));
    expect((await again.plan(goodConfig)).action).toBe("no-op");
    expect(await world.use(before)).toBe(200);

    world.clock.advance(Duration.days(90));
    expect((await again.deploy(goodConfig)).action).toBe("replace");
    world.clock.advance(Duration.hours(2));
    await world.use(again.state);
    expect(await again.deploy(goodConfig)).toMatchObject({ action: "update", plannedState: { retiring: [] } });
    expect(await world.names()).toEqual(["scheduler-prod"]);
  });

  test("and destroying it before it was ever adopted leaves it to its users", async () => {
    const id = await world.createKey("old scheduler key");
    const key = world.key();
    await key.import(id);
    expect((await key.deploy(null)).diagnostics).toEqual([
      expect.objectContaining({ severity: "warning", summary: "The imported key still works" }),
    ]);
    expect((await world.keys()).map((each) => each.id)).toEqual([id]);
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    [
      "a key that does not exist",
      () => Promise.resolve("nobody"),
      /the key "nobody" does not exist in this workspace/i,
    ],
    [
      "a key that is revoked",
      async () => {
        const id = await world.createKey("gone");
        await world.revoke(id);
        return id;
      },
      /is revoked|does not exist/,
    ],
    [
      "a name that two keys have",
      async () => {
        await world.createKey("twin");
        await world.createKey("twin");
        return "twin";
      },
      /several keys are named "twin": .*, .*; import one of them by its id/i,
    ],
    [
      "a key that is being replaced",
      async () => {
        return await world.createKey("scheduler-prod~retiring~abc");
      },
      /part of a rotation that is under way/,
    ],
  ])("refuses %s", async (_name, prepare, detail) => {
    const name = await prepare();
    const key = world.key();
    expect(await key.import(name)).toEqual([
      expect.objectContaining({ severity: "error", detail: expect.stringMatching(detail) as string }),
    ]);
    expect(key.state).toBeNull();
  });
});
