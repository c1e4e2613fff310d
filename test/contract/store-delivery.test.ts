/**
 * A secret to several targets: all of them or none, and what is known of where it is. The targets are encrypted files.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  checkAll,
  currentEverywhere,
  deliverToAll,
  deliveryStatus,
  heldByAll,
  openStores,
  previousEverywhere,
  restoreAll,
  type Store,
} from "../../src/stores";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { deliveryOf, secretOf } from "../support/delivery";
import { contextOf } from "../support/store-context";
import { temporaryFolder } from "../support/temporary-folder";

const root = temporaryFolder();
let reader: AgeReader;
let files: readonly string[];
let stores: readonly Store[];
beforeAll(async () => {
  reader = await newAgeReader();
});
beforeEach(() => {
  files = ["a", "b", "c"].map((name) => path.join(mkdtempSync(path.join(root, "target-")), `${name}.age`));
  stores = open(files);
});

function open(paths: readonly string[]): readonly Store[] {
  const targets = paths.map(
    (file) => ({ kind: "encrypted_file", path: file, recipients: [reader.recipient] }) as const,
  );
  return openStores(targets, contextOf());
}

/** One of the three files, by its place in the list. */
function file(index: number): string {
  return files[index] ?? "";
}

const currentSecrets = async (): Promise<unknown[]> => await Promise.all(files.map((name) => reader.read(name)));

/** Makes a target unusable, as something does that goes wrong between the check and the delivery. */
function breakTarget(index: number): void {
  rmSync(file(index), { force: true });
  mkdirSync(file(index));
}

describe("checking all targets", () => {
  test("is silent where all are good, and where there is none", async () => {
    await checkAll(stores);
    await checkAll([]);
  });

  test("names everything that is wrong, not only the first", async () => {
    breakTarget(0);
    rmSync(path.dirname(file(2)), { recursive: true });

    const failure = checkAll(stores);

    await expect(failure).rejects.toMatchObject({ code: "STORE_REFUSED" });
    await expect(failure).rejects.toThrow(`${file(0)} is a folder`);
    await expect(failure).rejects.toThrow(`${path.dirname(file(2))} does not exist`);
    expect(existsSync(file(1))).toBe(false);
  });
});

describe("delivering to all targets", () => {
  test("puts the secret into each of them", async () => {
    await deliverToAll(stores, deliveryOf("k1"));
    await deliverToAll(stores, deliveryOf("k2"));

    expect(await currentSecrets()).toEqual([secretOf("k2"), secretOf("k2"), secretOf("k2")]);
  });

  test("takes the first ones back where a later one fails, and names both", async () => {
    await deliverToAll(stores, deliveryOf("k1"));
    rmSync(path.dirname(file(2)), { recursive: true });

    const failure = deliverToAll(stores, deliveryOf("k2"));

    await expect(failure).rejects.toMatchObject({ code: "STORE_UNREACHABLE", notRestored: [] });
    await expect(failure).rejects.toThrow(`the encrypted file ${file(2)} cannot be written`);
    await expect(failure).rejects.toThrow(
      `Restored to the secret of before: the encrypted file ${file(0)}, the encrypted file ${file(1)}`,
    );
    expect(await currentSecrets()).toEqual([secretOf("k1"), secretOf("k1"), undefined]);
  });

  test("says that nothing has been changed where the first one fails", async () => {
    breakTarget(0);

    await expect(deliverToAll(stores, deliveryOf("k1"))).rejects.toThrow("No other delivery target has been changed");

    expect(readdirSync(path.dirname(file(1)))).toEqual([]);
  });

  test("leaves nothing behind where there was nothing before", async () => {
    breakTarget(2);

    await expect(deliverToAll(stores, deliveryOf("k1"))).rejects.toMatchObject({ code: "STORE_REFUSED" });

    expect(files.slice(0, 2).map((name) => existsSync(name))).toEqual([false, false]);
  });

  test("names the targets that still hold the new secret, since its key must not be revoked", async () => {
    await deliverToAll(stores, deliveryOf("k1"));
    const [first, second, third] = stores as [Store, Store, Store];
    // The previous secret is lost after the delivery, before the next one fails.
    const losingSecond: Store = {
      description: second.description,
      check: () => second.check(),
      current: () => second.current(),
      read: () => second.read(),
      restorePrevious: (keyId) => second.restorePrevious(keyId),
      put: async (delivery) => {
        await second.put(delivery);
        rmSync(`${file(1)}.previous`);
      },
    };
    breakTarget(2);

    const failure = deliverToAll([first, losingSecond, third], deliveryOf("k2"));

    await expect(failure).rejects.toMatchObject({ notRestored: [losingSecond] });
    await expect(failure).rejects.toThrow(`could not be restored in the encrypted file ${file(1)}`);
    expect(await reader.read(file(0))).toBe(secretOf("k1"));
    expect(await reader.read(file(1))).toBe(secretOf("k2"));
  });
});

