/**
 * AWS Secrets Manager: the promises of every store, against a server that follows AWS's documentation and against the emulator moto, and
 * its own about versions, labels and tags.
 */
import { packageVersion } from "../../src/model/version";
import { AwsSecretsManagerStore } from "../../src/stores/aws-secrets-manager/aws-secrets-manager-store";
import { deliveryOf, secretOf } from "../support/delivery";
import { isMotoAvailable, Moto } from "../support/secrets-manager/moto";
import {
  newSecretId,
  newSecretPlace,
  noKeyText,
  openAwsStore,
  otherPeople,
} from "../support/secrets-manager/secret-place";
import { SecretsManagerServer } from "../support/secrets-manager/secrets-manager-server";
import { tracesOfSecret } from "../support/secret-traces";
import { contextOf } from "../support/store-context";
import { describeStore } from "../support/store-contract";

const keyIds = ["7d8f6f0e-52a7-4a6b-9a52-0f8f6f1e2d3c", "1b2c3d4e-0000-4000-8000-aabbccddeeff"] as const;

describe("with a server that follows AWS's documentation", () => {
  const server = new SecretsManagerServer();
  beforeAll(() => server.start());
  afterAll(() => server.stop());

  describeStore("a secret of AWS", () => newSecretPlace(server.variables));
  describeStore("a secret of AWS with JSON", () => newSecretPlace(server.variables, { jsonKey: "api_key" }));
  describeStore("a secret of AWS that is created", () => newSecretPlace(server.variables, { createIfMissing: true }));

  /** A secret that others have made without a value, and what is in it. */
  async function newSecret(): Promise<string> {
    const secretId = newSecretId();
    await otherPeople(server.variables).create(secretId);
    return secretId;
  }

  /** The text and the labels of each version that has labels, by label. */
  function texts(secretId: string): Readonly<Record<string, string>> {
    const versions = server.secrets.versionsOf(secretId);
    return Object.fromEntries(versions.flatMap(({ text, labels }) => labels.map((label) => [label, text])));
  }

  test("the retiring key is AWSPREVIOUS, and the ids of versions name the keys", async () => {
    const secretId = await newSecret();
    const store = openAwsStore({ secretId }, server.variables);
    for (const id of keyIds) await store.put(deliveryOf(id));

    const labelled = server.secrets.versionsOf(secretId).filter(({ labels }) => labels.length > 0);

    expect(labelled.map(({ id, text, labels }) => [id.replace(/-[0-9a-f]{8}-/, "-…-"), text, labels])).toEqual([
      [`keyturn-…-${keyIds[0]}`, secretOf(keyIds[0]), ["AWSPREVIOUS"]],
      [`keyturn-…-${keyIds[1]}`, secretOf(keyIds[1]), ["AWSCURRENT", "KEYTURN_DELIVERED"]],
    ]);
  });

  test("no label stays on the version that was taken back, so that AWS deletes it", async () => {
    const secretId = await newSecret();
    const store = openAwsStore({ secretId }, server.variables);
    for (const id of keyIds) await store.put(deliveryOf(id));

    await store.restorePrevious(keyIds[1]);

    expect(texts(secretId)).toEqual({ AWSCURRENT: secretOf(keyIds[0]) });
    await store.restorePrevious(keyIds[1]);
    expect(texts(secretId)).toEqual({ AWSCURRENT: secretOf(keyIds[0]) });
  });

  test("a first delivery that is taken back leaves a text that no reader takes for a key", async () => {
    const secretId = await newSecret();
    const store = openAwsStore({ secretId }, server.variables);
    await store.put(deliveryOf(keyIds[0]));
    await store.restorePrevious(keyIds[0]);

    expect(texts(secretId)).toEqual({ AWSCURRENT: noKeyText });
  });

  test("a key that was taken back can be delivered again", async () => {
    const secretId = await newSecret();
    const store = openAwsStore({ secretId }, server.variables);
    for (const id of ["k1", "k2"]) await store.put(deliveryOf(id));
    await store.restorePrevious("k2");

    await store.put(deliveryOf("k2"));

    expect(texts(secretId)).toEqual({
      AWSCURRENT: secretOf("k2"),
      AWSPREVIOUS: secretOf("k1"),
      KEYTURN_DELIVERED: secretOf("k2"),
    });
  });

  test("tags say whose secret it is, and which key is current, in the characters that AWS takes", async () => {
    const secretId = await newSecret();
    const context = contextOf("scheduler-prod", server.variables);
    const owner = { ...context.owner, owner: "Team Publishing <pub@acme.example>; " + "x".repeat(300) };
    const store = new AwsSecretsManagerStore({ secretId }, { ...context, owner });
    for (const id of keyIds) await store.put(deliveryOf(id));
    await store.restorePrevious(keyIds[1]);

    const { tags } = server.secrets.find(secretId);

    expect(Object.fromEntries(tags)).toEqual({
      "keyturn:key-name": "scheduler-prod",
      "keyturn:service": "scheduler",
      "keyturn:environment": "prod",
      "keyturn:owner": ("Team Publishing _pub@acme.example__ " + "x".repeat(300)).slice(0, 256),
      "keyturn:key-id": keyIds[0],
    });
  });

  test("JSON holds the secret and nothing else", async () => {
    const secretId = await newSecret();
    await openAwsStore({ secretId, jsonKey: "__proto__" }, server.variables).put(deliveryOf("k1"));

    expect(texts(secretId)["AWSCURRENT"]).toBe(`{"__proto__":"${secretOf("k1")}"}`);
    const held = await openAwsStore({ secretId, jsonKey: "__proto__" }, server.variables).read();
    expect(held?.secret.reveal()).toBe(secretOf("k1"));
  });

  test.each([
    ["JSON", "plain", { jsonKey: "api_key" }, {}],
    ["plain", "JSON", {}, { jsonKey: "api_key" }],
    ["JSON", "JSON with another member", { jsonKey: "api_key" }, { jsonKey: "key" }],
  ])("a secret that was put as %s is not read as %s, and not shown", async (_was, _is, was, is) => {
    const secretId = await newSecret();
    await openAwsStore({ secretId, ...was }, server.variables).put(deliveryOf("k1"));

    const failure = (await openAwsStore({ secretId, ...is }, server.variables)
      .read()
      .catch(String)) as string;

    expect(failure).toContain("delivered in another form. Correct json_key, or rotate the key");
    expect(failure).not.toContain(secretOf("k1"));
  });

  test("what it holds is known without reading secrets", async () => {
    const secretId = await newSecret();
    await openAwsStore({ secretId }, server.variables).put(deliveryOf("k1"));
    const first = server.calls.length;

    await openAwsStore({ secretId }, server.variables).current();

    expect(server.calls.slice(first).map(({ operation }) => operation)).toEqual(["DescribeSecret"]);
  });

  test("a secret goes out in the text of a version only, and every request says who asks", async () => {
    const first = server.calls.length;
    const secretId = await newSecret();
    const store = openAwsStore({ secretId }, server.variables);
    await store.check();
    await store.put(deliveryOf("k1"));
    await store.restorePrevious("k1");

    const calls = server.calls.slice(first);

    for (const { operation, input, userAgent } of calls) {
      const { SecretString: text, ...rest } = input;
      expect(tracesOfSecret(JSON.stringify(rest), secretOf("k1"))).toEqual([]);
      if (operation !== "PutSecretValue") expect(text).toBeUndefined();
      expect(userAgent).toContain(` keyturn/${packageVersion}`);
    }
    expect(calls.filter(({ input }) => input["SecretString"] === secretOf("k1"))).toHaveLength(1);
  });

  test("a check changes nothing but tags", async () => {
    const secretId = await newSecret();
    const store = openAwsStore({ secretId }, server.variables);
    await store.check();
    expect(server.secrets.versionsOf(secretId)).toEqual([]);
    await store.put(deliveryOf("k1"));
    const before = server.secrets.versionsOf(secretId);

    await store.check();

    expect(server.secrets.versionsOf(secretId)).toEqual(before);
  });

  test("an empty secret that is kept for another key is not taken", async () => {
    const secretId = await newSecret();
    await openAwsStore({ secretId }, server.variables, "billing-prod").check();

    await expect(openAwsStore({ secretId }, server.variables).put(deliveryOf("k1"))).rejects.toMatchObject({
      code: "STORE_REFUSED",
      message: expect.stringContaining("kept for the key billing-prod, as its tag keyturn:key-name says") as string,
    });
  });

  test("an id that cannot stand in the id of a version is refused before anything is written", async () => {
    const secretId = await newSecret();

    for (const id of ["a".repeat(48), "k 1", "k-", ""]) {
      await expect(openAwsStore({ secretId }, server.variables).put(deliveryOf(id))).rejects.toMatchObject({
        code: "STORE_REFUSED",
        message: expect.stringContaining(JSON.stringify(id)) as string,
      });
    }
    expect(server.secrets.versionsOf(secretId)).toEqual([]);
  });

  test("a secret that is created has the KMS key of the target", async () => {
    const secretId = newSecretId();
    const target = { secretId, createIfMissing: true, kmsKeyId: "alias/publishing" };

    await openAwsStore(target, server.variables).check();

    const created = server.calls.findLast(({ operation }) => operation === "CreateSecret");
    expect(created?.input).toMatchObject({ Name: secretId, KmsKeyId: "alias/publishing" });
    expect(created?.input).not.toHaveProperty("SecretString");
  });

  test.each([
    ["a name that AWS does not take", { secretId: "a b" }, '"a b"'],
    ["a KMS key and no leave to create", { secretId: "a", kmsKeyId: "alias/x" }, "only for a secret that is created"],
  ])("is not opened with %s", (_name, target, words) => {
    expect(() => openAwsStore(target, {})).toThrow(words);
  });
});

