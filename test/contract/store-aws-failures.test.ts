/**
 * AWS Secrets Manager that refuses, fails, is slow, or is changed by somebody else, at every request: no reader loses the secret, nothing of
 * somebody else's is lost, and the next attempt completes what was begun.
 */
import type { Store } from "../../src/stores";
import { AwsSecretsManagerStore } from "../../src/stores/aws-secrets-manager/aws-secrets-manager-store";
import { deliveryOf, secretOf } from "../support/delivery";
import { newSecretId, noKeyText, openAwsStore, otherPeople } from "../support/secrets-manager/secret-place";
import { SecretsManagerServer, type Call, type Fault } from "../support/secrets-manager/secrets-manager-server";
import { contextOf } from "../support/store-context";

const server = new SecretsManagerServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  server.fault = () => undefined;
});

/** A secret whose keys were delivered in this order, the last one current. */
async function newSecret(...keyIds: readonly string[]): Promise<string> {
  const secretId = newSecretId();
  await otherPeople(server.variables).create(secretId);
  const store = openStore(secretId);
  for (const id of keyIds) await store.put(deliveryOf(id));
  return secretId;
}

function openStore(secretId: string, variables: Readonly<Record<string, string | undefined>> = {}): Store {
  return openAwsStore({ secretId }, { ...server.variables, ...variables });
}

/** What readers get, whatever the server does at the moment. */
function readers(secretId: string): string | undefined {
  return server.secrets.versionsOf(secretId).find(({ labels }) => labels.includes("AWSCURRENT"))?.text;
}

const acts = {
  check: (store: Store) => store.check(),
  current: (store: Store) => store.current(),
  read: (store: Store) => store.read(),
  put: (store: Store) => store.put(deliveryOf("k3")),
  restore: (store: Store) => store.restorePrevious("k2"),
};

async function failureOf(act: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await act;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    for (const id of ["k1", "k2", "k3"]) expect(message).not.toContain(secretOf(id));
    return { code, message };
  }
  throw new Error("nothing was thrown");
}

const refuse =
  (operation: string, fault: Fault) =>
  (call: Call): Fault | undefined =>
    call.operation === operation ? fault : undefined;

const denied = (operation: string): Fault => ({
  kind: "refuse",
  awsName: "AccessDeniedException",
  message: `User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform: secretsmanager:${operation} on resource: x because no identity-based policy allows the secretsmanager:${operation} action`,
});

describe("a permission that is missing", () => {
  test.each([
    ["check", "DescribeSecret"],
    ["check", "TagResource"],
    ["check", "UpdateSecretVersionStage"],
    ["check", "PutSecretValue"],
    ["current", "DescribeSecret"],
    ["read", "DescribeSecret"],
    ["read", "GetSecretValue"],
    ["put", "DescribeSecret"],
    ["put", "PutSecretValue"],
    ["put", "TagResource"],
    ["put", "UpdateSecretVersionStage"],
    ["restore", "DescribeSecret"],
    ["restore", "UpdateSecretVersionStage"],
  ] as const)("makes %s fail without %s, named in the message, and readers keep the secret", async (act, operation) => {
    const secretId = await newSecret("k1", "k2");
    server.fault = refuse(operation, denied(operation));

    const { code, message } = await failureOf(acts[act](openStore(secretId)));

    expect(code).toBe("STORE_UNREACHABLE");
    expect(message).toContain(`the secret ${secretId} in AWS Secrets Manager cannot be`);
    expect(message).toContain("arn:aws:sts::123456789012:assumed-role/ci/run may not do that");
    expect(message).toContain("no identity-based policy allows");
    expect(message).toContain(`Allow secretsmanager:${operation} on this secret`);
    expect(readers(secretId)).toBe(secretOf("k2"));
  });

  test("for making the secret is found by the check", async () => {
    server.fault = refuse("CreateSecret", denied("CreateSecret"));
    const store = openAwsStore({ secretId: newSecretId(), createIfMissing: true }, server.variables);

    expect((await failureOf(store.check())).message).toContain("Allow secretsmanager:CreateSecret");
  });

  test("for reading secrets is needed by nothing but reading", async () => {
    const secretId = await newSecret("k1");
    server.fault = refuse("GetSecretValue", denied("GetSecretValue"));
    const store = openStore(secretId);

    await store.check();
    await store.put(deliveryOf("k2"));
    expect(await store.current()).toMatchObject({ current: "k2", previous: "k1" });
    await store.restorePrevious("k2");
  });

  test("for the KMS key is told from one for the secret", async () => {
    const secretId = await newSecret("k1");
    server.fault = refuse("PutSecretValue", {
      kind: "refuse",
      awsName: "AccessDeniedException",
      message: "Access to KMS is not allowed",
    });

    expect((await failureOf(openStore(secretId).check())).message).toContain(
      "may not use the KMS key of the secret. Allow kms:GenerateDataKey and kms:Decrypt on it",
    );
  });

  test("from the last step of a delivery on leaves nothing that has to be taken back", async () => {
    const secretId = await newSecret("k1", "k2");
    const store = openStore(secretId);
    server.fault = refuse("UpdateSecretVersionStage", denied("UpdateSecretVersionStage"));
    await failureOf(store.put(deliveryOf("k3")));

    await store.restorePrevious("k3");

    expect(readers(secretId)).toBe(secretOf("k2"));
    expect(await store.current()).toEqual({ current: "k2", previous: "k1", foreign: undefined });
  });

  test("in the middle of going back says so, and what was taken back does not count as previous", async () => {
    const secretId = await newSecret("k1", "k2");
    const store = openStore(secretId);
    let moves = 0;
    server.fault = ({ operation }) =>
      operation === "UpdateSecretVersionStage" && (moves += 1) > 1 ? denied(operation) : undefined;

    expect((await failureOf(store.restorePrevious("k2"))).message).toContain(
      "cannot be restored: readers get the secret of before again, but the one that was taken back is still kept",
    );

    expect(readers(secretId)).toBe(secretOf("k1"));
    server.fault = () => undefined;
    expect(await store.current()).toEqual({ current: "k1", previous: undefined, foreign: undefined });
    await store.put(deliveryOf("k3"));
    expect(await store.current()).toEqual({ current: "k3", previous: "k1", foreign: undefined });
  });
});

