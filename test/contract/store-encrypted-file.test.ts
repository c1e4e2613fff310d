/**
 * The encrypted file: the promises of every store, its own about files, and that the real `age` tool can read it.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { Secret } from "../../src/model/secret";
import { openStores, readEncryptedFile, type Store } from "../../src/stores";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { deliveryOf, secretOf } from "../support/delivery";
import { runCommand } from "../support/run";
import { tracesOfSecret } from "../support/secret-traces";
import { contextOf } from "../support/store-context";
import { describeStore } from "../support/store-contract";
import { temporaryFolder } from "../support/temporary-folder";

const root = temporaryFolder();
let reader: AgeReader;
beforeAll(async () => {
  reader = await newAgeReader();
});

/** The path of a file in a folder of its own. */
function newFile(): string {
  return path.join(mkdtempSync(path.join(root, "secrets-")), "scheduler.age");
}

function openFile(file: string, keyName = "scheduler-prod", recipients = [reader.recipient]): Store {
  const [store] = openStores(
    [{ kind: "encrypted_file", path: file, recipients }],
    contextOf(keyName, { KEYTURN_AGE_IDENTITY: reader.identity }),
  );
  if (!store) throw new Error("no store was opened");
  return store;
}

describeStore("an encrypted file", async () => {
  const file = newFile();
  const foreign = "DATABASE_URL=postgres://scheduler@db.acme.example/scheduler\n";
  return {
    open: (keyName) => openFile(file, keyName),
    readCurrent: () => reader.read(file),
    plantForeign: async () => {
      writeFileSync(file, foreign);
    },
    isForeignIntact: async () => readFileSync(file, "utf8") === foreign,
  };
});

