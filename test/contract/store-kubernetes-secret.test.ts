/**
 * The Kubernetes Secret: the promises of every store, and its own about what the cluster keeps, refuses and loses, over real TLS.
 */
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import type { KubernetesSecretTarget } from "../../src/model/kubernetes-secret-target";
import { KubernetesSecretStore } from "../../src/stores/kubernetes/kubernetes-secret-store";
import type { HttpLimits } from "../../src/stores/http";
import { deliverToAll } from "../../src/stores";
import { makeClientCertificate } from "../support/client-certificate";
import { deliveryOf, secretOf } from "../support/delivery";
import { knownToken, KubernetesServer, type Fault } from "../support/kubernetes-server";
import { failure } from "../support/kubernetes-server/status";
import { tracesOfSecret } from "../support/secret-traces";
import { contextOf } from "../support/store-context";
import { describeStore } from "../support/store-contract";
import { temporaryFolder } from "../support/temporary-folder";

const root = temporaryFolder();
const servers: KubernetesServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

const name = "scheduler";
const quick: Partial<HttpLimits> = { timeoutMs: 2_000, firstPauseMs: 1 };

interface Cluster {
  readonly server: KubernetesServer;
  readonly kubeconfig: string;
  readonly open: (keyName?: string, target?: Partial<KubernetesSecretTarget>) => KubernetesSecretStore;
}

/** A cluster, and stores that reach it by a kubeconfig. */
async function newCluster(user: Record<string, unknown> = { token: knownToken }): Promise<Cluster> {
  const server = await KubernetesServer.start();
  servers.push(server);
  const kubeconfig = path.join(root, `kubeconfig-${servers.length}`);
  const authority = Buffer.from(server.authority).toString("base64");
  // JSON is YAML.
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      "current-context": "test",
      clusters: [{ name: "test", cluster: { server: server.url, "certificate-authority-data": authority } }],
      contexts: [{ name: "test", context: { cluster: "test", user: "deployer" } }],
      users: [{ name: "deployer", user }],
    }),
    { mode: 0o600 },
  );
  return {
    server,
    kubeconfig,
    open: (keyName = "scheduler-prod", target = {}) =>
      new KubernetesSecretStore(
        { namespace: "publishing", name, ...target },
        contextOf(keyName, { KUBECONFIG: kubeconfig }),
        { limits: quick },
      ),
  };
}

/** Lets a fault happen to the first request that fits, and to no other. */
function once(server: KubernetesServer, method: string, fault: Fault): void {
  server.fault = (request) => {
    if (request.method !== method || request.isDryRun) return undefined;
    server.fault = () => undefined;
    return fault;
  };
}

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
    expect(Object.keys(data ?? {})).toEqual(["api-key", "api-key.previous"]);
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
      "a value that somebody else has put there since (kubectl-edit, at 20",
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
      "a Secret with data that keyturn has not put there",
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
      "a value that somebody else has put there",
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
    ["no namespace", (server) => server.namespaces.clear(), "STORE_UNREACHABLE", "namespace publishing does not exist"],
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