describe("a request that fails", () => {
  test.each<[string, Fault, string]>([
    [
      "because the credentials have expired",
      {
        kind: "refuse",
        awsName: "ExpiredTokenException",
        message: "The security token included in the request is expired",
      },
      "the credentials of AWS have expired. Get new ones",
    ],
    [
      "because AWS does not know the credentials",
      { kind: "refuse", awsName: "UnrecognizedClientException" },
      "AWS does not accept the credentials. They come from AWS_ACCESS_KEY_ID",
    ],
    [
      "because of a throttle that does not end",
      { kind: "refuse", awsName: "ThrottlingException", message: "Rate exceeded" },
      "AWS asked for a pause at every try",
    ],
    ["because AWS fails", { kind: "refuse", awsName: "InternalServiceError", status: 500 }, "AWS failed at every try"],
    [
      "because the KMS key is disabled",
      { kind: "refuse", awsName: "DecryptionFailure" },
      "the KMS key of the secret cannot be used",
    ],
    [
      "in a way that nobody knows",
      { kind: "refuse", awsName: "TeapotException", message: secretOf("k3"), status: 418 },
      "with the status 418: TeapotException",
    ],
    [
      "at a proxy",
      { kind: "page", status: 403, body: `<html>${secretOf("k3")}</html>` },
      "A proxy may stand in between",
    ],
    [
      "at a proxy that says that all is well",
      { kind: "page", status: 200, body: "<html>" },
      "A proxy may stand in between",
    ],
    ["since the connection breaks", { kind: "lose-request" }, "there is no connection to AWS ("],
  ])("%s says so, whatever it was, and changes nothing that readers see", async (_name, fault, words) => {
    const secretId = await newSecret("k1", "k2");
    for (const operation of ["DescribeSecret", "PutSecretValue", "UpdateSecretVersionStage"]) {
      server.fault = refuse(operation, fault);

      const { code, message } = await failureOf(openStore(secretId).put(deliveryOf("k3")));

      expect([code, message]).toEqual(["STORE_UNREACHABLE", expect.stringContaining(words)]);
      expect(readers(secretId)).toBe(secretOf("k2"));
    }
  });

  test.each<[string, Fault]>([
    ["a throttle", { kind: "refuse", awsName: "ThrottlingException" }],
    ["a failure of AWS", { kind: "refuse", awsName: "InternalServiceError", status: 503 }],
    ["a lost request", { kind: "lose-request" }],
    ["a lost answer", { kind: "lose-answer" }],
  ])(
    "once, with %s, is sent again, and everything is done once",
    async (_name, fault) => {
      const secretId = await newSecret();
      const failed = new Set<string>();
      server.fault = ({ operation, input }) => {
        const request = JSON.stringify([operation, input]);
        if (failed.has(request)) return undefined;
        failed.add(request);
        return fault;
      };
      const store = openStore(secretId);

      await store.check();
      for (const id of ["k1", "k2", "k3"]) await store.put(deliveryOf(id));
      await store.restorePrevious("k3");

      expect(await store.current()).toEqual({ current: "k2", previous: undefined, foreign: undefined });
      expect(readers(secretId)).toBe(secretOf("k2"));
    },
    60_000,
  );

  test("for lack of an answer ends at its time limit", async () => {
    const secretId = await newSecret("k1");
    server.fault = () => ({ kind: "no-answer" });
    const store = new AwsSecretsManagerStore({ secretId }, contextOf("scheduler-prod", server.variables), {
      tryMs: 100,
      tries: 2,
    });
    const begin = performance.now();

    expect((await failureOf(store.put(deliveryOf("k2")))).message).toContain(
      "there was no answer in time to DescribeSecret",
    );

    expect(performance.now() - begin).toBeLessThan(3000);
  });

  test("since nobody listens says so", async () => {
    const { message } = await failureOf(openStore("a", { AWS_ENDPOINT_URL: "http://127.0.0.1:9" }).check());

    expect(message).toContain("there is no connection to AWS (ECONNREFUSED)");
  });
});