describe("an encrypted file", () => {
  test("keeps the current and the previous secret, readable for its owner only, and nothing else in the folder", async () => {
    const file = newFile();
    const store = openFile(file);
    await store.put(deliveryOf("k1"));
    await store.put(deliveryOf("k2"));

    expect(readdirSync(path.dirname(file)).sort()).toEqual(["scheduler.age", "scheduler.age.previous"]);
    for (const name of [file, `${file}.previous`]) expect(statSync(name).mode & 0o777).toBe(0o600);
    expect(await reader.read(`${file}.previous`)).toBe(secretOf("k1"));
  });

  test("has no trace of a secret in clear text", async () => {
    const file = newFile();
    const store = openFile(file);
    for (const id of ["k1", "k2", "k3"]) await store.put(deliveryOf(id));
    await store.restorePrevious("k3");

    const everything = readdirSync(path.dirname(file)).map((name) =>
      readFileSync(path.join(path.dirname(file), name), "latin1"),
    );

    expect(everything).toHaveLength(1);
    for (const id of ["k1", "k2", "k3"]) expect(tracesOfSecret(everything.join(), secretOf(id))).toEqual([]);
    // The search would have found it.
    expect(tracesOfSecret(`${everything.join()}${secretOf("k2")}`, secretOf("k2"))).toEqual(["raw"]);
  });

  test("can be read by each of its recipients, and by nobody else", async () => {
    const file = newFile();
    const other = await newAgeReader();
    const stranger = await newAgeReader();
    await openFile(file, "scheduler-prod", [reader.recipient, other.recipient]).put(deliveryOf("k1"));

    expect(await reader.read(file)).toBe(secretOf("k1"));
    expect(await other.read(file)).toBe(secretOf("k1"));
    await expect(stranger.read(file)).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
  });

  test.each([
    ["no private key is given", () => ({}), "KEYTURN_AGE_IDENTITY_FILE"],
    ["it is none", () => ({ KEYTURN_AGE_IDENTITY: "hunter2" }), "is none"],
    ["it is another one's", (other: AgeReader) => ({ KEYTURN_AGE_IDENTITY: other.identity }), "does not fit"],
    ["its file is not there", () => ({ KEYTURN_AGE_IDENTITY_FILE: "/nowhere/key.txt" }), "/nowhere/key.txt"],
  ])("is not read back where %s, and the message says so without it", async (_name, variables, said) => {
    const file = newFile();
    await openFile(file).put(deliveryOf("k1"));
    const given = variables(await newAgeReader());
    const [store] = openStores(
      [{ kind: "encrypted_file", path: file, recipients: [reader.recipient] }],
      contextOf("scheduler-prod", given),
    );

    const { message } = (await store?.read().catch((error: unknown) => error)) as Error;

    expect(message).toContain(said);
    expect(message).not.toContain("hunter2");
    expect(message).not.toContain("AGE-SECRET-KEY-1Q");
  });

  test("is read back with a file of age-keygen, whatever else is in it", async () => {
    const file = newFile();
    await openFile(file).put(deliveryOf("k1"));
    const identityFile = path.join(path.dirname(file), "key.txt");
    writeFileSync(
      identityFile,
      `# created: 2026-03-01T10:00:00Z\r\n# public key: ${reader.recipient}\r\n${reader.identity}\r\n`,
    );
    const [store] = openStores(
      [{ kind: "encrypted_file", path: file, recipients: [reader.recipient] }],
      contextOf("scheduler-prod", { KEYTURN_AGE_IDENTITY_FILE: identityFile }),
    );

    expect((await store?.read())?.secret.reveal()).toBe(secretOf("k1"));
  });

  test("is not read where its label has been forged", async () => {
    const file = newFile();
    await openFile(file).put(deliveryOf("k1"));
    writeFileSync(file, readFileSync(file, "latin1").replace("key=k1", "key=k9"), "latin1");

    await expect(reader.read(file)).rejects.toThrow("the file is damaged");
  });

  test("may be an empty file at first", async () => {
    const file = newFile();
    writeFileSync(file, "");

    await openFile(file).put(deliveryOf("k1"));

    expect(await reader.read(file)).toBe(secretOf("k1"));
  });

  test("shows a previous file that is not of the current one's predecessor as not kept", async () => {
    const file = newFile();
    const store = openFile(file);
    await store.put(deliveryOf("k1"));
    await store.put(deliveryOf("k2"));
    // As a delivery leaves it that was killed between its two steps.
    writeFileSync(`${file}.previous`, readFileSync(file));

    expect(await store.current()).toEqual({ current: "k2", previous: undefined, foreign: undefined });
    await expect(store.restorePrevious("k2")).rejects.toThrow("does not hold the secret of the key k1");
    expect(await reader.read(file)).toBe(secretOf("k2"));
  });

  test("removes what a killed delivery left, but not what another one may be writing at the moment", async () => {
    const file = newFile();
    const folder = path.dirname(file);
    const hourAgo = Date.now() / 1000 - 3600;
    for (const name of [".scheduler.age.keyturn-old", ".scheduler.age.keyturn-new", ".other.age.keyturn-old"]) {
      writeFileSync(path.join(folder, name), "x");
      if (name.endsWith("old")) utimesSync(path.join(folder, name), hourAgo, hourAgo);
    }

    await openFile(file).put(deliveryOf("k1"));

    expect(readdirSync(folder).sort()).toEqual([
      ".other.age.keyturn-old",
      ".scheduler.age.keyturn-new",
      "scheduler.age",
    ]);
  });

  test("is refused while another process changes it", async () => {
    const file = newFile();
    const store = openFile(file);
    await store.put(deliveryOf("k1"));
    const other = newFile();
    await openFile(other).put(deliveryOf("k7"));

    const delivery = store.put(deliveryOf("k2"));
    // The delivery is waiting for the disk by now, and has read the file; no lock of this process stops a rename.
    while (readdirSync(path.dirname(file)).length === 1) await new Promise(setImmediate);
    renameSync(other, file);

    await expect(delivery).rejects.toMatchObject({ code: "STORE_REFUSED" });
    expect(await reader.read(file)).toBe(secretOf("k7"));
    expect(readdirSync(path.dirname(file))).toEqual(["scheduler.age"]);
  });
});

describe("what stands in the place of an encrypted file", () => {
  const foreignAge = async (): Promise<Uint8Array> => {
    const { Encrypter } = await import("age-encryption");
    const encrypter = new Encrypter();
    encrypter.addRecipient(reader.recipient);
    return await encrypter.encrypt("theirs");
  };

  test.each<[string, (file: string) => unknown, string]>([
    [
      "a text",
      (file) => {
        writeFileSync(file, "pbk_live_x\n");
      },
      "a file that is not encrypted with age",
    ],
    [
      "an age file without a label",
      async (file) => {
        writeFileSync(file, await foreignAge());
      },
      "a file that somebody else has encrypted with age",
    ],
    [
      "an armoured age file",
      (file) => {
        writeFileSync(file, "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n");
      },
      "a file that somebody else has encrypted with age, as text",
    ],
    [
      "a folder",
      (file) => {
        mkdirSync(file);
      },
      "a folder",
    ],
    [
      "a symbolic link",
      (file) => {
        symlinkSync("elsewhere.age", file);
      },
      "a symbolic link",
    ],
    ["a pipe", (file) => tool("mkfifo", file), "neither a file nor a folder"],
    [
      "a huge file",
      (file) => {
        writeFileSync(file, Buffer.alloc(2_000_000));
      },
      "a file of 2000000 bytes",
    ],
  ])("%s is left alone, as the current file and as the previous one", async (_name, plant, words) => {
    for (const suffix of ["", ".previous"]) {
      const file = newFile();
      await plant(file + suffix);
      const before = statSync(file + suffix, { throwIfNoEntry: false });
      const store = openFile(file);
      const refusal = {
        code: "STORE_REFUSED",
        message: expect.stringContaining(`${file}${suffix} is ${words}`) as string,
      };

      await expect(store.check()).rejects.toMatchObject(refusal);
      await expect(store.put(deliveryOf("k1"))).rejects.toMatchObject(refusal);

      expect(statSync(file + suffix, { throwIfNoEntry: false })?.mtimeMs).toBe(before?.mtimeMs);
      expect(readdirSync(path.dirname(file))).toHaveLength(1);
    }
  });
});

