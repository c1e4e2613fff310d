/**
 * The encrypted file in processes of their own: killed at every step, short of rights and space, and several at once.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { openStores, type Store } from "../../src/stores";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { bundle } from "../support/bundle";
import { deliveryOf, secretOf } from "../support/delivery";
import { runCommand, type RunResult } from "../support/run";
import { tracesOfSecret } from "../support/secret-traces";
import { contextOf } from "../support/store-context";
import { temporaryFolder } from "../support/temporary-folder";

const root = temporaryFolder();
let reader: AgeReader;
let program: string;
beforeAll(async () => {
  reader = await newAgeReader();
  program = await bundle("test/support/store-process/main.ts", root);
  // Other users are to reach the folders in it.
  chmodSync(root, 0o755);
});

function newFile(): string {
  return path.join(mkdtempSync(path.join(root, "secrets-")), "scheduler.age");
}

function openFile(file: string): Store {
  const [store] = openStores([{ kind: "encrypted_file", path: file, recipients: [reader.recipient] }], contextOf());
  if (!store) throw new Error("no store was opened");
  return store;
}

type Verb = "put" | "restore" | "check" | "current";

async function run(verb: Verb, file: string, keyId: string, killBeforeStep?: number): Promise<RunResult> {
  const env = killBeforeStep === undefined ? {} : { KILL_BEFORE_STEP: String(killBeforeStep) };
  return await runCommand(process.execPath, [program, verb, file, reader.recipient, keyId], { cwd: root, env });
}

/** Does one thing to a fresh file again and again, killed one step later each time, until it lives to its end. */
async function killedAtEveryStep(
  verb: Verb,
  keyId: string,
  prepare: (store: Store) => Promise<void>,
  judge: (file: string, store: Store) => Promise<void>,
): Promise<number> {
  for (let step = 1; ; step += 1) {
    const file = newFile();
    const store = openFile(file);
    await prepare(store);
    const { code, output } = await run(verb, file, keyId, step);
    if (code === 0) return step - 1;
    // Ended by the signal, and not by an error.
    expect([code, output]).toEqual([null, ""]);
    await judge(file, store);
  }
}

function everythingIn(file: string): string {
  const folder = path.dirname(file);
  return readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name), "latin1"))
    .join();
}

describe("a process that is killed", () => {
  test("while it delivers leaves the old secret or the new one, and the next delivery completes it", async () => {
    const found = new Set<unknown>();
    const steps = await killedAtEveryStep(
      "put",
      "k3",
      async (store) => {
        await store.put(deliveryOf("k1"));
        await store.put(deliveryOf("k2"));
      },
      async (file, store) => {
        const { current, previous, foreign } = await store.current();
        found.add(`${String(current)} after ${String(previous)}`);
        expect(foreign).toBeUndefined();
        expect(await reader.read(file)).toBe(secretOf(current ?? ""));
        for (const id of ["k2", "k3"]) expect(tracesOfSecret(everythingIn(file), secretOf(id))).toEqual([]);

        await store.check();
        await store.put(deliveryOf("k3"));
        expect(await store.current()).toMatchObject({ current: "k3", previous: "k2" });
        await store.restorePrevious("k3");
        expect(await reader.read(file)).toBe(secretOf("k2"));
      },
    );

    expect([...found]).toEqual(["k2 after k1", "k2 after undefined", "k3 after k2"]);
    expect(steps).toBeGreaterThan(15);
  }, 120_000);

  test("while it delivers for the first time leaves nothing or the new secret", async () => {
    const found = new Set<unknown>();
    await killedAtEveryStep(
      "put",
      "k1",
      async () => undefined,
      async (file, store) => {
        const { current } = await store.current();
        found.add(current);
        expect(await reader.read(file)).toBe(current === undefined ? undefined : secretOf("k1"));

        await store.put(deliveryOf("k1"));
        expect(await reader.read(file)).toBe(secretOf("k1"));
      },
    );

    expect([...found]).toEqual([undefined, "k1"]);
  }, 120_000);

  test("while it takes a delivery back leaves the new secret or the old one, and the next attempt completes it", async () => {
    const found = new Set<unknown>();
    await killedAtEveryStep(
      "restore",
      "k2",
      async (store) => {
        await store.put(deliveryOf("k1"));
        await store.put(deliveryOf("k2"));
      },
      async (file, store) => {
        const { current } = await store.current();
        found.add(current);
        expect(await reader.read(file)).toBe(secretOf(current ?? ""));

        await store.restorePrevious("k2");
        expect(await reader.read(file)).toBe(secretOf("k1"));
      },
    );

    expect([...found]).toEqual(["k2", "k1"]);
  }, 120_000);
});

