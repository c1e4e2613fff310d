/**
 * `secret_fingerprint`: always that of the secret of this very key, or null.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createKeyApiClient } from "../../src/client";
import { UNKNOWN } from "../../src/framework";
import { Duration } from "../../src/model/duration";
import { fingerprintOf } from "../../src/model/fingerprint";
import { Secret } from "../../src/model/secret";
import { declaredApiKey } from "../../src/provider/api-key/declared-api-key";
import { rollBack } from "../../src/provider/rotation/roll-back";
import { testWorld } from "../../src/testing";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { goodConfig, KeyWorld } from "../support/key-world";

const fingerprintKey = "0123456789abcdef0123456789abcdef";

let reader: AgeReader;
let world: KeyWorld;
let key: ReturnType<KeyWorld["key"]>;
let folder: string;

beforeAll(async () => {
  reader = await newAgeReader();
});
beforeEach(async () => {
  world = await KeyWorld.start({ environment: { KEYTURN_FINGERPRINT_KEY: fingerprintKey } });
  key = world.key();
  folder = mkdtempSync(path.join(tmpdir(), "keyturn-fingerprint-"));
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = (): string => path.join(folder, "key.age");

const config = (changes: object = {}): object => ({
  ...goodConfig,
  deliver_to: [{ encrypted_file: { path: file(), recipients: [reader.recipient] } }],
  ...changes,
});

async function expectedNow(): Promise<string> {
  return fingerprintOf(new Secret(String(await reader.read(file()))), new Secret(fingerprintKey));
}

test("is that of the secret, moves when it does, and stays when anything else changes", async () => {
  expect((await key.plan(config())).plannedState?.secret_fingerprint).toBe(UNKNOWN);
  await key.deploy(config());
  const first = await expectedNow();
  expect(key.state?.secret_fingerprint).toBe(first);
  expect(await key.plan(config())).toMatchObject({ action: "no-op" });

  const changed = { owner: "team-operations@acme.example", scopes: ["read"] };
  expect(await key.deploy(config(changed))).toMatchObject({ action: "update" });
  expect(key.state?.secret_fingerprint).toBe(first);

  world.clock.advance(Duration.days(90));
  const rotation = await key.plan(config(changed));
  expect(rotation).toMatchObject({ action: "replace", plannedState: { secret_fingerprint: UNKNOWN } });
  await key.apply(rotation);
  expect(key.state?.secret_fingerprint).toBe(await expectedNow());
  expect(key.state?.secret_fingerprint).not.toBe(first);
});

test("is that of the new secret after a leak", async () => {
  await key.deploy(config());
  const first = await expectedNow();
  await key.deploy(config({ compromised: "INC-42" }));
  expect(key.state?.secret_fingerprint).toBe(await expectedNow());
  expect(key.state?.secret_fingerprint).not.toBe(first);
});

test("and the generation moves with it, also where two keys are made as fast as can be", async () => {
  await key.deploy(config());
  const seen = [[key.state?.generation, key.state?.secret_fingerprint]];
  for (const changes of [{ compromised: "INC-42" }, { rotation_triggers: { one: "1" } }, { compromised: "INC-43" }]) {
    await key.deploy(config(changes));
    seen.push([key.state?.generation, key.state?.secret_fingerprint]);
  }
  expect(new Set(seen.map(([generation]) => generation)).size).toBe(seen.length);
  expect(new Set(seen.map(([, fingerprint]) => fingerprint)).size).toBe(seen.length);
});

test("is null after a roll-back, and not that of the generation that was rolled back", async () => {
  await key.deploy(config());
  const first = key.state?.id;
  world.clock.advance(Duration.days(90));
  await key.deploy(config());
  if (!key.state) throw new Error("there is no key");
  const client = createKeyApiClient({
    endpoint: world.api.url,
    credentials: { kind: "key", secret: testWorld.managementKey },
    clock: world.clock,
    userAgent: "test",
  });
  await rollBack(
    { declared: declaredApiKey(key.state, { variables: {} }), keyIdInState: String(key.state.id), isDryRun: false },
    { client, clock: world.clock, nonce: () => "0123abcd" },
  );
  await client.close();
  world.clock.advance(Duration.minutes(1));

  expect(await key.plan(config())).toMatchObject({ action: "no-op" });
  expect(key.state).toMatchObject({ id: first, secret_fingerprint: null });
});

test("is null where a run was cut short after it had delivered a secret that the state does not know", async () => {
  await key.deploy(config());
  const before = key.stateFile;
  world.clock.advance(Duration.days(90));
  await key.deploy(config());
  const delivered = key.state?.id;
  key.continueWith((await world.anotherProcess()).provider.server, before);

  const adoption = await key.plan(config());
  expect(adoption).toMatchObject({
    action: "update",
    plannedState: { id: delivered, secret_fingerprint: UNKNOWN },
  });
  await key.apply(adoption);
  expect(key.state).toMatchObject({ id: delivered, secret_fingerprint: null });
  expect(await key.plan(config())).toMatchObject({ action: "no-op" });
});

test("is null after an import", async () => {
  await world.createKey("scheduler-prod", ["read", "write"]);
  await key.import("scheduler-prod");
  await key.deploy(config());
  expect(key.state).toMatchObject({ name: "scheduler-prod", secret_fingerprint: null });
  expect(await key.plan(config())).toMatchObject({ action: "no-op" });
});

test("is null without a fingerprint key, and comes with the next generation once there is one", async () => {
  const without = await KeyWorld.start();
  const plain = without.key();
  try {
    await plain.deploy(config());
    expect(plain.state).toMatchObject({ secret_fingerprint: null });
  } finally {
    await without.close();
  }
});

test("stays as it is where later runs have no fingerprint key", async () => {
  await key.deploy(config());
  const first = key.state?.secret_fingerprint;
  key.continueWith((await world.anotherProcess()).provider.server);
  expect(await key.deploy(config({ owner: "team-operations@acme.example" }))).toMatchObject({ action: "update" });
  expect(key.state?.secret_fingerprint).toBe(first);
});

test("a fingerprint key that can be guessed is refused before anything is made, without showing it", async () => {
  const weak = "too short";
  const message = await KeyWorld.start({ environment: { KEYTURN_FINGERPRINT_KEY: weak } }).then(
    () => "it was accepted",
    (error: unknown) => String(error),
  );
  expect(message).toContain("KEYTURN_FINGERPRINT_KEY has 9 characters");
  expect(message).not.toContain(weak);
});