describe("an encrypted file that cannot be used", () => {
  test.each<[string, () => string, string]>([
    ["a folder that is missing", () => path.join(root, "missing", "a.age"), "does not exist. Create it"],
    ["a file in place of the folder", () => path.join(newFileWith("x"), "a.age"), "is not a folder"],
    // Not even root can make files there.
    ["a folder that takes no files", () => "/proc/a.age", "/proc"],
    ["a name that is too long", () => path.join(root, "a".repeat(250)), "its name is too long"],
  ])("says what is missing: %s", async (_name, place, words) => {
    const file = place();
    const store = openFile(file);

    for (const act of [() => store.check(), () => store.put(deliveryOf("k1"))]) {
      await expect(act()).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
      await expect(act()).rejects.toThrow(`the encrypted file ${file} cannot be written`);
      await expect(act()).rejects.toThrow(words);
    }
  });

  test("does not say that nothing is there where the folder is missing", async () => {
    await expect(openFile(path.join(root, "missing", "a.age")).current()).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
    });
  });

  test("names the recipient that has a typing error, before anything is written", async () => {
    const file = newFile();
    const { recipient } = reader;
    const mistyped = recipient.slice(0, -1) + (recipient.endsWith("q") ? "p" : "q");
    const store = openFile(file, "scheduler-prod", [recipient, mistyped]);

    await expect(store.check()).rejects.toThrow(mistyped);
    await expect(store.check()).rejects.toMatchObject({ code: "STORE_REFUSED" });
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  test.each([
    ["a folder as its path", "/srv/secrets/"],
    ["the path of a previous file", "/srv/a.age.previous"],
    ["a path for a shell", "~/a.age"],
  ])("is not opened with %s", (_name, file) => {
    expect(() => openFile(file)).toThrow(JSON.stringify(file));
  });

  test("is not opened twice for one key", () => {
    const target = { kind: "encrypted_file", path: "/srv/a.age", recipients: [reader.recipient] } as const;

    expect(() => openStores([target, { ...target, path: "/srv/./a.age" }], contextOf("a-b"))).toThrow("twice");
  });

  test("does not repeat the private key that it could not be read with", async () => {
    const file = newFile();
    await openFile(file).put(deliveryOf("k1"));
    const wrong = `${reader.identity.slice(0, -1)}!`;

    const failure = await readEncryptedFile(file, new Secret(wrong)).catch(String);

    expect(failure).toContain("the private key does not fit");
    expect(failure).not.toContain(wrong);
  });
});

const hasAge = (process.env["PATH"] ?? "").split(path.delimiter).some((folder) => existsSync(path.join(folder, "age")));
if (!hasAge) process.stderr.write("skipped: the age tool is not installed, so encrypted files are not read with it\n");

(hasAge ? describe : describe.skip)("the age tool", () => {
  test("prints exactly the secret, for each recipient, and of the previous file too", async () => {
    const file = newFile();
    const other = await newAgeReader();
    const store = openFile(file, "scheduler-prod", [reader.recipient, other.recipient]);
    await store.put(deliveryOf("k1"));
    await store.put(deliveryOf("k2"));

    for (const { identity } of [reader, other]) {
      const keyFile = newFileWith(`${identity}\n`);
      expect(await tool("age", "--decrypt", "-i", keyFile, file)).toBe(secretOf("k2"));
      expect(await tool("age", "--decrypt", "-i", keyFile, `${file}.previous`)).toBe(secretOf("k1"));
    }
  });

  test("makes keys whose files can be read here", async () => {
    const file = newFile();
    const keyFile = newFile();
    await tool("age-keygen", "-o", keyFile);
    const recipient = (await tool("age-keygen", "-y", keyFile)).trim();
    const identity = /^AGE-SECRET-KEY-1\S+$/m.exec(readFileSync(keyFile, "utf8"))?.[0] ?? "";
    await openFile(file, "scheduler-prod", [recipient]).put(deliveryOf("k1"));

    expect((await readEncryptedFile(file, new Secret(identity))).reveal()).toBe(secretOf("k1"));
  });
});

/** What a program of this machine prints. */
async function tool(command: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, output } = await runCommand(command, args, {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "" },
  });
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}: ${output}`);
  return stdout;
}

function newFileWith(text: string): string {
  const file = newFile();
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
