/**
 * `ephemeral "keyturn_api_key_secret"`: the secret of a key read back from where it was delivered to.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UNKNOWN } from "../../src/framework";
import { createKeyApiClient } from "../../src/client";
import { Duration } from "../../src/model/duration";
import { ApiKeySecretResource } from "../../src/provider/api-key-secret/api-key-secret-resource";
import { declaredApiKey } from "../../src/provider/api-key/declared-api-key";
import { rollBack } from "../../src/provider/rotation/roll-back";
import { EncryptedFileStore } from "../../src/stores/encrypted-file";
import { testWorld } from "../../src/testing";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { textWith, textWithout } from "../support/expectations";
import { goodConfig, KeyWorld } from "../support/key-world";

let reader: AgeReader;
let world: KeyWorld;
let key: ReturnType<KeyWorld["key"]>;
let folder: string;
let files: readonly string[];

beforeAll(async () => {
  reader = await newAgeReader();
});
beforeEach(async () => {
  world = await KeyWorld.start({ environment: { KEYTURN_AGE_IDENTITY: reader.identity } });
  key = world.key();
  folder = mkdtempSync(path.join(tmpdir(), "keyturn-read-back-"));
  files = ["first", "second"].map((name) => {
    mkdirSync(path.join(folder, name));
    return path.join(folder, name, "key.age");
  });
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The delivery targets of the key, as the configuration has them. */
const targets = (...more: readonly object[]): readonly object[] => [
  ...files.map((file) => ({ encrypted_file: { path: file, recipients: [reader.recipient] } })),
  ...more,
];

const keyConfig = () => ({ ...goodConfig, deliver_to: targets() });

const ephemeral = (of = world) => of.provider.ephemeral(new ApiKeySecretResource());

const config = (changes: object = {}): object => {
  const { service, environment } = goodConfig;
  return { service, environment, deliver_to: targets(), ...changes };
};

/** The key is made, or replaced by the next generation. @returns its id */
async function rotated(): Promise<string> {
  if (key.state) world.clock.advance(Duration.days(90));
  await key.deploy(keyConfig());
  return String(key.state?.id);
}

const inFile = async (file = files[0] ?? ""): Promise<string> => String(await reader.read(file));

