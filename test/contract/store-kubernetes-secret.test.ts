/**
 * The Kubernetes Secret: the promises of every store, and its own about what is kept, what is refused, and what others change.
 */
import { deliveryOf, secretOf } from "../support/delivery";
import { kubernetesClusters, secretName as name } from "../support/kubernetes-cluster";
import type { KubernetesServer } from "../support/kubernetes-server";
import { failure } from "../support/kubernetes-server/status";
import { tracesOfSecret } from "../support/secret-traces";
import { describeStore } from "../support/store-contract";
import { temporaryFolder } from "../support/temporary-folder";

const newCluster = kubernetesClusters(temporaryFolder());

describeStore("a Kubernetes Secret", async () => {
  const { server, open } = await newCluster();
  const theirs = "postgres://scheduler@db.acme.example/scheduler";
  return {
    open: (keyName) => open(keyName),
    readCurrent: async () => server.valueOf(name, "api-key"),
    plantForeign: async () => {
      server.edit(name, { values: { "api-key": theirs } });
    },
    isForeignIntact: async () => server.valueOf(name, "api-key") === theirs,
  };
});

describe("a Kubernetes Secret", () => {
  test("has the current and the previous secret, and says in annotations whose they are", async () => {
    const { server, open } = await newCluster();
    await open().put(deliveryOf("k1"));
    await open().put(deliveryOf("k2"));

    const { metadata, data, type } = server.secret(name) ?? {};
    expect(type).toBe("Opaque");
    expect(Object.keys(data ?? {}).sort()).toEqual(["api-key", "api-key.previous"]);
    expect(server.valueOf(name, "api-key.previous")).toBe(secretOf("k1"));
    expect(metadata?.annotations).toEqual({
      "keyturn.internal/key-name": "scheduler-prod",
      "keyturn.internal/service": "scheduler",
      "keyturn.internal/environment": "prod",
      "keyturn.internal/owner": "team-publishing@acme.example",
      "keyturn.internal/data-key": "api-key",
      "keyturn.internal/key-id": "k2",
      "keyturn.internal/predecessor-id": "k1",
      "keyturn.internal/previous-key-id": "k1",
    });
    expect(metadata?.managedFields?.map(({ manager }) => manager)).toEqual(["keyturn"]);
  });

  test("keeps nothing of a secret that was taken back", async () => {
    const { server, open } = await newCluster();
    for (const id of ["k1", "k2"]) await open().put(deliveryOf(id));

    await open().restorePrevious("k2");
    expect(tracesOfSecret(JSON.stringify(server.secret(name)), secretOf("k2"))).toEqual([]);
    expect(JSON.stringify(server.secret(name))).not.toContain("k2");

    const first = await newCluster();
    await first.open().put(deliveryOf("k1"));
    expect(tracesOfSecret(JSON.stringify(first.server.secret(name)), secretOf("k1"))).not.toEqual([]);
    await first.open().restorePrevious("k1");
    expect(first.server.secret(name)?.data).toBeUndefined();
  });

  test("is looked at, checked and restored without a secret on the way, and delivered with the new one alone", async () => {
    const { server, open } = await newCluster();
    const store = open();
    await store.put(deliveryOf("k1"));
    await store.put(deliveryOf("k2"));
    await store.current();
    await store.check();
    await store.restorePrevious("k2");

    const onTheWay = server.seen.map(({ method, body, answer }) => [
      method,
      ...["k1", "k2"].filter((id) => tracesOfSecret(body, secretOf(id)).length > 0).map((id) => `${id} sent`),
      ...["k1", "k2"].filter((id) => tracesOfSecret(answer, secretOf(id)).length > 0).map((id) => `${id} received`),
    ]);
    expect(onTheWay.filter(([, ...traces]) => traces.length > 0)).toEqual([
      ["POST", "k1 sent"],
      ["PATCH", "k2 sent"],
    ]);
    await store.read();
    // The search would have found it.
    expect(tracesOfSecret(server.seen.at(-1)?.answer ?? "", secretOf("k1"))).not.toEqual([]);
  });

  test("keeps other data keys, labels and annotations of a Secret that was handed over", async () => {
    const { server, open } = await newCluster();
    server.edit(name, {
      values: { "db-url": "postgres://db" },
      labels: { team: "publishing" },
      annotations: { "keyturn.internal/key-name": "scheduler-prod", note: "by hand" },
    });
    const store = open();

    await store.check();
    await store.put(deliveryOf("k1"));
    await store.put(deliveryOf("k2"));
    await store.restorePrevious("k2");
    await store.restorePrevious("k1");
    await store.put(deliveryOf("k3"));

    expect(server.valueOf(name, "db-url")).toBe("postgres://db");
    expect(server.valueOf(name, "api-key")).toBe(secretOf("k3"));
    expect(server.secret(name)?.metadata).toMatchObject({
      labels: { team: "publishing" },
      annotations: { note: "by hand", "keyturn.internal/key-id": "k3" },
    });
  });

  test("may be there without data at first, so that nobody needs the right to create one", async () => {
    const { server, open } = await newCluster();
    server.edit(name, {});
    server.allowed.delete("create");
    const store = open();

    await store.check();
    await store.put(deliveryOf("k1"));
    await store.restorePrevious("k1");
    await store.check();
    await store.put(deliveryOf("k2"));

    expect(await store.current()).toEqual({ current: "k2", previous: undefined, foreign: undefined });
  });

  test("has the secret under the data key that is declared", async () => {
    const { server, open } = await newCluster();

    await open("scheduler-prod", { key: "PINBRIDGE_API_KEY" }).put(deliveryOf("k1"));

    expect(server.valueOf(name, "PINBRIDGE_API_KEY")).toBe(secretOf("k1"));
    const renamed = open("scheduler-prod", { key: "token" });
    await expect(renamed.check()).rejects.toThrow("under the data key PINBRIDGE_API_KEY instead of token");
    expect((await renamed.current()).current).toBeUndefined();
  });

  test("changes nothing by a check, also where there is none yet", async () => {
    const { server, open } = await newCluster();
    await open().check();
    expect(server.secret(name)).toBeUndefined();

    await open().put(deliveryOf("k1"));
    const before = structuredClone(server.secret(name));
    await open().check();
    expect(server.secret(name)).toEqual(before);
  });
});