describe("what is not set up", () => {
  // The SDK looks at the environment of the process and at the files of whoever runs the tests.
  const ownEnvironment = process.env;
  beforeEach(() => {
    process.env = {
      PATH: ownEnvironment["PATH"],
      AWS_CONFIG_FILE: "/nowhere",
      AWS_SHARED_CREDENTIALS_FILE: "/nowhere",
    };
  });
  afterEach(() => {
    process.env = ownEnvironment;
  });

  test.each([
    ["a region", { AWS_REGION: undefined }, "no region of AWS is set. Set the region of the target, or AWS_REGION"],
    [
      "an endpoint that is one",
      { AWS_ENDPOINT_URL: "localhost:4566" },
      "AWS_ENDPOINT_URL is not the address of a server",
    ],
    ["a profile that exists", { AWS_PROFILE: "nobody" }, "there are no credentials of AWS that can be used"],
  ])("is named: %s", async (_name, variables, words) => {
    const { code, message } = await failureOf(openStore("scheduler", variables).check());

    expect([code, message]).toEqual(["STORE_UNREACHABLE", expect.stringContaining(words)]);
  });

  test("the region may be in AWS_DEFAULT_REGION, in the target, or in the ARN", async () => {
    const secretId = await newSecret("k1");
    const { arn } = server.secrets.find(secretId);
    const variables = { ...server.variables, AWS_REGION: undefined };

    for (const store of [
      openStore(secretId, { AWS_REGION: undefined, AWS_DEFAULT_REGION: "eu-central-1" }),
      openAwsStore({ secretId, region: "eu-central-1" }, variables),
      openAwsStore({ secretId: arn }, variables),
    ]) {
      expect(await store.current()).toMatchObject({ current: "k1" });
    }
  });
});

describe("a secret that cannot be delivered to", () => {
  test.each([
    ["is scheduled for deletion", { DeletedDate: 1_790_000_000 }, "scheduled for deletion, and nobody can read it"],
    ["is rotated by AWS", { RotationEnabled: true }, "AWS rotates it"],
    ["belongs to a service", { OwningService: "rds" }, "it belongs to rds, a service of AWS"],
    ["is a replica", { PrimaryRegion: "us-east-1" }, "it is a replica of the secret in us-east-1"],
  ])("is refused: one that %s", async (_name, extra, words) => {
    const secretId = await newSecret("k1");
    server.secrets.find(secretId).extra = extra;
    const store = openStore(secretId);

    for (const act of [() => store.check(), () => store.put(deliveryOf("k2"))]) {
      const { code, message } = await failureOf(act());
      expect([code, message]).toEqual(["STORE_REFUSED", expect.stringContaining(words)]);
      expect(message).toContain(`the secret ${secretId} in AWS Secrets Manager is left as it is`);
    }
  });

  test("scheduled for deletion tells nobody what it holds, since the deletion may be taken back", async () => {
    const secretId = await newSecret("k1", "k2");
    server.secrets.find(secretId).extra = { DeletedDate: 1_790_000_000 };
    const store = openStore(secretId);

    for (const act of [() => store.current(), () => store.read(), () => store.restorePrevious("k2")]) {
      const { code, message } = await failureOf(act());
      expect([code, message]).toEqual(["STORE_REFUSED", expect.stringContaining("aws secretsmanager restore-secret")]);
    }
  });

  test("is not there, which is not the same as being empty", async () => {
    const store = openStore("keyturn-tests/none");

    for (const act of [() => store.check(), () => store.current(), () => store.restorePrevious("k1")]) {
      const { code, message } = await failureOf(act());
      expect([code, message]).toEqual(["STORE_UNREACHABLE", expect.stringContaining("no such secret in eu-central-1")]);
    }
  });
});