describe("a secret that was delivered", () => {
  test("is read back with the id and the generation of its key", async () => {
    const id = await rotated();
    const opened = await ephemeral().open(config({ key_id: id }));
    expect(opened).toMatchObject({ diagnostics: [], renewAt: undefined, private: undefined });
    expect(opened.values).toMatchObject({
      key_id: id,
      secret: await inFile(),
      generation: key.state?.generation,
      service: "scheduler",
      deliver_to: targets().map((target) => ({ terraform_state: null, ...target })),
    });
  });

  test("is that of the active key, where no key is named", async () => {
    const id = await rotated();
    expect((await ephemeral().open(config())).values).toMatchObject({ key_id: id, secret: await inFile() });
  });

  test("is another one after every rotation", async () => {
    const first = await rotated();
    const before = (await ephemeral().open(config())).values;
    const second = await rotated();
    const after = (await ephemeral().open(config())).values;
    expect([before?.key_id, after?.key_id]).toEqual([first, second]);
    expect(after?.secret).toBe(await inFile());
    expect(after?.secret).not.toBe(before?.secret);
    expect(Number(after?.generation)).toBeGreaterThan(Number(before?.generation));
  });

  test("is the older one again after a roll-back", async () => {
    const first = await rotated();
    const secret = await inFile();
    const second = await rotated();
    if (!key.state) throw new Error("there is no key");
    const client = createKeyApiClient({
      endpoint: world.api.url,
      credentials: { kind: "key", secret: testWorld.managementKey },
      clock: world.clock,
      userAgent: "test",
    });
    await rollBack(
      { declared: declaredApiKey(key.state, { variables: {} }), keyIdInState: second, isDryRun: false },
      { client, clock: world.clock, nonce: () => "0123abcd" },
    );
    await client.close();
    world.clock.advance(Duration.minutes(1));
    expect((await ephemeral().open(config())).values).toMatchObject({ key_id: first, secret });
    await key.plan(keyConfig());
    expect((await ephemeral().open(config({ key_id: key.state.id }))).values).toMatchObject({ key_id: first });
  });

  test("comes from the next target where the first cannot be read", async () => {
    const id = await rotated();
    rmSync(path.dirname(files[0] ?? ""), { recursive: true });
    expect((await ephemeral().open(config())).values).toMatchObject({ key_id: id, secret: await inFile(files[1]) });
  });

  test("comes from the next target where the first still holds the one before", async () => {
    await rotated();
    copyFileSync(files[0] ?? "", path.join(folder, "before.age"));
    const second = await rotated();
    copyFileSync(path.join(folder, "before.age"), files[0] ?? "");
    const opened = await ephemeral().open(config());
    expect(opened).toMatchObject({ values: { key_id: second, secret: await inFile(files[1]) }, diagnostics: [] });
  });

  test("is read with the state passed over, where it is one of the targets", async () => {
    const id = await rotated();
    const deliver_to = [{ terraform_state: { i_understand_the_secret_is_in_state: true } }, ...targets()];
    expect((await ephemeral().open(config({ deliver_to }))).values).toMatchObject({ key_id: id });
  });

  test("is known to be good also where the list of keys that others were given is older than the key", async () => {
    await rotated();
    expect((await ephemeral().open(config())).diagnostics).toEqual([]);
    const elsewhere = await world.anotherProcess();
    const otherKey = elsewhere.key();
    // The other state declares the same key, which is a mistake; here it only is a way to have a newer key within a second.
    await otherKey.deploy({ ...keyConfig(), rotation_triggers: { now: "1" } });
    const opened = await ephemeral().open(config());
    expect(opened).toMatchObject({ values: { key_id: otherKey.state?.id }, diagnostics: [] });
  });
});

describe("nothing is handed on, and the error says why", () => {
  const refusedWith = (detail: unknown, summary = "Not possible with the key as it is now"): object => ({
    values: undefined,
    diagnostics: [{ severity: "error", summary, detail }],
  });

  test("before the key was made, with the advice to name it", async () => {
    const opened = await ephemeral().open(config());
    expect(opened).toMatchObject(refusedWith(textWith("set key_id to its id")));
    expect(opened).toMatchObject(refusedWith(textWith("holds no secret of scheduler-prod")));
  });

  test("where the store holds another key than the one that was named", async () => {
    const first = await rotated();
    const second = await rotated();
    const opened = await ephemeral().open(config({ key_id: first }));
    expect(opened).toMatchObject(
      refusedWith(textWith(`holds the secret of the key ${second}, and not that of ${first}`)),
    );
    expect(opened).toMatchObject(refusedWith(textWithout(await inFile())));
  });

  test("where every store holds the secret of before", async () => {
    await rotated();
    for (const file of files) copyFileSync(file, `${file}.kept`);
    const second = await rotated();
    for (const file of files) copyFileSync(`${file}.kept`, file);
    expect(await ephemeral().open(config())).toMatchObject(
      refusedWith(textWith(`which has been replaced by ${second}`)),
    );
  });

  test("where the key was revoked", async () => {
    const id = await rotated();
    await world.revoke(id);
    expect(await ephemeral().open(config())).toMatchObject(refusedWith(textWith("does not work any more")));
  });

  test("where nobody may decrypt, with the variables to set", async () => {
    await rotated();
    const opened = await ephemeral(await world.anotherProcess()).open(config());
    expect(opened).toMatchObject(
      refusedWith(textWith("set KEYTURN_AGE_IDENTITY_FILE"), "A delivery target cannot be used"),
    );
  });

  test("where no target can be read, with the reason of each", async () => {
    await rotated();
    for (const file of files) rmSync(path.dirname(file), { recursive: true });
    const opened = await ephemeral().open(config());
    for (const file of files) {
      expect(opened).toMatchObject(refusedWith(textWith(file), "A delivery target cannot be used"));
    }
  });

  test("where an interrupted run has given some of the targets a new secret", async () => {
    await rotated();
    for (const file of files) copyFileSync(file, `${file}.kept`);
    const second = await rotated();
    copyFileSync(`${files[1] ?? ""}.kept`, files[1] ?? "");
    await world.patch(second, { name: "scheduler-prod~pending~20260301t120000z0123abcd" });
    expect(await ephemeral().open(config())).toMatchObject(refusedWith(textWith("has left unfinished")));
  });
});

