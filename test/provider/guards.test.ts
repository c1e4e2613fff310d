import { Duration } from "../../src/model/duration";
import { KeyWorld, goodConfig } from "../support/key-world";

type Key = ReturnType<KeyWorld["key"]>;

/** Plans that would take a working key away from somebody, or give one more rights than before. */
describe("a plan", () => {
  let world: KeyWorld;
  beforeEach(async () => {
    world = await KeyWorld.start();
  });
  afterEach(async () => {
    await world.close();
  });

  async function created(config: object = goodConfig): Promise<Key> {
    const key = world.key();
    expect(await key.deploy(config)).toMatchObject({ action: "create", diagnostics: [] });
    // A use within the second of keyturn's own proof could be that proof.
    world.clock.advance(Duration.seconds(5));
    return key;
  }

  const inUse = {
    action: "refused",
    diagnostics: [{ severity: "error", summary: "The key may be in use" }],
  };

  test("that destroys a key in use is refused, and says when it was used and by whose key", async () => {
    const key = await created();
    await world.use(key.state);
    const plan = await key.plan(null);
    expect(plan).toMatchObject(inUse);
    expect(plan.diagnostics[0]?.detail).toMatch(
      /scheduler-prod \(.*\) of team-publishing@acme.example is not revoked, because it was last used at 2026-03-01T12:00:07\.101Z, and must be quiet for 10m/,
    );
  });

  test("that destroys a key goes through once the key has gone quiet", async () => {
    const key = await created();
    await world.use(key.state);
    world.clock.advance(Duration.minutes(11));
    expect(await key.deploy(null)).toMatchObject({ action: "delete", diagnostics: [] });
    expect(await world.keys()).toEqual([]);
  });

  test("that destroys a key which nobody has used yet goes through at once", async () => {
    const key = await created();
    expect(await key.deploy(null)).toMatchObject({ action: "delete", diagnostics: [] });
    expect(await world.keys()).toEqual([]);
  });

  test("that destroys a key which came into use after it was made changes nothing at apply", async () => {
    const key = await created();
    const plan = await key.plan(null);
    await world.use(key.state);
    const { diagnostics } = await key.apply(plan);
    expect(diagnostics).toMatchObject([{ severity: "error" }]);
    expect(diagnostics[0]?.detail).toContain("Nothing was changed");
    expect(await world.use(key.state)).toBe(200);
  });

  test("that destroys a key on an API that never tells of uses is refused, for nobody can tell", async () => {
    world.api.changeBehaviour({ keepsLastUsed: false });
    const key = await created();
    const plan = await key.plan(null);
    expect(plan).toMatchObject(inUse);
    expect(plan.diagnostics[0]?.detail).toContain("nothing tells whether it is in use");
  });

  test("with force_revoke counts only what was applied before, and then destroys a key in use", async () => {
    const key = await created();
    await world.use(key.state);
    expect(await key.plan(null)).toMatchObject(inUse);
    await key.deploy({ ...goodConfig, force_revoke: true });
    expect(await key.deploy(null)).toMatchObject({ action: "delete", diagnostics: [] });
    expect(await world.keys()).toEqual([]);
  });

  test("that destroys a protected key is refused, also when it is quiet and force is there", async () => {
    const key = await created({ ...goodConfig, deletion_protection: true, force_revoke: true });
    expect(await key.plan(null)).toMatchObject({
      action: "refused",
      diagnostics: [{ summary: "The key is protected" }],
    });
    await key.deploy(goodConfig);
    expect(await key.deploy(null)).toMatchObject({ action: "delete", diagnostics: [] });
  });

  test("that rotates a protected key goes through, and so does the end of its predecessor", async () => {
    const config = { ...goodConfig, deletion_protection: true };
    const key = await created(config);
    world.clock.advance(Duration.days(90));
    await world.use(key.state);
    const plan = await key.deploy(config);
    expect(plan.action).toBe("replace");
    expect(plan.diagnostics).toMatchObject([{ severity: "warning", summary: "The replaced key still works" }]);
    expect(key.deposedStates).toEqual([]);
  });

  test("that gives another service the place of one that is in use is refused", async () => {
    const key = await created();
    await world.use(key.state);
    const plan = await key.plan({ ...goodConfig, service: "planner" });
    expect(plan.diagnostics).toMatchObject([{ severity: "error", summary: "The key may be in use" }]);
    expect(plan.diagnostics[0]?.detail).toContain("Declare the new name as a key of its own");
    world.clock.advance(Duration.minutes(11));
    expect(await key.deploy({ ...goodConfig, service: "planner" })).toMatchObject({
      action: "replace",
      diagnostics: [],
    });
    expect(await world.names()).toEqual(["planner-prod"]);
  });

  test("that widens the scopes warns, and names both sets", async () => {
    const key = await created({ ...goodConfig, scopes: ["read"] });
    const plan = await key.plan(goodConfig);
    expect(plan).toMatchObject({ action: "update", diagnostics: [{ severity: "warning", path: "scopes" }] });
    expect(plan.diagnostics[0]?.detail).toContain("its scopes are read now, and read, write are planned");
  });

  test("that narrows the scopes says nothing", async () => {
    const key = await created();
    expect(await key.plan({ ...goodConfig, scopes: ["read"] })).toMatchObject({ action: "update", diagnostics: [] });
  });
});