describe("a run that is killed", () => {
  /** No request after the nth one gets through; that one does, and its answer may be lost. */
  const killedAfter =
    (requests: number, first: number): SecretsManagerServer["fault"] =>
    ({ index }) => {
      if (index - first < requests - 1) return undefined;
      return index - first === requests - 1 ? { kind: "lose-answer" } : { kind: "lose-request" };
    };

  /** Does something to a fresh secret again and again, killed one request later each time, until it lives to its end. */
  async function killedAfterEveryRequest(
    keyIds: readonly string[],
    act: (store: Store) => Promise<void>,
    judge: (secretId: string, held: string) => Promise<void>,
  ): Promise<readonly string[]> {
    const found: string[] = [];
    for (let requests = 1; ; requests += 1) {
      const secretId = await newSecret(...keyIds);
      const once = new AwsSecretsManagerStore({ secretId }, contextOf("scheduler-prod", server.variables), {
        tryMs: 2000,
        tries: 1,
      });
      const first = server.calls.length;
      server.fault = killedAfter(requests, first);
      const hasFailed = await act(once).then(
        () => false,
        () => true,
      );
      const isOver = server.calls.length - first < requests;
      server.fault = () => undefined;
      if (isOver) {
        expect(hasFailed).toBe(false);
        return found;
      }
      const { current, previous, foreign } = await openStore(secretId).current();
      expect(foreign).toBeUndefined();
      expect(readers(secretId)).toBe(current === undefined ? textOfNothing(secretId) : secretOf(current));
      const held = `${String(current)} after ${String(previous)}`;
      found.push(held);
      await judge(secretId, held);
    }
  }

  /** Nothing at all, or the text that stands for it. */
  function textOfNothing(secretId: string): string | undefined {
    return server.secrets.versionsOf(secretId).some(({ labels }) => labels.includes("AWSCURRENT"))
      ? noKeyText
      : undefined;
  }

  test("while it delivers leaves the old secret or the new one, and the next delivery completes it", async () => {
    const found = await killedAfterEveryRequest(
      ["k1", "k2"],
      (store) => store.put(deliveryOf("k3")),
      async (secretId) => {
        const store = openStore(secretId);
        await store.check();
        await store.put(deliveryOf("k3"));
        expect(await store.current()).toEqual({ current: "k3", previous: "k2", foreign: undefined });
        await store.restorePrevious("k3");
        expect(readers(secretId)).toBe(secretOf("k2"));
      },
    );

    expect(new Set(found)).toEqual(new Set(["k2 after k1", "k3 after k2"]));
  });

  test("while it delivers leaves nothing that another key cannot be delivered over", async () => {
    await killedAfterEveryRequest(
      ["k1", "k2"],
      (store) => store.put(deliveryOf("k3")),
      async (secretId, held) => {
        const store = openStore(secretId);
        await store.restorePrevious("k3");
        await store.put(deliveryOf("k4"));
        // Where the delivery had not come so far, the previous one was never lost.
        expect([held, await store.current()]).toEqual([
          expect.any(String),
          { current: "k4", previous: "k2", foreign: undefined },
        ]);
        const left = server.secrets.versionsOf(secretId).find(({ id }) => id.includes("-k3-"));
        expect(left?.labels ?? []).toEqual([]);
      },
    );
  });

  test("while it delivers for the first time leaves nothing or the new secret", async () => {
    const found = await killedAfterEveryRequest(
      [],
      (store) => store.put(deliveryOf("k1")),
      async (secretId) => {
        const store = openStore(secretId);
        await store.put(deliveryOf("k1"));
        expect(readers(secretId)).toBe(secretOf("k1"));
        await store.restorePrevious("k1");
        expect(readers(secretId)).toBe(noKeyText);
        expect(await store.current()).toEqual({ current: undefined, previous: undefined, foreign: undefined });
      },
    );

    expect(new Set(found)).toEqual(new Set(["undefined after undefined", "k1 after undefined"]));
  });

  test.each(["k2", "k3"])(
    "while it goes back leaves the new secret or the old one, and %s is put after it",
    async (next) => {
      const found = await killedAfterEveryRequest(
        ["k1", "k2"],
        (store) => store.restorePrevious("k2"),
        async (secretId) => {
          const store = openStore(secretId);
          await store.restorePrevious("k2");
          expect(await store.current()).toEqual({ current: "k1", previous: undefined, foreign: undefined });
          const left = server.secrets.versionsOf(secretId).find(({ id }) => id.includes("-k2-"));
          expect(left?.labels).toEqual([]);
          await store.put(deliveryOf(next));
          expect(await store.current()).toEqual({ current: next, previous: "k1", foreign: undefined });
          await store.restorePrevious(next);
          expect(readers(secretId)).toBe(secretOf("k1"));
        },
      );

      expect(new Set(found)).toEqual(new Set(["k2 after k1", "k1 after undefined"]));
    },
  );
});