describe("a cluster that does not answer as it should", () => {
  const html = "<html><body>502 Bad Gateway</body></html>";
  const page = (status: number): Fault => ({
    kind: "answer",
    status,
    headers: { "content-type": "text/html" },
    body: html,
  });

  test.each<[string, string, Fault]>([
    [
      "a pause that it asks for",
      "PATCH",
      { kind: "refusal", answer: failure(429, "TooManyRequests", "wait", { retryAfterSeconds: 0 }) },
    ],
    [
      "a time limit of its own",
      "PATCH",
      {
        kind: "refusal",
        answer: failure(504, "Timeout", "Timeout: request did not complete within the allotted timeout", {}),
      },
    ],
    ["the page of a proxy", "GET", page(502)],
    ["a broken connection", "PATCH", { kind: "broken" }],
    ["a write whose answer is lost", "PATCH", { kind: "lost" }],
  ])("is asked again after %s", async (_name, method, fault) => {
    const { server, open } = await newCluster();
    await open().put(deliveryOf("k1"));
    once(server, method, fault);

    await open().put(deliveryOf("k2"));

    expect(await open().current()).toEqual({ current: "k2", previous: "k1", foreign: undefined });
    expect(server.valueOf(name, "api-key.previous")).toBe(secretOf("k1"));
  });

  test("is asked again after a creation and after a restore whose answers are lost", async () => {
    const { server, open } = await newCluster();
    once(server, "POST", { kind: "lost" });
    await open().put(deliveryOf("k1"));
    await open().put(deliveryOf("k2"));
    once(server, "PATCH", { kind: "lost" });
    await open().restorePrevious("k2");

    expect(await open().current()).toEqual({ current: "k1", previous: undefined, foreign: undefined });
  });

  test.each<[string, Fault, string]>([
    [
      "a pause that is too long",
      { kind: "refusal", answer: failure(429, "TooManyRequests", "wait", { retryAfterSeconds: 60 }) },
      "has too much to do",
    ],
    ["a failure that stays", { kind: "refusal", answer: failure(503, "ServiceUnavailable", "etcd is down") }, "(503)"],
    ["the page of a proxy", page(502), "something else than an answer of Kubernetes"],
    ["a page in the place of a Secret", page(200), "something else than a Secret"],
    [
      "a redirect",
      { kind: "answer", status: 302, headers: { location: "https://elsewhere.example/" }, body: "" },
      "Redirects are not followed",
    ],
    ["a page that was not found", page(404), "something else than an answer of Kubernetes"],
    [
      "no such resource",
      { kind: "refusal", answer: failure(404, "NotFound", "the server could not find the requested resource", {}) },
      "does not know Secrets",
    ],
    ["a broken connection", { kind: "broken" }, "gives no answer: the connection broke"],
  ])("is told of with the target: %s", async (_name, fault, words) => {
    const { server, open } = await newCluster();
    await open().put(deliveryOf("k1"));
    server.fault = () => fault;
    const store = open();

    for (const act of [
      () => store.check(),
      () => store.current(),
      () => store.put(deliveryOf("k2")),
      () => store.read(),
    ]) {
      const problem: unknown = await act().catch((error: unknown) => error);
      expect(problem).toMatchObject({ code: "STORE_UNREACHABLE", message: expect.stringContaining(words) as string });
      expect((problem as Error).message).toContain(store.description);
    }
    expect(server.valueOf(name, "api-key")).toBe(secretOf("k1"));
  });

  test("is not waited for without end", async () => {
    const { server, kubeconfig } = await newCluster();
    server.fault = () => ({ kind: "silent" });
    const store = new KubernetesSecretStore(
      { namespace: "publishing", name },
      contextOf("scheduler-prod", { KUBECONFIG: kubeconfig }),
      { limits: { timeoutMs: 100, firstPauseMs: 1, maxTries: 2 } },
    );

    await expect(store.check()).rejects.toThrow("no answer within 0.1 s");
    expect(server.seen).toHaveLength(2);
  });

  test("may be slow", async () => {
    const { server, open } = await newCluster();
    server.delayMs = 300;

    await open().put(deliveryOf("k1"));

    expect(server.valueOf(name, "api-key")).toBe(secretOf("k1"));
  });
});

