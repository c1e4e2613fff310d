import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Duration } from "../../src/model/duration";
import { EncryptedFileStore } from "../../src/stores/encrypted-file";
import type { FaultKind } from "../../src/testing";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { DeliveredKey, type Standing } from "../support/delivered-key";

const kinds: readonly (readonly [string, FaultKind])[] = [
  ["an error of the API", { kind: "error", status: 422 }],
  ["a proxy's 502 before anything is done", { kind: "bad-gateway" }],
  ["a proxy's 502 after everything is done", { kind: "bad-gateway-after" }],
  ["a connection reset before anything is done", { kind: "reset" }],
  ["an answer lost after everything is done", { kind: "lost-response" }],
  ["a rate limit", { kind: "rate-limit", retryAfterSeconds: 1, toldIn: "header" }],
];

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

function hasError(diagnostics: readonly { readonly severity: string }[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** All is as it was, but for a new key that services may have read: that one is on its way out. */
function expectAsBefore(now: Standing, before: Standing): void {
  const known = new Set(before.names.map(([id]) => id));
  expect({ ...now, names: now.names.filter(([id]) => known.has(id)) }).toEqual(before);
  const added = now.names.filter(([id]) => !known.has(id)).map(([, name]) => name.replace(/[a-z0-9]+$/, "NONCE"));
  expect([[], ["scheduler-prod~retiring~NONCE"]]).toContainEqual(added);
}

async function countRequests(fileCount: number): Promise<number> {
  let count = 0;
  await withDueKey(fileCount, async ({ world, key, config }) => {
    const plan = await key.plan(config);
    world.api.clearRequests();
    await key.apply(plan);
    count = world.api.requests().length;
  });
  return count;
}

describe("a rotation that delivers to encrypted files, on a bad network", () => {
  test.each(kinds.flatMap(([name, kind]) => [1, 2].map((files) => [name, files, kind] as const)))(
    "survives %s, once, at every request, with %d of them: it is all done, or all as before",
    async (_name, fileCount, kind) => {
      const requests = await countRequests(fileCount);
      expect(requests).toBeGreaterThan(5);
      for (let after = 0; after < requests; after += 1) {
        await withDueKey(fileCount, async (delivered) => {
          const { world, key, config } = delivered;
          const plan = await key.plan(config);
          const before = await delivered.standing();

          world.api.setFaults([{ ...kind, after, count: 1 }]);
          const { diagnostics } = await key.apply(plan);
          world.api.setFaults([]);

          const now = await delivered.standing();
          // Where only the end of the old key has failed, the new one has taken over.
          if (hasError(diagnostics) && key.deposedStates.length === 0) expectAsBefore(now, before);
          else expect(now.contents.map((content) => content === undefined)).toEqual(before.contents.map(() => false));
          expect(await delivered.useAll()).toEqual(delivered.files.map(() => 200));
          await delivered.converge();
        });
      }
    },
  );

  test.each(kinds)(
    "does no harm when %s lasts from any request on, and converges when it is over",
    async (_name, kind) => {
      const requests = await countRequests(2);
      for (let after = 0; after < requests; after += 1) {
        await withDueKey(2, async (delivered) => {
          const { world, key, config } = delivered;
          const secrets = await Promise.all(delivered.files.map((file) => reader.read(file)));
          const plan = await key.plan(config);
          world.api.setFaults([{ ...kind, after, count: "always" }]);
          await key.apply(plan);
          world.api.setFaults([]);

          expect(await delivered.useAll()).toEqual([200, 200]);
          // Services that have not read again yet.
          for (const secret of secrets) expect(await delivered.use(secret)).toBe(200);
          await delivered.converge();
        });
      }
    },
  );
});

const somethingElse = "this is not a secret of keyturn";

describe("a rotation, where a file cannot be written", () => {
  test.each<[string, number, (file: string) => void]>([
    [
      "the folder of the first one is gone",
      0,
      (file) => {
        rmSync(path.dirname(file), { recursive: true });
      },
    ],
    [
      "a file of somebody else is in the place of the first one",
      0,
      (file) => {
        writeFileSync(file, somethingElse);
      },
    ],
    [
      "a file of somebody else is in the place of the second one",
      1,
      (file) => {
        writeFileSync(file, somethingElse);
      },
    ],
    [
      "a file of somebody else is where the previous secret of the second one is kept",
      1,
      (file) => {
        writeFileSync(`${file}.previous`, somethingElse);
      },
    ],
  ])("mints nothing and changes nothing when %s", async (_name, index, breakFile) => {
    await withDueKey(2, async (delivered) => {
      const { world, key, config, files } = delivered;
      const file = files[index] ?? "";
      breakFile(file);
      const before = await delivered.standing();
      world.api.clearRequests();
      const plan = await key.deploy(config);
      expect(plan.diagnostics).toEqual([
        expect.objectContaining({ severity: "error", detail: expect.stringContaining(file) as string }),
      ]);
      expect(world.api.requests().map(({ method }) => method)).not.toContain("POST /v1/api-keys");
      expect(
        world.api.requests().filter(({ method, path: asked }) => method !== "GET" && asked.includes("api-keys")),
      ).toEqual([]);
      expect(await delivered.standing()).toEqual(before);
    });
  });

  /** Breaks something right before the put with that number, counted from 0. */
  function breakAtPut(number: number, breakFile: () => void): void {
    const spy = jest.spyOn(EncryptedFileStore.prototype, "put").mockImplementation(async function (
      this: EncryptedFileStore,
      delivery,
    ) {
      spy.mockRestore();
      if (number === 0) breakFile();
      await this.put(delivery);
      if (number > 0) breakAtPut(number - 1, breakFile);
    });
  }

  test.each([
    ["the first", 0, /was revoked again\..* It is safe to run this again\.$/s],
    ["the second", 1, /was retired: a service may have read its secret.* It is safe to run this again\.$/s],
  ])("takes everything back when %s file cannot be written after all", async (_name, index, detail) => {
    await withDueKey(2, async (delivered) => {
      const { key, config, files } = delivered;
      const before = await delivered.standing();
      const content = readFileSync(files[index] ?? "");
      breakAtPut(index, () => {
        writeFileSync(files[index] ?? "", somethingElse);
      });
      const { diagnostics } = await key.deploy(config);
      jest.restoreAllMocks();
      expect(diagnostics).toEqual([
        expect.objectContaining({
          severity: "error",
          detail: expect.stringMatching(detail) as string,
        }),
      ]);
      expect(readFileSync(files[index] ?? "", "utf8")).toBe(somethingElse);
      writeFileSync(files[index] ?? "", content);
      expectAsBefore(await delivered.standing(), before);
      expect(await delivered.names()).toHaveLength(1 + index);
      expect(await delivered.useAll()).toEqual([200, 200]);
      await delivered.converge();
    });
  });

  test.each<[string, (delivered: DeliveredKey) => void]>([
    [
      "the second file cannot be written, and the first cannot be restored",
      ({ files: [first = "", second = ""] }) => {
        breakAtPut(1, () => {
          rmSync(`${first}.previous`);
          writeFileSync(second, somethingElse);
        });
      },
    ],
    [
      "the old key cannot be renamed, and the first file cannot be restored",
      ({ world, files: [first = ""] }) => {
        world.api.setFaults([{ kind: "error", status: 422, method: "PATCH" }]);
        breakAtPut(1, () => {
          rmSync(`${first}.previous`);
        });
      },
    ],
    [
      "the new key cannot be renamed, and the second file cannot be restored",
      ({ world, files: [, second = ""] }) => {
        world.api.setFaults([{ kind: "error", status: 422, method: "PATCH", after: 1 }]);
        const spy = jest.spyOn(EncryptedFileStore.prototype, "restorePrevious").mockImplementation(async function (
          this: EncryptedFileStore,
          keyId,
        ) {
          spy.mockRestore();
          rmSync(`${second}.previous`, { force: true });
          await this.restorePrevious(keyId);
        });
      },
    ],
  ])("keeps both keys when %s: services may have read the new secret", async (_name, prepare) => {
    await withDueKey(2, async (delivered) => {
      const { world, key, config, files } = delivered;
      const oldSecrets = await Promise.all(files.map((file) => reader.read(file)));
      const contents = files.map((file) => readFileSync(file));
      const plan = await key.plan(config);
      prepare(delivered);
      const { diagnostics } = await key.apply(plan);
      jest.restoreAllMocks();
      world.api.setFaults([]);
      expect(hasError(diagnostics)).toBe(true);
      expect(JSON.stringify(diagnostics)).not.toMatch(/pb_(live|test)_/);
      expect(await delivered.names()).toHaveLength(2);

      // Somebody puts the file right whose content was overwritten.
      files.forEach((file, index) => {
        if (readFileSync(file, "utf8") === somethingElse) writeFileSync(file, contents[index] ?? "");
      });
      expect(await delivered.useAll()).toEqual([200, 200]);
      for (const secret of oldSecrets) expect(await delivered.use(secret)).toBe(200);
      await delivered.converge();
    });
  });
});

describe("a rotation after", () => {
  test.each([
    ["a file was deleted by hand", 0, false],
    ["a file and its previous one were deleted by hand", 1, true],
  ])("%s puts a new one there", async (_name, index, withPrevious) => {
    await withDueKey(2, async (delivered) => {
      const { key, config, files } = delivered;
      rmSync(files[index] ?? "");
      if (withPrevious) rmSync(`${files[index] ?? ""}.previous`, { force: true });
      expect((await key.deploy(config)).action).toBe("replace");
      expect(await delivered.useAll()).toEqual([200, 200]);
      await delivered.converge();
    });
  });

  test("the state was lost makes a new key, and the old one works until it is certainly not in use", async () => {
    await withDueKey(2, async (delivered) => {
      const { world, files } = delivered;
      const [oldSecret] = await Promise.all(files.map((file) => reader.read(file)));
      // Until it is read again, the process remembers the key as one that it has made itself in this run.
      await delivered.key.plan(delivered.config);
      const again = world.key();
      expect(await again.deploy(delivered.config)).toMatchObject({ action: "create" });
      expect(await delivered.useAll()).toEqual([200, 200]);
      expect(await delivered.use(oldSecret)).toBe(200);
      expect((await again.plan(delivered.config)).action).toBe("no-op");
      world.clock.advance(Duration.hours(2));
      await delivered.useAll();
      expect((await again.deploy(delivered.config)).action).toBe("update");
      expect(await delivered.names()).toEqual(["scheduler-prod"]);
    });
  });
});