test("a delivery that is cut short after a going back that was cut short does not make the secret that was taken back the previous one", async () => {
  const secretId = await newSecret("k1", "k2");
  let moves = 0;
  server.fault = ({ operation }) =>
    operation === "UpdateSecretVersionStage" && (moves += 1) > 1 ? denied(operation) : undefined;
  await failureOf(openStore(secretId).restorePrevious("k2"));
  server.fault = ({ input }) =>
    input["VersionStage"] === "AWSCURRENT" ? denied("UpdateSecretVersionStage") : undefined;
  await failureOf(openStore(secretId).put(deliveryOf("k3")));
  server.fault = () => undefined;

  expect(await openStore(secretId).current()).toEqual({ current: "k1", previous: undefined, foreign: undefined });
  await expect(openStore(secretId).restorePrevious("k1")).rejects.toMatchObject({ code: "STORE_REFUSED" });
  expect(readers(secretId)).toBe(secretOf("k1"));
});

describe("somebody else", () => {
  /** Puts a version just before the nth move of a label. */
  function cutInBefore(move: number, secretId: string): void {
    let moves = 0;
    server.fault = ({ operation }) => {
      if (operation === "UpdateSecretVersionStage" && (moves += 1) === move) {
        server.secrets.act("PutSecretValue", { SecretId: secretId, SecretString: "theirs" });
      }
      return undefined;
    };
  }

  test("who puts a version while a delivery is on its way keeps it, and the delivery says so", async () => {
    const secretId = await newSecret("k1");
    const store = openStore(secretId);
    cutInBefore(1, secretId);

    const { code, message } = await failureOf(store.put(deliveryOf("k2")));

    expect(code).toBe("STORE_REFUSED");
    expect(message).toContain("another process has changed it in this moment");
    expect(readers(secretId)).toBe("theirs");
    const { current, foreign } = await store.current();
    expect([current, foreign]).toEqual([
      undefined,
      expect.stringMatching(/^the version [0-9a-f-]{36}, which somebody/),
    ]);
    // Nothing is to be taken back, and nothing is.
    await store.restorePrevious("k2");
    expect(readers(secretId)).toBe("theirs");
  });

  test("who puts a version while a delivery is taken back keeps it", async () => {
    const secretId = await newSecret("k1", "k2");
    const store = openStore(secretId);
    cutInBefore(1, secretId);

    await store.restorePrevious("k2");

    expect(readers(secretId)).toBe("theirs");
  });

  test("who moves AWSCURRENT back by hand is understood, and what they left is not the previous secret", async () => {
    const secretId = await newSecret("k1", "k2");
    const { id: k1 = "" } = server.secrets.versionsOf(secretId).find(({ id }) => id.includes("-k1-")) ?? {};
    const { id: k2 = "" } = server.secrets.versionsOf(secretId).find(({ id }) => id.includes("-k2-")) ?? {};
    const move = { SecretId: secretId, VersionStage: "AWSCURRENT", RemoveFromVersionId: k2, MoveToVersionId: k1 };
    server.secrets.act("UpdateSecretVersionStage", move);
    const store = openStore(secretId);

    expect(await store.current()).toEqual({ current: "k1", previous: undefined, foreign: undefined });
    await store.put(deliveryOf("k3"));
    expect(await store.current()).toEqual({ current: "k3", previous: "k1", foreign: undefined });
  });

  test("whose version was current in between is not gone back to", async () => {
    const secretId = await newSecret("k1", "k2");
    const [k2] = server.secrets.versionsOf(secretId).filter(({ id }) => id.includes("-k2-"));
    const theirs = server.secrets.act("PutSecretValue", { SecretId: secretId, SecretString: "theirs" });
    server.secrets.act("UpdateSecretVersionStage", {
      SecretId: secretId,
      VersionStage: "AWSCURRENT",
      RemoveFromVersionId: theirs["VersionId"],
      MoveToVersionId: k2?.id,
    });
    const store = openStore(secretId);

    expect(await store.current()).toEqual({ current: "k2", previous: undefined, foreign: undefined });
    const { code, message } = await failureOf(store.restorePrevious("k2"));
    expect([code, message]).toEqual(["STORE_REFUSED", expect.stringContaining(String(theirs["VersionId"]))]);
    expect(readers(secretId)).toBe(secretOf("k2"));
  });

  test("who takes the tags away changes nothing, and the next delivery puts them back", async () => {
    const secretId = await newSecret("k1");
    server.secrets.find(secretId).tags.clear();
    const store = openStore(secretId);

    expect(await store.current()).toMatchObject({ current: "k1" });
    await store.put(deliveryOf("k2"));

    expect(server.secrets.find(secretId).tags.get("keyturn:key-id")).toBe("k2");
  });

  test("who delivers another logical key to an empty secret in the same moment loses nothing", async () => {
    const secretId = await newSecret();
    const billing = openAwsStore({ secretId }, server.variables, "billing-prod");
    let isFirst = true;
    server.fault = ({ operation }) => {
      if (operation === "PutSecretValue" && isFirst) {
        isFirst = false;
        // Billing comes in between the look and the first version.
        const id = "keyturn-00000000-b1".padEnd(32, "-");
        server.secrets.act("PutSecretValue", { SecretId: secretId, SecretString: "billing's", ClientRequestToken: id });
      }
      return undefined;
    };

    const { code } = await failureOf(openStore(secretId).put(deliveryOf("k1")));

    expect(code).toBe("STORE_REFUSED");
    expect(readers(secretId)).toBe("billing's");
    expect((await billing.current()).foreign).toContain("another key");
  });
});