describe("restoring all targets", () => {
  test("brings the previous secret back in each, and leaves alone where the key is not current", async () => {
    await deliverToAll(stores, deliveryOf("k1"));
    await deliverToAll(stores.slice(0, 2), deliveryOf("k2"));

    await restoreAll(stores, "k2");

    expect(await currentSecrets()).toEqual([secretOf("k1"), secretOf("k1"), secretOf("k1")]);
  });

  test("restores the others where one cannot be restored, and names that one", async () => {
    await deliverToAll(stores, deliveryOf("k1"));
    await deliverToAll(stores, deliveryOf("k2"));
    rmSync(`${file(1)}.previous`);

    await expect(restoreAll(stores, "k2")).rejects.toMatchObject({
      code: "STORE_REFUSED",
      notRestored: [stores[1]],
    });

    expect(await currentSecrets()).toEqual([secretOf("k1"), secretOf("k2"), secretOf("k1")]);
  });
});

test("a target that somebody has overwritten after the delivery does not count as restored", async () => {
  await deliverToAll(stores, deliveryOf("k1"));
  await deliverToAll(stores, deliveryOf("k2"));
  writeFileSync(file(1), "somebody else's");

  const failure = restoreAll(stores, "k2");

  await expect(failure).rejects.toMatchObject({ code: "STORE_REFUSED", notRestored: [stores[1]] });
  await expect(failure).rejects.toThrow("since somebody else has changed it in the meantime");
  expect(await reader.read(file(2))).toBe(secretOf("k1"));
});

describe("where a key's secret is", () => {
  const status = async (keyId: string): Promise<string> => deliveryStatus(await heldByAll(stores), keyId);

  test("everywhere, somewhere, formerly or nowhere", async () => {
    await deliverToAll(stores, deliveryOf("k1"));
    expect([await status("k1"), await status("k2")]).toEqual(["everywhere", "nowhere"]);

    await deliverToAll(stores.slice(0, 1), deliveryOf("k2"));
    expect([await status("k1"), await status("k2")]).toEqual(["somewhere", "somewhere"]);

    await deliverToAll(stores, deliveryOf("k2"));
    expect([await status("k1"), await status("k2")]).toEqual(["formerly", "everywhere"]);
    const holdings = await heldByAll(stores);
    expect([currentEverywhere(holdings), previousEverywhere(holdings)]).toEqual(["k2", "k1"]);
  });

  test("is nowhere where something else stands in its place", async () => {
    for (const name of files) writeFileSync(name, "something else");

    expect(await status("k1")).toBe("nowhere");
    expect(currentEverywhere(await heldByAll(stores))).toBeUndefined();
  });

  test("is unknown where a target that cannot be read would decide it, and says which", async () => {
    await deliverToAll(stores, deliveryOf("k1"));
    rmSync(path.dirname(file(2)), { recursive: true });

    expect([await status("k1"), await status("k2")]).toEqual(["unknown", "unknown"]);
    const holdings = await heldByAll(stores);
    expect(holdings.map(({ problem }) => problem?.message ?? "none")).toEqual([
      "none",
      "none",
      expect.stringContaining(file(2)),
    ]);
    expect([currentEverywhere(holdings), previousEverywhere(holdings)]).toEqual([undefined, undefined]);

    // Enough is known to say that it is not everywhere.
    await deliverToAll(stores.slice(0, 1), deliveryOf("k2"));
    expect(await status("k2")).toBe("somewhere");
  });

  test("is unknown, and followed by nobody, where there is no target to ask", () => {
    expect([deliveryStatus([], "k1"), currentEverywhere([]), previousEverywhere([])]).toEqual([
      "unknown",
      undefined,
      undefined,
    ]);
  });

  test("is not the same where the targets differ", async () => {
    await deliverToAll(stores, deliveryOf("k1"));
    await deliverToAll(stores.slice(1), deliveryOf("k2"));
    const holdings = await heldByAll(stores);

    expect([currentEverywhere(holdings), previousEverywhere(holdings)]).toEqual([undefined, undefined]);
  });
});