describe("a Kubernetes Secret that somebody else changes", () => {
  test.each<[string, (server: KubernetesServer) => void, string]>([
    [
      "its value",
      (server) => {
        server.edit(name, { values: { "api-key": "theirs" } }, "kubectl-edit");
      },
      "somebody has changed by hand (the value is by kubectl-edit, 20",
    ],
    [
      "what is noted of it",
      (server) => {
        server.edit(name, { annotations: { "keyturn.internal/key-id": "k7" } }, "kubectl-annotate");
      },
      "the annotation is by kubectl-annotate, 20",
    ],
    [
      "its value away",
      (server) => {
        server.edit(name, { values: { "api-key": undefined } });
      },
      "whose value api-key somebody has taken away",
    ],
    [
      "the name of its key",
      (server) => {
        server.edit(name, { annotations: { "keyturn.internal/key-name": "billing-prod" } });
      },
      "the secret of the key billing-prod",
    ],
    [
      "its annotations away",
      (server) => {
        server.edit(name, {
          annotations: { "keyturn.internal/key-name": undefined, "keyturn.internal/key-id": undefined },
        });
      },
      "a Secret with data that keyturn has not put there (it is by keyturn, 20",
    ],
  ])("is left alone, and says who it was: %s", async (_name, change, words) => {
    const { server, open } = await newCluster();
    const store = open();
    await store.put(deliveryOf("k1"));
    change(server);
    const before = structuredClone(server.secret(name));
    const refusal = { code: "STORE_REFUSED", message: expect.stringContaining(words) as string };

    await expect(store.check()).rejects.toMatchObject(refusal);
    await expect(store.put(deliveryOf("k2"))).rejects.toMatchObject(refusal);
    await store.restorePrevious("k1");

    expect(await store.current()).toMatchObject({
      current: undefined,
      foreign: expect.stringContaining(words) as string,
    });
    expect(await store.read()).toBeUndefined();
    expect(server.secret(name)).toEqual(before);
  });

  test("is ours still where a tool has put it back from a backup, and where the server notes nobody", async () => {
    const { server, open } = await newCluster();
    await open().put(deliveryOf("k1"));
    await open().put(deliveryOf("k2"));
    const { data = {}, metadata } = server.secret(name) ?? {};
    server.remove(name);
    const values = Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
    );
    server.edit(name, { values, annotations: metadata?.annotations ?? {} }, "velero-server");
    expect(await open().current()).toEqual({ current: "k2", previous: "k1", foreign: undefined });

    server.forgetManagers(name);
    expect(await open().current()).toEqual({ current: "k2", previous: "k1", foreign: undefined });
    await open().restorePrevious("k2");
    expect(server.valueOf(name, "api-key")).toBe(secretOf("k1"));
  });

  test("does not go back to a previous secret that is gone, whether the server notes that or not", async () => {
    for (const isNoted of [true, false]) {
      const { server, open } = await newCluster();
      await open().put(deliveryOf("k1"));
      await open().put(deliveryOf("k2"));
      server.edit(name, { values: { "api-key.previous": undefined } });
      if (!isNoted) server.forgetManagers(name);

      await expect(open().restorePrevious("k2")).rejects.toMatchObject({ code: "STORE_REFUSED" });

      expect(server.valueOf(name, "api-key")).toBe(secretOf("k2"));
      if (isNoted) expect((await open().current()).previous).toBeUndefined();
    }
  });

  test("takes no empty value for the previous secret where the current one is gone, and nobody is noted", async () => {
    const { server, open } = await newCluster();
    await open().put(deliveryOf("k1"));
    server.edit(name, { values: { "api-key": undefined, other: "data" } });
    server.forgetManagers(name);

    await expect(open().check()).rejects.toThrow("its data are not what its annotations say");
    await expect(open().put(deliveryOf("k2"))).rejects.toMatchObject({ code: "STORE_REFUSED" });

    expect(Object.keys(server.secret(name)?.data ?? {})).toEqual(["other"]);
  });

  test("is not written where somebody else's value stands under the second data key", async () => {
    const { server, open } = await newCluster();
    await open().put(deliveryOf("k1"));
    server.edit(name, { values: { "api-key.previous": "theirs" } });

    expect(await open().current()).toEqual({ current: "k1", previous: undefined, foreign: undefined });
    await expect(open().put(deliveryOf("k2"))).rejects.toThrow("under api-key.previous that somebody else");

    expect(server.valueOf(name, "api-key.previous")).toBe("theirs");
  });

  test("is written again where others have changed what is not ours between look and write", async () => {
    const { server, open } = await newCluster();
    await open().put(deliveryOf("k1"));
    let changes = 0;
    server.fault = ({ method }) => {
      if (method === "PATCH" && changes++ < 2) server.edit(name, { labels: { revision: String(changes) } });
      return undefined;
    };

    await open().put(deliveryOf("k2"));

    expect(await open().current()).toMatchObject({ current: "k2", previous: "k1" });
    expect(server.secret(name)?.metadata.labels).toEqual({ revision: "2" });
  });

  test.each<[string, string, (server: KubernetesServer) => void]>([
    [
      "another value is there",
      "a value that somebody has changed by hand",
      (server) => {
        server.edit(name, { values: { "api-key": "theirs" } });
      },
    ],
    [
      "another run has delivered",
      "only one run delivers to it",
      (server) => {
        server.edit(name, { values: { "api-key": "k9" }, annotations: { "keyturn.internal/key-id": "k9" } }, "keyturn");
      },
    ],
    [
      "it is gone",
      "only one run delivers to it",
      (server) => {
        server.remove(name);
      },
    ],
  ])("is not written where %s between look and write", async (_name, words, change) => {
    const { server, open } = await newCluster();
    await open().put(deliveryOf("k1"));
    server.fault = ({ method }) => {
      if (method === "PATCH") {
        server.fault = () => undefined;
        change(server);
      }
      return undefined;
    };

    await expect(open().put(deliveryOf("k2"))).rejects.toMatchObject({
      code: "STORE_REFUSED",
      message: expect.stringContaining(words) as string,
    });

    expect(tracesOfSecret(JSON.stringify(server.secret(name) ?? {}), secretOf("k2"))).toEqual([]);
  });

  test("is not written where somebody else creates it between look and write", async () => {
    const { server, open } = await newCluster();
    server.fault = ({ method }) => {
      if (method === "POST") server.edit(name, { values: { "api-key": "theirs" } });
      return undefined;
    };

    await expect(open().put(deliveryOf("k1"))).rejects.toMatchObject({ code: "STORE_REFUSED" });

    expect(server.valueOf(name, "api-key")).toBe("theirs");
  });

  test("takes one of two deliveries that come from two processes at the same time", async () => {
    const { server, open } = await newCluster();
    await open().put(deliveryOf("k1"));
    // Another context of the same cluster: the two do not wait for each other.
    const stores = [open(), open("scheduler-prod", { context: "test" })];

    const outcomes = await Promise.allSettled(
      stores.map((store, index) => store.put(deliveryOf(index === 0 ? "k2" : "k3"))),
    );

    const { current, previous } = await open().current();
    const done = outcomes.filter(({ status }) => status === "fulfilled").length;
    expect([1, 2]).toContain(done);
    expect(server.valueOf(name, "api-key")).toBe(secretOf(current ?? ""));
    // Both were taken one after the other, or one of them not at all.
    expect(previous).toBe(done === 1 ? "k1" : current === "k2" ? "k3" : "k2");
    expect(server.valueOf(name, "api-key.previous")).toBe(secretOf(previous ?? ""));
  });
});