describe("a key in the middle of a change", () => {
  const warning = { severity: "warning", summary: "The key is in the middle of a change" };

  test("that every target hands out already is handed on, with a warning, so that the next apply can finish it", async () => {
    await rotated();
    const second = await rotated();
    await world.patch(second, { name: "scheduler-prod~pending~20260301t120000z0123abcd" });
    const opened = await ephemeral().open(config());
    expect(opened).toMatchObject({ values: { key_id: second }, diagnostics: [warning] });
  });

  test("that somebody has renamed is handed on where the resource has it", async () => {
    const id = await rotated();
    await world.patch(id, { name: "something" });
    const opened = await ephemeral().open(config({ key_id: id }));
    expect(opened).toMatchObject({ values: { key_id: id }, diagnostics: [warning] });
    expect(await ephemeral().open(config())).toMatchObject({ values: undefined });
  });
});

describe("a configuration", () => {
  test("is judged by the rules of keyturn_api_key, all at once", async () => {
    const diagnostics = await ephemeral().validate(
      config({ service: "no spaces", deliver_to: [{ encrypted_file: { path: "", recipients: ["age1"] } }] }),
    );
    expect(diagnostics.map((each) => each.path)).toEqual([
      "service",
      "deliver_to[0].encrypted_file.path",
      "deliver_to[0].encrypted_file.recipients",
    ]);
  });

  test.each<[name: string, changes: object, at: string, detail: string]>([
    ["with an empty id", { key_id: " " }, "key_id", "is empty"],
    [
      "that can only be read by Terraform itself",
      { deliver_to: [{ terraform_state: { i_understand_the_secret_is_in_state: true } }] },
      "deliver_to",
      "attribute secret of keyturn_api_key",
    ],
    ["without a target", { deliver_to: [] }, "deliver_to", "Name a store"],
  ])("%s is refused", async (_name, changes, at, detail) => {
    expect(await ephemeral().validate(config(changes))).toMatchObject([{ path: at, detail: textWith(detail) }]);
  });

  test("for another environment than that of the provider is refused", async () => {
    const strict = await KeyWorld.start({ provider: { environment: "staging" } });
    try {
      expect(await ephemeral(strict).validate(config())).toMatchObject([{ path: "environment" }]);
    } finally {
      await strict.close();
    }
  });

  test("that is not known yet passes", async () => {
    expect(
      await ephemeral().validate({ service: UNKNOWN, environment: UNKNOWN, deliver_to: UNKNOWN, key_id: UNKNOWN }),
    ).toEqual([]);
    expect(await ephemeral().validate(config({ deliver_to: [UNKNOWN] }))).toEqual([]);
  });
});

test("a secret is read only when the making of the key by the same process is over", async () => {
  await rotated();
  world.clock.advance(Duration.days(90));
  const plan = await key.plan(keyConfig());
  let opening: ReturnType<ReturnType<typeof ephemeral>["open"]> | undefined;
  // Begins while the new secret is on its way to the first target.
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
  const { put } = EncryptedFileStore.prototype;
  const spy = jest.spyOn(EncryptedFileStore.prototype, "put").mockImplementation(async function (
    this: EncryptedFileStore,
    delivery,
  ) {
    opening ??= ephemeral().open(config());
    await put.call(this, delivery);
  });
  await key.apply(plan);
  spy.mockRestore();
  const opened = await opening;
  expect(opened?.diagnostics).toEqual([]);
  expect(opened?.values).toMatchObject({ key_id: key.state?.id, secret: await inFile() });
});
