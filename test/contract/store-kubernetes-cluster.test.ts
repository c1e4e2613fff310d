/**
 * The Kubernetes Secret and its cluster: answers that are lost, late or none, the ways to a cluster over real TLS, and half a delivery.
 */
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { deliverToAll } from "../../src/stores";
import { KubernetesSecretStore } from "../../src/stores/kubernetes/kubernetes-secret-store";
import { makeClientCertificate } from "../support/client-certificate";
import { deliveryOf, secretOf } from "../support/delivery";
import { failOnce, kubernetesClusters, quickLimits, secretName as name } from "../support/kubernetes-cluster";
import { knownToken, type Fault } from "../support/kubernetes-server";
import { failure } from "../support/kubernetes-server/status";
import { tracesOfSecret } from "../support/secret-traces";
import { contextOf } from "../support/store-context";
import { temporaryFolder } from "../support/temporary-folder";

const root = temporaryFolder();
const newCluster = kubernetesClusters(root);

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
    failOnce(server, method, fault);

    await open().put(deliveryOf("k2"));

    expect(await open().current()).toEqual({ current: "k2", previous: "k1", foreign: undefined });
    expect(server.valueOf(name, "api-key.previous")).toBe(secretOf("k1"));
  });

  test("is asked again after a creation and after a restore whose answers are lost", async () => {
    const { server, open } = await newCluster();
    failOnce(server, "POST", { kind: "lost" });
    await open().put(deliveryOf("k1"));
    await open().put(deliveryOf("k2"));
    failOnce(server, "PATCH", { kind: "lost" });
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
      limits: quickLimits,
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
      { limits: { ...quickLimits, maxTries: 1 } },
    );

  test.each<[string, "broken" | "lost", string, string | undefined]>([
    ["before it has happened", "broken", "k1", undefined],
    ["after it has happened", "lost", "k2", "k1"],
  ])("is in whole or not at all, and the next one converges: %s", async (_name, kind, current, previous) => {
    const { server, open, kubeconfig } = await newCluster();
    await open().put(deliveryOf("k1"));
    failOnce(server, "PATCH", { kind });

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
    failOnce(other.server, "PATCH", { kind: "lost" });

    await expect(deliverToAll(stores, deliveryOf("k2"))).rejects.toMatchObject({ notRestored: [], wasHandedOut: true });

    for (const { server } of [one, other]) {
      expect(server.valueOf(name, "api-key")).toBe(secretOf("k1"));
      expect(tracesOfSecret(JSON.stringify(server.secret(name)), secretOf("k2"))).toEqual([]);
    }
  });
});
