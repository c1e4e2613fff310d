import { Duration } from "../../src/model/duration";
import type { ApiKeyState } from "../../src/provider/schema/api-key-schema";
import type { FaultKind } from "../../src/testing";
import { KeyWorld, goodConfig } from "../support/key-world";

type Key = ReturnType<KeyWorld["key"]>;

const kinds: readonly (readonly [string, FaultKind])[] = [
  ["an error of the API", { kind: "error", status: 500 }],
  ["a proxy's 502 before anything is done", { kind: "bad-gateway" }],
  ["a proxy's 502 after everything is done", { kind: "bad-gateway-after" }],
  ["a connection reset before anything is done", { kind: "reset" }],
  ["an answer lost after everything is done", { kind: "lost-response" }],
  ["a rate limit", { kind: "rate-limit", retryAfterSeconds: 1, toldIn: "header" }],
];

/** How many requests a rotation makes that can fail; counted once, below. */
async function countRequests(): Promise<number> {
  const world = await KeyWorld.start();
  try {
    const key = await dueKey(world);
    const plan = await key.plan(goodConfig);
    world.api.clearRequests();
    await key.apply(plan);
    return world.api.requests().length;
  } finally {
    await world.close();
  }
}

async function dueKey(world: KeyWorld): Promise<Key> {
  const key = world.key();
  await key.deploy(goodConfig);
  world.clock.advance(Duration.days(90));
  await world.use(key.state);
  return key;
}

/** What must hold at any time: the secret that the state holds works, and nobody else's key was touched. */
async function expectNoHarm(world: KeyWorld, key: Key, foreign: unknown): Promise<void> {
  for (const state of [key.state, ...key.deposedStates]) expect(await world.use(state as ApiKeyState)).toBe(200);
  expect((await world.keys()).find(({ name }) => name === "scheduler-staging")).toEqual(foreign);
}

async function expectConvergence(world: KeyWorld, key: Key): Promise<void> {
  // The next run comes later, when nobody can be at a pending key any more.
  world.clock.advance(Duration.minutes(20));
  for (let run = 0; run < 3; run += 1) await key.deploy(goodConfig);
  expect(await key.plan(goodConfig)).toMatchObject({ action: "no-op" });
  const names = (await world.names()).filter((name) => name !== "scheduler-staging");
  expect(names.filter((name) => name === "scheduler-prod")).toHaveLength(1);
  expect(names.filter((name) => name.includes("~pending~"))).toEqual([]);
  expect((key.state?.retiring ?? []).length).toBe(names.length - 1);

  // And in the end nothing is left but the one key.
  world.clock.advance(Duration.hours(2));
  await world.use(key.state);
  await key.deploy(goodConfig);
  expect((await world.names()).filter((name) => name !== "scheduler-staging")).toEqual(["scheduler-prod"]);
}

describe("a rotation on a bad network", () => {
  test.each(kinds)("survives %s, once, at every request", async (_name, kind) => {
    const requests = await countRequests();
    expect(requests).toBeGreaterThan(5);
    for (let after = 0; after < requests; after += 1) {
      const world = await KeyWorld.start();
      try {
        const foreignId = await world.createKey("scheduler-staging");
        const foreign = (await world.keys()).find(({ id }) => id === foreignId);
        const key = await dueKey(world);
        const plan = await key.plan(goodConfig);
        expect(plan.action).toBe("replace");

        world.api.setFaults([{ ...kind, after, count: 1 }]);
        await key.apply(plan);
        world.api.setFaults([]);

        await expectNoHarm(world, key, foreign);
        expect((await world.names()).filter((name) => name.includes("~pending~"))).toEqual([]);
        await expectConvergence(world, key);
      } finally {
        await world.close();
      }
    }
  });

  test.each(kinds)(
    "does no harm when %s lasts from any request on, and converges when it is over",
    async (_name, kind) => {
      const requests = await countRequests();
      for (let after = 0; after < requests; after += 1) {
        const world = await KeyWorld.start();
        try {
          const foreignId = await world.createKey("scheduler-staging");
          const foreign = (await world.keys()).find(({ id }) => id === foreignId);
          const key = await dueKey(world);
          const plan = await key.plan(goodConfig);

          world.api.setFaults([{ ...kind, after, count: "always" }]);
          await key.apply(plan);
          world.api.setFaults([]);

          await expectNoHarm(world, key, foreign);
          await expectConvergence(world, key);
        } finally {
          await world.close();
        }
      }
    },
  );
});

describe("a rotation that cannot be finished", () => {
  test.each([
    ["the new secret cannot be proven", { method: "GET", path: "/v1/pinterest/accounts" }],
    ["the old key cannot be renamed", { method: "PATCH" }],
    ["the new key cannot be renamed", { method: "PATCH", after: 1 }],
  ])("takes everything back when %s", async (_name, target) => {
    const world = await KeyWorld.start();
    try {
      const key = await dueKey(world);
      const before = key.state;
      const plan = await key.plan(goodConfig);
      world.api.setFaults([{ kind: "error", status: 422, ...target }]);
      const { diagnostics } = await key.apply(plan);
      expect(diagnostics).toEqual([
        expect.objectContaining({
          severity: "error",
          detail: expect.stringMatching(/was revoked again\..* It is safe to run this again\.$/s) as string,
        }),
      ]);
      expect(await world.keys()).toMatchObject([{ id: before?.id, name: "scheduler-prod" }]);
      expect(key.state).toEqual(before);
      expect(await world.use(key.state)).toBe(200);
    } finally {
      await world.close();
    }
  });
});

describe("minting a key when answers get lost", () => {
  test("tries again with another name, and leaves no key behind whose secret nobody has", async () => {
    const world = await KeyWorld.start();
    try {
      world.api.setFaults([{ kind: "lost-response", method: "POST", path: "/v1/api-keys", count: 2 }]);
      const key = world.key();
      expect(await key.deploy(goodConfig)).toMatchObject({ action: "create", diagnostics: [] });
      expect(await world.names()).toEqual(["scheduler-prod"]);
      expect(await world.use(key.state)).toBe(200);
      const posts = world.api.requests().filter(({ method, path }) => method === "POST" && path === "/v1/api-keys");
      expect(posts).toHaveLength(3);
    } finally {
      await world.close();
    }
  });

  test("gives up after three lost answers, with nothing left and no secret in the message", async () => {
    const world = await KeyWorld.start();
    try {
      world.api.setFaults([{ kind: "lost-response", method: "POST", path: "/v1/api-keys", count: "always" }]);
      const key = world.key();
      const { diagnostics } = await key.deploy(goodConfig);
      expect(diagnostics).toEqual([
        expect.objectContaining({ severity: "error", summary: "The outcome of a request is not known" }),
      ]);
      expect(JSON.stringify(diagnostics)).not.toMatch(/pb_(live|test)_/);
      expect(await world.names()).toEqual([]);
      expect(key.state).toBeNull();
    } finally {
      await world.close();
    }
  });
});
