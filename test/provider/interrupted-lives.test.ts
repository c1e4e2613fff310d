import { Duration } from "../../src/model/duration";
import type { Behaviour } from "../../src/testing";
import { goodConfig, KeyWorld } from "../support/key-world";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { DeliveredKey } from "../support/delivered-key";
import { Killer, startProcess } from "../support/random-life/killable-process";

/** Orders of events that once went wrong, found by random lives. */
describe("a run that was killed", () => {
  let reader: AgeReader;
  beforeAll(async () => {
    reader = await newAgeReader();
  });

  interface Killed {
    readonly behaviour?: Partial<Behaviour>;
    readonly changes?: object;
    /** The config of the run that is killed. @default - the same */
    readonly next?: object;
    /** At which request it is killed, after which nothing of it happens any more. */
    readonly at: "GET" | "PATCH";
    /** Whether core had saved by then that the old object is set aside. */
    readonly isSetAside: boolean;
  }

  async function afterKill(
    { behaviour, changes = {}, next = {}, at, isSetAside }: Killed,
    work: (delivered: DeliveredKey) => Promise<void>,
  ): Promise<void> {
    const delivered = await DeliveredKey.due(reader, 1, { behaviour, changes });
    const { world, key } = delivered;
    try {
      const before = key.stateFile;
      const killer = new Killer(world);
      delivered.change(next);
      const plan = await key.plan(delivered.config);
      expect(plan.action).toBe("replace");
      const provider = await startProcess(world, killer);
      if (!provider) throw new Error("the provider could not be configured");
      key.continueWith(provider.server);
      const isKilled = await killer.during({ at: { method: at, path: "/v1/api-keys" }, isDone: false }, async () => {
        await key.apply(plan);
      });
      expect(isKilled).toBe(true);
      await delivered.restart(isSetAside ? key.stateFile : before);
      await work(delivered);
    } finally {
      await delivered.close();
    }
  }

  const silent = { behaviour: { namesOnly: true }, changes: { verification: "time-only" } } as const;

  test("with its old object set aside does not end the new key in its place, where time alone decides", async () => {
    await afterKill({ ...silent, at: "PATCH", isSetAside: true }, async (delivered) => {
      await delivered.key.deploy(delivered.config);
      expect(await delivered.useAll()).toEqual([200]);
    });
  });

  test("with its old object set aside does not end the new key in its place, on a quiet day", async () => {
    await afterKill({ at: "PATCH", isSetAside: true }, async (delivered) => {
      await delivered.deploy();
      await delivered.useAll();
      delivered.world.clock.advance(Duration.days(1));
      await delivered.deploy();
      expect(await delivered.useAll()).toEqual([200]);
    });
  });

  test("with its old object set aside before anything was made can be run again while the key is in use", async () => {
    await afterKill({ at: "GET", isSetAside: true }, async (delivered) => {
      await delivered.deploy();
      expect(await delivered.names()).toContain("scheduler-prod");
      await delivered.useAll();
      await delivered.deploy();
      expect(delivered.key.state).toMatchObject({ name: "scheduler-prod" });
      await delivered.converge();
    });
  });

  test("of which only the end of the old key failed does not end the new key instead", async () => {
    const delivered = await DeliveredKey.due(reader, 1);
    const { world, key, config } = delivered;
    try {
      const plan = await key.plan(config);
      await delivered.restart();
      world.api.clearRequests();
      // Once the new key has its name, the API can be reached no more.
      await key.apply(plan, {
        betweenCreateAndDestroy: () => {
          world.api.setFaults([{ kind: "bad-gateway", count: "always" }]);
        },
      });
      world.api.setFaults([]);
      expect(key.deposedStates).toHaveLength(1);
      await delivered.useAll();
      world.clock.advance(Duration.days(1));
      await delivered.deploy();
      expect(await delivered.useAll()).toEqual([200]);
      await delivered.converge();
    } finally {
      await delivered.close();
    }
  });

  test("leaves the old key its whole overlap from the next rotation on, where the API tells no times", async () => {
    const config = { ...goodConfig, verification: "time-only" };
    const world = await KeyWorld.start({ api: { behaviour: { namesOnly: true } } });
    try {
      const key = world.key();
      await key.deploy(config);
      const { state: old, stateFile } = key;
      world.clock.advance(Duration.days(90));
      const killer = new Killer(world);
      const restart = async (): Promise<void> => {
        const provider = await startProcess(world, killer);
        if (!provider) throw new Error("the provider could not be configured");
        key.continueWith(provider.server);
      };
      const plan = await key.plan(config);
      await restart();
      // The old key is named as retiring from then on, but nobody can read another secret.
      await killer.during({ at: { method: "PATCH", path: "/v1/api-keys" }, isDone: true }, async () => {
        await key.apply(plan);
      });
      key.continueWith(world.provider.server, stateFile);
      world.clock.advance(Duration.hours(3));
      await restart();
      expect((await key.deploy(config)).action).toBe("replace");
      expect(key.state?.id).not.toBe(old?.id);
      expect(await world.use(old)).toBe(200);
    } finally {
      await world.close();
    }
  });

  test("or failed with the old key renamed, while a delivery target was added, can be run again", async () => {
    const delivered = await DeliveredKey.due(reader, 1);
    const { world, key, files } = delivered;
    try {
      const [file = ""] = files;
      const targets = [file, `${file}.second`].map((path) => ({
        encrypted_file: { path, recipients: [reader.recipient] },
      }));
      // It is not due any more: only the new target asks for a rotation.
      delivered.change({ deliver_to: targets, rotation_period: "365d" });
      const plan = await key.plan(delivered.config);
      // The new key cannot get its name, nor the old one its own back.
      world.api.setFaults([{ kind: "error", status: 422, method: "PATCH", after: 1, count: "always" }]);
      await key.apply(plan);
      world.api.setFaults([]);
      expect(await delivered.names()).not.toContain("scheduler-prod");
      expect(await delivered.useAll()).toEqual([200]);
      await delivered.converge();
      expect(await delivered.use(await reader.read(`${file}.second`))).toBe(200);
    } finally {
      await delivered.close();
    }
  });
});