test("processes that deliver at the same time leave one whole secret, or say why they have not delivered", async () => {
  const file = newFile();
  await openFile(file).put(deliveryOf("k0"));

  const results = await Promise.all(["k1", "k2", "k3", "k4"].map((id) => run("put", file, id)));

  const { current = "" } = await openFile(file).current();
  expect(await reader.read(file)).toBe(secretOf(current));
  expect(["k1", "k2", "k3", "k4"]).toContain(current);
  for (const { code, stdout } of results) {
    expect(code === 0 || stdout.startsWith("STORE_REFUSED: ")).toBe(true);
  }
  const leftovers = readdirSync(path.dirname(file)).filter((name) => name.startsWith("."));
  expect(leftovers).toEqual([]);
});

describe("a process that lacks", () => {
  /** Rights mean nothing to root, so a test that runs as root does it as another user. */
  const otherUser = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

  function runAsOther(verb: Verb, file: string, keyId: string): { code: number | null; stdout: string } {
    const { status, stdout } = spawnSync(process.execPath, [program, verb, file, reader.recipient, keyId], {
      ...otherUser,
      cwd: "/",
      env: {},
      encoding: "utf8",
    });
    return { code: status, stdout };
  }

  test("the right to write in the folder finds it out before anything is minted", async () => {
    const file = newFile();
    chmodSync(path.dirname(file), 0o555);

    const { code, stdout } = runAsOther("check", file, "k1");

    expect(code).toBe(1);
    expect(stdout).toContain(`STORE_UNREACHABLE: the encrypted file ${file} cannot be written: the user that runs`);
    expect(stdout).toContain(`write in the folder ${path.dirname(file)}`);
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  test.each(["current", "check", "put", "restore"] as const)("the right to read the file says so: %s", async (verb) => {
    const file = newFile();
    await openFile(file).put(deliveryOf("k1"));
    const before = readFileSync(file);
    chmodSync(file, 0o000);
    chmodSync(path.dirname(file), 0o777);

    const { code, stdout } = runAsOther(verb, file, "k2");

    expect(code).toBe(1);
    expect(stdout).toContain("STORE_UNREACHABLE: the encrypted file");
    expect(stdout).toContain("the right to read the file");
    chmodSync(file, 0o600);
    expect(readFileSync(file)).toEqual(before);
  });

  test("room for the file leaves everything as it was", async () => {
    const file = newFile();
    await openFile(file).put(deliveryOf("k1"));

    // A limit on the size of files stands for a full disk: the write itself fails.
    const limited = `trap '' XFSZ; ulimit -f 0; exec "$@"`;
    for (const verb of ["check", "put"]) {
      const args = ["-c", limited, "sh", process.execPath, program, verb, file, reader.recipient, "k2"];
      const { code, output } = await runCommand("sh", args, { cwd: root, env: {} });

      expect(output).toContain(`STORE_UNREACHABLE: the encrypted file ${file} cannot be written: `);
      expect(code).toBe(1);
    }

    expect(readdirSync(path.dirname(file))).toEqual(["scheduler.age"]);
    expect(await reader.read(file)).toBe(secretOf("k1"));
  });

  test("nothing at all can deliver as another user too, and only that user can read the file", async () => {
    const file = newFile();
    chmodSync(path.dirname(file), 0o777);

    expect(runAsOther("put", file, "k1")).toMatchObject({ code: 0 });

    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await reader.read(file)).toBe(secretOf("k1"));
  });
});