describe("a description that is older than the last change", () => {
  test("does not make a delivery stay that is to be taken back", async () => {
    const secretId = await newSecret("k1");
    const store = openStore(secretId);
    const before = server.secrets.act("DescribeSecret", { SecretId: secretId });
    await store.put(deliveryOf("k2"));
    server.fault = refuse("DescribeSecret", { kind: "answer", content: before });

    await store.restorePrevious("k2");

    expect(readers(secretId)).toBe(secretOf("k1"));
    server.fault = () => undefined;
    expect(await store.current()).toEqual({ current: "k1", previous: undefined, foreign: undefined });
  });

  test("does not make a delivery overwrite what somebody else has put since", async () => {
    const secretId = await newSecret("k1");
    const before = server.secrets.act("DescribeSecret", { SecretId: secretId });
    await otherPeople(server.variables).put(secretId, "theirs");
    server.fault = refuse("DescribeSecret", { kind: "answer", content: before });

    const { code } = await failureOf(openStore(secretId).put(deliveryOf("k2")));

    expect(code).toBe("STORE_REFUSED");
    expect(readers(secretId)).toBe("theirs");
  });

  test("of a secret that was just made is waited for", async () => {
    const secretId = newSecretId();
    let looks = 0;
    server.fault = ({ operation }) => {
      if (operation !== "DescribeSecret" || (looks += 1) > 3) return undefined;
      return { kind: "refuse", awsName: "ResourceNotFoundException" };
    };

    await openAwsStore({ secretId, createIfMissing: true }, server.variables).put(deliveryOf("k1"));

    expect(looks).toBeGreaterThan(3);
    expect(readers(secretId)).toBe(secretOf("k1"));
  });
});