describe("the way to a cluster", () => {
  const openWith = (variables: Readonly<Record<string, string>>, settings = {}): KubernetesSecretStore =>
    new KubernetesSecretStore({ namespace: "publishing", name }, contextOf("scheduler-prod", variables), {
      limits: quick,
      ...settings,
    });

  test("is the service account of the pod, whose token is read for each request", async () => {
    const { server } = await newCluster();
    const folder = mkdtempSync(path.join(root, "serviceaccount-"));
    writeFileSync(path.join(folder, "ca.crt"), server.authority);
    writeFileSync(path.join(folder, "token"), "expired");
    const { hostname, port } = new URL(server.url);
    const store = openWith(
      { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
      { serviceAccountFolder: folder },
    );
    await expect(store.check()).rejects.toThrow(
      "the cluster of this pod does not accept the credentials (401). They may have expired",
    );

    writeFileSync(path.join(folder, "token"), `${knownToken}\n`);
    await store.put(deliveryOf("k1"));

    expect(server.valueOf(name, "api-key")).toBe(secretOf("k1"));
  });

  test("may be a client certificate", async () => {
    const { certificate, privateKey } = makeClientCertificate();
    const { server, open } = await newCluster({
      "client-certificate-data": Buffer.from(certificate).toString("base64"),
      "client-key-data": Buffer.from(privateKey).toString("base64"),
    });
    await expect(open().check()).rejects.toThrow("(401)");
    server.admitCertificate(new X509Certificate(certificate).raw);

    await open().put(deliveryOf("k1"));

    expect(server.valueOf(name, "api-key")).toBe(secretOf("k1"));
    expect(server.seen.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  test("shows its token to no server that another authority vouches for, or nobody, or that has another name", async () => {
    const { server, kubeconfig } = await newCluster();
    const other = await newCluster();
    const config = JSON.parse(readFileSync(kubeconfig, "utf8")) as { clusters: [{ cluster: Record<string, string> }] };
    const { cluster } = config.clusters[0];
    const wrong = [
      { ...cluster, "certificate-authority-data": Buffer.from(other.server.authority).toString("base64") },
      { server: server.url },
      { ...cluster, server: server.url.replace("localhost", "127.0.0.1") },
      { ...cluster, "tls-server-name": "kubernetes.default.svc" },
    ];
    for (const [index, changed] of wrong.entries()) {
      const file = path.join(root, `wrong-${index}`);
      writeFileSync(file, JSON.stringify({ ...config, clusters: [{ name: "test", cluster: changed }] }));

      await expect(openWith({ KUBECONFIG: file }).check()).rejects.toMatchObject({
        code: "STORE_UNREACHABLE",
        message: expect.stringContaining("its certificate is not trusted") as string,
      });
    }
    expect(server.seen).toEqual([]);

    const named = path.join(root, "named");
    const byAddress = {
      ...cluster,
      server: server.url.replace("localhost", "127.0.0.1"),
      "tls-server-name": "localhost",
    };
    writeFileSync(named, JSON.stringify({ ...config, clusters: [{ name: "test", cluster: byAddress }] }));
    await openWith({ KUBECONFIG: named }).check();
  });

  test("is told of with the target where it is not there, and looked for again the next time", async () => {
    const { kubeconfig } = await newCluster();
    const file = path.join(root, "late");
    const store = openWith({ KUBECONFIG: file });
    await expect(store.check()).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      message: expect.stringMatching(
        /^the Kubernetes Secret publishing\/scheduler cannot be written: .*late/,
      ) as string,
    });

    writeFileSync(file, readFileSync(kubeconfig));
    await store.check();
  });

  test("never shows the token", async () => {
    const { server, open } = await newCluster();
    const store = open();
    await store.put(deliveryOf("k1"));
    server.fault = () => ({ kind: "refusal", answer: failure(401, "Unauthorized", knownToken) });

    const problem: unknown = await store.check().catch((error: unknown) => error);

    expect(inspect([store, problem], { depth: null, showHidden: true })).not.toContain(knownToken);
    expect(server.seen[0]?.authorization).toBe(`Bearer ${knownToken}`);
  });
});

describe("a delivery to a Kubernetes Secret that ends half-way", () => {
  const impatient = (kubeconfig: string): KubernetesSecretStore =>
    new KubernetesSecretStore(
      { namespace: "publishing", name },
      contextOf("scheduler-prod", { KUBECONFIG: kubeconfig }),
      { limits: { ...quick, maxTries: 1 } },
    );

  test.each<[string, "broken" | "lost", string, string | undefined]>([
    ["before it has happened", "broken", "k1", undefined],
    ["after it has happened", "lost", "k2", "k1"],
  ])("is in whole or not at all, and the next one converges: %s", async (_name, kind, current, previous) => {
    const { server, open, kubeconfig } = await newCluster();
    await open().put(deliveryOf("k1"));
    once(server, "PATCH", { kind });

    await expect(impatient(kubeconfig).put(deliveryOf("k2"))).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    expect(await open().current()).toEqual({ current, previous, foreign: undefined });

    await open().put(deliveryOf("k2"));
    expect(await open().current()).toEqual({ current: "k2", previous: "k1", foreign: undefined });
    expect(server.valueOf(name, "api-key.previous")).toBe(secretOf("k1"));
  });

  test("is taken back from all targets, also from one whose answer was lost", async () => {
    const one = await newCluster();
    const other = await newCluster();
    const stores = [one.open(), impatient(other.kubeconfig)];
    await deliverToAll(stores, deliveryOf("k1"));
    once(other.server, "PATCH", { kind: "lost" });

    await expect(deliverToAll(stores, deliveryOf("k2"))).rejects.toMatchObject({ notRestored: [], wasHandedOut: true });

    for (const { server } of [one, other]) {
      expect(server.valueOf(name, "api-key")).toBe(secretOf("k1"));
      expect(tracesOfSecret(JSON.stringify(server.secret(name)), secretOf("k2"))).toEqual([]);
    }
  });
});
