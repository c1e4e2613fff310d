/**
 * What people and Terraform itself do between two runs, or in the middle of one: hands rename and revoke, core taints and sets aside, a
 * run is killed. Nothing may be ended that is in use, and nothing forgotten.
 */
import { Duration } from "../../src/model/duration";
import { declaredApiKey } from "../../src/provider/api-key/declared-api-key";
import { clientFor } from "../../src/provider/configure";
import { newNonce } from "../../src/provider/rotation/new-nonce";
import { rollBack } from "../../src/provider/rotation/roll-back";
import { testWorld } from "../../src/testing";
import { newAgeReader } from "../support/age-reader";
import { DeliveredKey } from "../support/delivered-key";
import { goodConfig, KeyWorld } from "../support/key-world";
import type { ProviderHarness } from "../support/provider-harness";
import { Killer, startProcess } from "../support/random-life/killable-process";
import { RollingBack } from "../support/rolling-back";

const text = (diagnostics: readonly object[]): string => JSON.stringify(diagnostics);
const errors = (diagnostics: readonly { severity: string }[]): readonly object[] =>
  diagnostics.filter(({ severity }) => severity === "error");

/** As `terraform taint` leaves it. */
async function taint(world: KeyWorld, key: ReturnType<KeyWorld["key"]>): Promise<void> {
  const { current, deposed } = key.stateFile;
  if (!current) throw new Error("no state");
  const next = await startProcess(world, new Killer(world));
  key.continueWith((next as ProviderHarness).server, { current: { ...current, tainted: true }, deposed });
}

describe("an incident", () => {
  let world: KeyWorld;
  beforeEach(async () => {
    world = await KeyWorld.start();
  });
  afterEach(async () => {
    await world.close();
  });

  test("revokes the leaked key although somebody has renamed it", async () => {
    const key = world.key();
    await key.deploy(goodConfig);
    const leaked = key.state;
    await world.patch(String(leaked?.id), { name: "please do not delete" });
    const plan = await key.plan({ ...goodConfig, compromised: "INC-42" });
    expect(text(plan.diagnostics)).toContain(String(leaked?.id));
    const { diagnostics } = await key.apply(plan);
    expect(diagnostics).toMatchObject([{ severity: "warning", summary: "Compromised keys were revoked" }]);
    expect(await world.use(leaked)).toBe(401);
    expect(await world.use(key.state)).toBe(200);
  });

  test("revokes the leaked key although it is tainted as well", async () => {
    const key = world.key();
    await key.deploy(goodConfig);
    const leaked = key.state;
    await world.use(leaked);
    await taint(world, key);
    const { diagnostics } = await key.deploy({ ...goodConfig, compromised: "INC-42" });
    expect(diagnostics).toMatchObject([{ severity: "warning", summary: "Compromised keys were revoked" }]);
    expect(await world.use(leaked)).toBe(401);
    expect(await world.use(key.state)).toBe(200);
    expect((await key.deploy({ ...goodConfig, compromised: "INC-42" })).action).toBe("no-op");
  });
});

describe("an object set aside", () => {
  test("with the name of a rolled back key never becomes the new key", async () => {
    const site = await RollingBack.start();
    try {
      await site.create();
      const second = await site.rotate("spring");
      site.world.clock.advance(Duration.minutes(15));
      // A rotation is planned, the roll-back comes, and then the saved plan is applied; a dependent fails.
      const plan = await site.key.plan(site.config("summer"));
      await site.rollBack();
      const failed = site.key.apply(plan, {
        betweenCreateAndDestroy: () => {
          throw new Error("a dependent failed");
        },
      });
      await expect(failed).rejects.toThrow("a dependent failed");
      expect(site.key.deposedStates.map(({ id }) => id)).toEqual([second]);

      site.world.clock.advance(Duration.hours(2));
      const next = await startProcess(site.world, new Killer(site.world));
      site.key.continueWith((next as ProviderHarness).server);
      const again = await site.key.plan(site.config("summer"));
      expect(errors(again.diagnostics)).toEqual([]);
      const apply = await startProcess(site.world, new Killer(site.world));
      site.key.continueWith((apply as ProviderHarness).server);
      await site.key.apply(again);
      expect(await site.useAll()).toEqual([200, 200]);
    } finally {
      await site.close();
    }
  });
});