describe("a Kubernetes Secret that cannot be written", () => {
  test.each<[string, (server: KubernetesServer) => void, string, string]>([
    [
      "no right to create",
      (server) => server.allowed.delete("create"),
      "STORE_UNREACHABLE",
      "may not create the Secret",
    ],
    [
      "no right to change it later",
      (server) => server.allowed.delete("patch"),
      "STORE_UNREACHABLE",
      "system:serviceaccount:publishing:deployer may not patch the Secret scheduler in the namespace publishing",
    ],
    ["no right to look", (server) => server.allowed.delete("get"), "STORE_UNREACHABLE", "may not get the Secret"],
    [
      "no namespace",
      (server) => {
        server.namespaces.clear();
      },
      "STORE_UNREACHABLE",
      "namespace publishing does not exist",
    ],
    [
      "a quota",
      (server) => {
        server.admission = () =>
          "exceeded quota: secrets-10, requested: count/secrets=1, used: count/secrets=10, limited: count/secrets=10";
      },
      "STORE_UNREACHABLE",
      "the quota secrets-10",
    ],
    [
      "admission",
      (server) => {
        server.admission = () => 'admission webhook "deny.acme.example" denied the request: not in this cluster';
      },
      "STORE_UNREACHABLE",
      "the admission webhook deny.acme.example denies it",
    ],
    [
      "a namespace that is going",
      (server) => {
        server.admission = () => "unable to create new content in namespace publishing because it is being terminated";
      },
      "STORE_UNREACHABLE",
      "is being deleted",
    ],
    [
      "an immutable Secret",
      (server) => {
        server.edit(name, { immutable: true });
      },
      "STORE_REFUSED",
      "it is immutable",
    ],
    [
      "a Secret that is going",
      (server) => {
        server.edit(name, { deletionTimestamp: "2026-03-01T12:00:00Z" });
      },
      "STORE_REFUSED",
      "it is being deleted",
    ],
  ])("is found out before anything is delivered: %s", async (_name, change, code, words) => {
    const { server, open } = await newCluster();
    change(server);
    const store = open();

    const refusal: unknown = await store.check().catch((error: unknown) => error);

    expect(refusal).toMatchObject({ code, message: expect.stringContaining(words) as string });
    expect((refusal as Error).message).toContain(store.description);
    expect(server.secret(name)?.data).toBeUndefined();
  });

  test("is found out by a check to be immutable where it is ours", async () => {
    const { server, open } = await newCluster();
    await open().put(deliveryOf("k1"));
    server.edit(name, { immutable: true });

    for (const act of [() => open().check(), () => open().put(deliveryOf("k2"))]) {
      await expect(act()).rejects.toMatchObject({
        code: "STORE_REFUSED",
        message: expect.stringContaining("it is immutable") as string,
      });
    }
    expect(await open().current()).toMatchObject({ current: "k1" });
  });

  test("keeps what it has where a right is lost half-way, and says so", async () => {
    const { server, open } = await newCluster();
    await open().put(deliveryOf("k1"));
    await open().put(deliveryOf("k2"));
    await open().check();
    server.allowed.delete("patch");
    const loss = { code: "STORE_UNREACHABLE", message: expect.stringContaining("may not patch") as string };

    await expect(open().put(deliveryOf("k3"))).rejects.toMatchObject(loss);
    await expect(open().restorePrevious("k2")).rejects.toMatchObject(loss);

    expect(await open().current()).toMatchObject({ current: "k2", previous: "k1" });
  });

  test("does not repeat what a refusal quotes of it", async () => {
    const { server, open } = await newCluster();
    await open().put(deliveryOf("k1"));
    const quote = Buffer.from(secretOf("k2")).toString("base64");
    for (const [status, reason] of [
      [422, "Invalid"],
      [403, "Forbidden"],
      [400, "BadRequest"],
      [500, "InternalError"],
    ] as const) {
      server.fault = ({ method }) =>
        method === "PATCH"
          ? {
              kind: "refusal",
              answer: failure(status, reason, `patch: Invalid value: ${quote}`, {
                causes: [{ reason: quote, message: quote, field: "patch" }],
              }),
            }
          : undefined;

      const refusal: unknown = await open()
        .put(deliveryOf("k2"))
        .catch((error: unknown) => error);

      expect((refusal as Error).message).toContain(String(status));
      expect((refusal as Error).message).not.toContain(quote);
    }
  });
});
