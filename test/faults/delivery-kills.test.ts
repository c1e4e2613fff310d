import { EncryptedFileStore } from "../../src/stores/encrypted-file";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { DeliveredKey } from "../support/delivered-key";
import { Killer, startProcess } from "../support/random-life/killable-process";

let reader: AgeReader;
beforeAll(async () => {
  reader = await newAgeReader();
});
afterEach(() => {
  jest.restoreAllMocks();
});

async function withDueKey(fileCount: number, work: (delivered: DeliveredKey) => Promise<void>): Promise<void> {
  const delivered = await DeliveredKey.due(reader, fileCount);
  try {
    await work(delivered);
  } finally {
    await delivered.close();
  }
}

/** Plans. @returns the apply, in a process of its own */
async function planned({ world, key, config }: DeliveredKey, killer: Killer): Promise<() => Promise<void>> {
  const plan = await key.plan(config);
  expect(plan.action).toBe("replace");
  world.api.clearRequests();
  return async () => {
    const provider = await startProcess(world, killer);
    if (!provider) throw new Error("the provider could not be configured");
    key.continueWith(provider.server);
    await key.apply(plan);
  };
}

function madeKeys({ world }: DeliveredKey): number {
  return world.api.requests().filter(({ method, path }) => method === "POST" && path === "/v1/api-keys").length;
}

/** The methods of the requests of an apply, in order, counted once. */
async function requestsOfRotation(): Promise<readonly string[]> {
  let methods: readonly string[] = [];
  await withDueKey(2, async (delivered) => {
    const apply = await planned(delivered, new Killer(delivered.world));
    await apply();
    methods = delivered.world.api.requests().map(({ method }) => method);
  });
  return methods;
}

/** Ends the process, without a last word, at the put after so many others. */
async function deathAtPut(puts: number): Promise<"killed"> {
  return await new Promise((resolve) => {
    const arm = (left: number): void => {
      const spy = jest.spyOn(EncryptedFileStore.prototype, "put").mockImplementation(async function (
        this: EncryptedFileStore,
        delivery,
      ) {
        if (left === 0) {
          resolve("killed");
          await new Promise(() => undefined);
        }
        spy.mockRestore();
        await this.put(delivery);
        arm(left - 1);
      });
    };
    arm(puts);
  });
}

describe("a rotation that delivers to encrypted files, killed", () => {
  test.each([
    ["before a request is done, with one file", false, 1],
    ["before a request is done, with two files", false, 2],
    ["right after a request is done, with one file", true, 1],
    ["right after a request is done, with two files", true, 2],
  ])("%s, leaves what the next run finishes", async (_name, isDone, fileCount) => {
    const methods = await requestsOfRotation();
    const [firstRename = 0, secondRename = 0] = methods.flatMap((method, index) => (method === "PATCH" ? [index] : []));
    expect(firstRename).toBeGreaterThan(0);
    expect(secondRename).toBeGreaterThan(firstRename);
    for (let after = 0; after < methods.length; after += 1) {
      await withDueKey(fileCount, async (delivered) => {
        const { world, key, files } = delivered;
        const oldSecrets = await Promise.all(files.map((file) => reader.read(file)));
        const killer = new Killer(world);
        const before = key.stateFile;
        const apply = await planned(delivered, killer);
        const isKilled = await killer.during({ after, isDone }, apply);
        expect(isKilled).toBe(true);
        await delivered.restart(before);

        expect(await delivered.useAll()).toEqual(files.map(() => 200));
        for (const secret of oldSecrets) expect(await delivered.use(secret)).toBe(200);

        const delivering = await Promise.all(files.map((file) => reader.read(file)));
        const isDelivered = delivering.every((secret, index) => secret !== oldSecrets[index]);
        expect(isDelivered).toBe(after >= firstRename);
        world.api.clearRequests();
        await delivered.deploy();
        if (isDelivered) {
          expect(madeKeys(delivered)).toBe(0);
          expect(await Promise.all(files.map((file) => reader.read(file)))).toEqual(delivering);
        }
        await delivered.converge();
        if (isDelivered) expect(madeKeys(delivered)).toBe(0);
      });
    }
  });

  test.each([
    ["before anything is delivered", 0],
    ["between two files", 1],
  ])("%s, leaves every file with a secret that works, and the next run converges", async (_name, puts) => {
    await withDueKey(2, async (delivered) => {
      const { world, key, files } = delivered;
      const oldSecrets = await Promise.all(files.map((file) => reader.read(file)));
      const apply = await planned(delivered, new Killer(world));
      const before = key.stateFile;
      const death = deathAtPut(puts);
      expect(await Promise.race([apply(), death])).toBe("killed");
      jest.restoreAllMocks();
      await delivered.restart(before);

      const now = await Promise.all(files.map((file) => reader.read(file)));
      expect(now.filter((secret, index) => secret !== oldSecrets[index])).toHaveLength(puts);
      expect(await delivered.useAll()).toEqual([200, 200]);
      for (const secret of oldSecrets) expect(await delivered.use(secret)).toBe(200);
      await delivered.converge();
      // Whoever has read the first file in between still has a secret that works, for as long as it is in use.
      expect(await delivered.useAll()).toEqual([200, 200]);
    });
  });
});
