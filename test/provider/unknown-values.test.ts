/** Values that are known only after apply: a plan that is reviewed and its apply must come to the same. */
import { Duration } from "../../src/model/duration";
import { UNKNOWN } from "../../src/framework";
import { goodConfig, KeyWorld } from "../support/key-world";

describe("a plan for a key that exists is refused", () => {
  let world: KeyWorld;
  beforeEach(async () => {
    world = await KeyWorld.start();
  });
  afterEach(async () => {
    await world.close();
  });

  test.each<[string, object, string]>([
    ["its period", { rotation_period: UNKNOWN }, "rotation_period"],
    ["the report of a leak", { compromised: UNKNOWN }, "compromised"],
    [
      "the report of a leak and a trigger is new",
      { compromised: UNKNOWN, rotation_triggers: { a: "1" } },
      "compromised",
    ],
  ])("where %s is known only after apply, and nothing is changed", async (_name, changes, attribute) => {
    const key = world.key();
    await key.deploy(goodConfig);
    world.clock.advance(Duration.days(91));
    expect(await key.plan({ ...goodConfig, ...changes })).toMatchObject({
      action: "refused",
      diagnostics: [{ severity: "error", path: attribute, summary: "A value must be known to plan a key" }],
    });
    expect(await world.names()).toEqual(["scheduler-prod"]);
  });

  test("not where it is yet to be made", async () => {
    const key = world.key();
    const plan = await key.plan({ ...goodConfig, rotation_period: UNKNOWN, compromised: UNKNOWN });
    expect(plan.action).toBe("create");
    expect((await key.apply(plan, { config: goodConfig })).diagnostics).toEqual([]);
  });
});