if (!isMotoAvailable) process.stderr.write("skipped: moto is not installed, so secrets of AWS are not kept in it\n");

(isMotoAvailable ? describe : describe.skip)("with moto", () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await Moto.start();
  });
  afterAll(() => moto.stop());

  describeStore("a secret of AWS", () => newSecretPlace(moto.variables));
  describeStore("a secret of AWS that is created", () => newSecretPlace(moto.variables, { createIfMissing: true }));

  test("shows the labels and the tags that a delivery leaves", async () => {
    const secretId = newSecretId();
    const people = otherPeople(moto.variables);
    await people.create(secretId);
    const store = openAwsStore({ secretId }, moto.variables);
    for (const id of keyIds) await store.put(deliveryOf(id));

    const { VersionIdsToStages: stages = {}, Tags: tags = [] } = await people.describe(secretId);

    const labelled = Object.entries(stages).filter(([, labels]) => labels.length > 0);
    expect(labelled.map(([id, labels]) => [id.slice(-36), [...labels].sort()])).toEqual([
      [keyIds[0], ["AWSPREVIOUS"]],
      [keyIds[1], ["AWSCURRENT", "KEYTURN_DELIVERED"]],
    ]);
    expect(tags).toContainEqual({ Key: "keyturn:key-id", Value: keyIds[1] });
  });
});