test("an object set aside does not become the new key after a plan without a refresh", async () => {
  const site = await RollingBack.start();
  try {
    await site.create();
    await site.rotate("spring");
    site.world.clock.advance(Duration.minutes(15));
    await site.rollBack();
    const plan = await site.key.plan(site.config("summer"), { refresh: false });
    const failed = site.key.apply(plan, {
      betweenCreateAndDestroy: () => {
        throw new Error("a dependent failed");
      },
    });
    await expect(failed).rejects.toThrow("a dependent failed");
    site.world.clock.advance(Duration.hours(2));
    for (let run = 0; run < 2; run += 1) {
      site.key.continueWith(((await startProcess(site.world, new Killer(site.world))) as ProviderHarness).server);
      await site.key.deploy(site.config("summer"));
    }
    expect(await site.useAll()).toEqual([200, 200]);
  } finally {
    await site.close();
  }
});

describe("a destroy after a killed rotation", () => {
  async function killed(changes: object, patches: number): Promise<DeliveredKey> {
    const delivered = await DeliveredKey.due(await newAgeReader(), 1, { changes });
    const { world, key } = delivered;
    const before = key.stateFile;
    const killer = new Killer(world);
    const plan = await key.plan(delivered.config);
    expect(plan.action).toBe("replace");
    const provider = await startProcess(world, killer);
    key.continueWith((provider as ProviderHarness).server);
    world.api.clearRequests();
    // Count the requests: kill at the one after that many PATCHes.
    const isKilled = await killer.during(
      { at: { method: "PATCH", path: "/v1/api-keys" }, isDone: patches > 0 },
      async () => {
        await key.apply(plan);
      },
    );
    expect(isKilled).toBe(true);
    await delivered.restart(before);
    return delivered;
  }

  test("does not forget the key that took over", async () => {
    const delivered = await DeliveredKey.due(await newAgeReader(), 1);
    const { world, key } = delivered;
    try {
      const before = key.stateFile;
      await delivered.deploy();
      const successor = String(key.state?.id);
      // The state of before is what is left of the run.
      await delivered.restart(before);
      world.clock.advance(Duration.hours(1));
      await delivered.useAll();
      const plan = await key.deploy(null);
      expect(key.state).toBeNull();
      expect(text(plan.diagnostics)).toContain(
        `${successor}, whose own plan knows when it may go; if no state has that key, import it`,
      );
    } finally {
      await delivered.close();
    }
  });

  test("is refused where the key is protected", async () => {
    const delivered = await killed({ deletion_protection: true }, 1);
    const { world, key } = delivered;
    try {
      world.clock.advance(Duration.hours(1));
      expect(await key.plan(null)).toMatchObject({
        action: "refused",
        diagnostics: [{ severity: "error", summary: "The key is protected" }],
      });
    } finally {
      await delivered.close();
    }
  });
});

describe("a key that somebody renamed", () => {
  test("and that is tainted comes to an end", async () => {
    const world = await KeyWorld.start();
    try {
      const key = world.key();
      await key.deploy(goodConfig);
      await world.patch(String(key.state?.id), { name: "old one" });
      await taint(world, key);
      for (let run = 0; run < 4; run += 1) {
        await key.deploy(goodConfig);
        world.clock.advance(Duration.hours(2));
        await world.use(key.state);
      }
      expect(await key.deploy(goodConfig)).toMatchObject({ action: "no-op", diagnostics: [] });
      expect(key.deposedStates).toEqual([]);
      expect(await world.names()).toEqual(["scheduler-prod"]);
    } finally {
      await world.close();
    }
  });
});

describe("a second active key", () => {
  test("of the same name is told of before the rotation is due", async () => {
    const world = await KeyWorld.start();
    try {
      const key = world.key();
      await key.deploy(goodConfig);
      const twin = await world.createKey("scheduler-prod");
      await world.use(key.state);
      const plan = await key.plan(goodConfig);
      expect(plan.action).toBe("no-op");
      expect(text(plan.diagnostics)).toContain(twin);
    } finally {
      await world.close();
    }
  });
});

test("a destroy of a key that was revoked by hand since the refresh tells of the older ones that still work", async () => {
  const world = await KeyWorld.start();
  try {
    const key = world.key();
    await key.deploy(goodConfig);
    world.clock.advance(Duration.days(90));
    await world.use(key.state);
    const old = String(key.state?.id);
    await key.deploy(goodConfig);
    world.clock.advance(Duration.minutes(20));
    const plan = await key.plan(null);
    await world.revoke(String(key.state?.id));
    const { diagnostics } = await key.apply(plan);
    expect(text([...plan.diagnostics, ...diagnostics])).toContain(old);
  } finally {
    await world.close();
  }
});