describe("a key that two configurations declare", () => {
  let world: KeyWorld;
  let elsewhere: KeyWorld;
  beforeEach(async () => {
    world = await KeyWorld.start();
    elsewhere = await world.anotherProcess();
  });
  afterEach(async () => {
    await world.close();
  });

  test("is refused by the one that has lost it, once the other's key is in use, and nothing is revoked", async () => {
    const key = world.key();
    await key.deploy(goodConfig);
    await world.use(key.state);
    const other = elsewhere.key();
    await other.deploy(goodConfig);
    world.clock.advance(Duration.minutes(1));
    await elsewhere.use(other.state);

    for (let run = 0; run < 2; run += 1) {
      const plan = await key.plan(goodConfig);
      expect(plan.diagnostics).toMatchObject([
        { severity: "error", summary: "Another configuration manages this key" },
      ]);
      expect(plan.diagnostics[0]?.detail).toContain(String(other.state?.id));
    }
    expect([await world.use(key.state), await world.use(other.state)]).toEqual([200, 200]);
    expect(await world.names()).toEqual(["scheduler-prod", "scheduler-prod~retiring~NONCE"]);
  });

  test("is made anew with a warning while nobody has used the other's key, since a run may have been cut short", async () => {
    const key = world.key();
    await key.deploy(goodConfig);
    const old = key.state;
    await elsewhere.key().deploy(goodConfig);
    world.clock.advance(Duration.minutes(1));
    const plan = await key.deploy(goodConfig);
    expect(plan).toMatchObject({ action: "replace", requiresReplace: ["name"] });
    expect(plan.diagnostics).toMatchObject([
      { severity: "warning", summary: "The key was replaced outside of this state" },
      { severity: "warning", summary: "The replaced key still works" },
    ]);
    expect(await world.use(old)).toBe(200);
    expect(await world.names()).toEqual([
      "scheduler-prod",
      "scheduler-prod~retiring~NONCE",
      "scheduler-prod~retiring~NONCE",
    ]);
  });
});

describe("a secret that goes to no state", () => {
  test("is planned as null, so that no plan looks as if it were in the state", async () => {
    const world = await KeyWorld.start();
    try {
      const recipient = `age1${"q".repeat(58)}`;
      const deliverTo = [{ encrypted_file: { path: "/nowhere/scheduler.age", recipients: [recipient] } }];
      const plan = await world.key().plan({ ...goodConfig, deliver_to: deliverTo });
      expect(plan).toMatchObject({ action: "create", plannedState: { secret: null } });
    } finally {
      await world.close();
    }
  });
});
