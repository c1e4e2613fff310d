/** Imports of keys that are not alone: others have their name, or a part in their life. */
import { goodConfig, KeyWorld } from "../support/key-world";

describe("an import", () => {
  let world: KeyWorld;
  beforeEach(async () => {
    world = await KeyWorld.start();
  });
  afterEach(async () => {
    await world.close();
  });

  test("under another name names the replaced keys of the old one, which it leaves behind", async () => {
    const old = await world.createKey("planner-prod");
    const replaced = await world.createKey("planner-prod~retiring~20260101t000000z12345678");
    const key = world.key();
    await key.import(old);
    const { diagnostics } = await key.plan(goodConfig);
    const warning = diagnostics.find(({ summary }) => summary === "Older keys are left behind");
    expect(warning).toMatchObject({ severity: "warning", detail: expect.stringContaining(replaced) as string });
  });

  test.each(["pending", "retiring", "rolledback"])("of a key that is %s is refused", async (phase) => {
    await world.createKey("scheduler-prod");
    const id = await world.createKey(`scheduler-prod~${phase}~20260101t000000z12345678`);
    const key = world.key();
    expect(await key.import(id)).toMatchObject([{ severity: "error" }]);
    expect(key.state).toBeNull();
  });

  test("takes a leak that is written down as answered, says so, and answers another text of it", async () => {
    const id = await world.createKey("scheduler-prod", ["read", "write"]);
    const key = world.key();
    await key.import(id);
    const { action, diagnostics } = await key.deploy({ ...goodConfig, compromised: "INC-42" });
    expect(action).toBe("update");
    expect(diagnostics).toMatchObject([
      { severity: "warning", path: "compromised", summary: "A leak is taken as answered" },
    ]);
    expect((await world.keys()).map((each) => each.id)).toEqual([id]);

    await key.deploy({ ...goodConfig, compromised: "INC-42, this one, too" });
    expect((await world.keys()).map((each) => each.id)).toEqual([key.state?.id]);
    expect(key.state?.id).not.toBe(id);
  });
});