test("a roll-back leaves the stores alone where the key to go back to has gone since it looked", async () => {
  const site = await RollingBack.start();
  const { clock, api } = site.world;
  const environment = { KEYTURN_ENDPOINT: api.url, KEYTURN_API_KEY: testWorld.managementKey.reveal() };
  const nothing = {
    ...{ environment: null, endpoint: null, api_key: null, token: null, login: null, project_id: null },
    ...{ request_timeout: null, max_retries: null, evidence: null },
  };
  const client = clientFor(nothing, { environment, clock, userAgent: "test" });
  try {
    const first = await site.create();
    await site.rotate("spring");
    clock.advance(Duration.minutes(15));
    // A deployment ends the old key right after the roll-back has looked.
    const racing = new Proxy(client, {
      get: (target, name) =>
        name === "list"
          ? async (...args: Parameters<typeof client.list>) => {
              const listing = await target.list(...args);
              if (listing.keys.some(({ id }) => id === first)) await site.world.revoke(first);
              return listing;
            }
          : (Reflect.get(target, name) as (...args: unknown[]) => unknown).bind(target),
    });
    const request = {
      declared: declaredApiKey(site.state, { variables: {} }),
      keyIdInState: String(site.state.id),
      isDryRun: false,
    };
    await expect(rollBack(request, { client: racing, clock, nonce: newNonce })).rejects.toThrow(
      `the key ${first} has been revoked a moment ago; nothing was changed`,
    );
    expect(await site.useAll()).toEqual([200, 200]);
  } finally {
    await client.close();
    await site.close();
  }
});

test("a renamed service whose old key came into use before the apply keeps it, and says that its old name, declared again, is the way out", async () => {
  const world = await KeyWorld.start();
  try {
    const key = world.key();
    await key.deploy(goodConfig);
    const old = key.state;
    world.clock.advance(Duration.seconds(5));
    const config = { ...goodConfig, service: "planner" };
    const plan = await key.plan(config);
    expect(plan.action).toBe("replace");
    await world.use(old);
    expect((await key.apply(plan)).diagnostics).toMatchObject([
      {
        severity: "error",
        detail: expect.stringContaining("declare a key of its service and environment again") as string,
      },
    ]);
    expect(await world.use(old)).toBe(200);

    const provider = (await startProcess(world, new Killer(world))) as ProviderHarness;
    key.continueWith(provider.server);
    const again = world.key();
    again.continueWith(provider.server);
    world.clock.advance(Duration.minutes(5));
    await world.use(old);
    const [one, other] = await Promise.all([key.plan(config), again.plan(goodConfig)]);
    expect([one.action, other.action]).toEqual(["no-op", "create"]);
    await again.apply(other);
    await key.apply(one);
    expect([await world.use(old), await world.use(again.state), await world.use(key.state)]).toEqual([200, 200, 200]);
    expect(again.state?.retiring).toMatchObject([{ id: old?.id }]);
    expect(key.deposedStates).toEqual([]);
  } finally {
    await world.close();
  }
});

describe("a leak", () => {
  let world: KeyWorld;
  beforeEach(async () => {
    world = await KeyWorld.start();
  });
  afterEach(async () => {
    await world.close();
  });

  test("that is answered by hand first is told to have left older generations, which another text of it ends", async () => {
    const key = world.key();
    await key.deploy(goodConfig);
    world.clock.advance(Duration.days(90));
    const old = key.state;
    await world.use(old);
    await key.deploy(goodConfig);
    await world.revoke(String(key.state?.id));
    const plan = await key.deploy({ ...goodConfig, compromised: "INC-42" });
    expect(plan.action).toBe("create");
    expect(plan.diagnostics).toMatchObject([
      { severity: "warning", summary: "Replaced keys outlive their successor" },
      {
        severity: "warning",
        summary: "Older keys of a compromised one still work",
        detail: expect.stringContaining(String(old?.id)) as string,
      },
    ]);
    await key.deploy({ ...goodConfig, compromised: "INC-42, all of them" });
    expect(await world.use(old)).toBe(401);
  });
});
