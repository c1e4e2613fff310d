/**
 * The Kubernetes Secret against the real kubectl: it applies the patches with the library that the API server uses, and reads kubeconfigs.
 */
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findClusterAccess } from "../../src/stores/kubernetes/find-cluster-access";
import { deliveryOf, secretOf } from "../support/delivery";
import { kubernetesClusters, secretName as name, type KubernetesCluster } from "../support/kubernetes-cluster";
import { applyJsonPatch } from "../support/kubernetes-server/json-patch";
import type { SecretObject } from "../support/kubernetes-server/secret-object";
import { runCommand } from "../support/run";
import { temporaryFolder } from "../support/temporary-folder";

const hasKubectl = (process.env["PATH"] ?? "")
  .split(path.delimiter)
  .some((folder) => existsSync(path.join(folder, "kubectl")));
if (!hasKubectl) {
  process.stderr.write("skipped: kubectl is not installed, so patches and kubeconfigs are not compared with it\n");
}

const root = temporaryFolder();
const newCluster = kubernetesClusters(root);

async function kubectl(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, stdout, output } = await runCommand("kubectl", args, {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "", HOME: root, ...variables },
  });
  if (code !== 0) throw new Error(`kubectl ended with ${String(code)}: ${output}`);
  return stdout;
}

/** Lets a store do something, and compares what came of it with what kubectl makes of the same patch. */
async function compare({ server }: KubernetesCluster, act: () => Promise<void>): Promise<void> {
  const before = structuredClone(server.secret(name));
  await act();
  const patch = server.seen.filter(({ method }) => method === "PATCH").at(-1);
  const file = path.join(mkdtempSync(path.join(root, "secret-")), "secret.json");
  writeFileSync(file, JSON.stringify(before));
  const patched = JSON.parse(
    await kubectl(["patch", "--local", "-f", file, "--type", "json", "--patch", patch?.body ?? "", "-o", "json"]),
  ) as SecretObject;
  const after = server.secret(name);
  expect(patched.data ?? {}).toEqual(after?.data ?? {});
  expect(patched.metadata.annotations).toEqual(after?.metadata.annotations);
  // Each patch is for this version only.
  expect(patched.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
}

(hasKubectl ? describe : describe.skip)("kubectl", () => {
  test("makes the same of every patch", async () => {
    const cluster = await newCluster();
    const { server, open } = cluster;
    server.edit(name, { labels: { team: "publishing" } });

    await compare(cluster, () => open().put(deliveryOf("k1")));
    await compare(cluster, () => open().put(deliveryOf("k2")));
    await compare(cluster, () => open().put(deliveryOf("k3")));
    await compare(cluster, () => open().restorePrevious("k3"));
    expect(server.valueOf(name, "api-key")).toBe(secretOf("k2"));

    const other = await newCluster();
    other.server.edit(name, { annotations: { "keyturn.internal/key-name": "scheduler-prod" }, values: { port: "1" } });
    await compare(other, () => other.open().put(deliveryOf("k1")));
    await compare(other, () => other.open().restorePrevious("k1"));
    expect(other.server.secret(name)?.data).toEqual({ port: Buffer.from("1").toString("base64") });
  });

  test.each([
    ["a copy", { op: "copy", from: "/data/a", path: "/data/b" }],
    ["a copy of nothing", { op: "copy", from: "/data/missing", path: "/data/b" }],
    ["a move", { op: "move", from: "/data/a", path: "/data/b" }],
    ["a move onto another", { op: "move", from: "/data/a", path: "/data/c" }],
    ["a move of nothing", { op: "move", from: "/data/missing", path: "/data/b" }],
    ["an addition in the place of another", { op: "add", path: "/data/a", value: "eg==" }],
    ["an addition to nothing", { op: "add", path: "/metadata/annotations/x", value: "y" }],
    ["a removal", { op: "remove", path: "/data/a" }],
    ["a removal of nothing", { op: "remove", path: "/data/missing" }],
    ["a replacement of nothing", { op: "replace", path: "/data/missing", value: "eg==" }],
    ["a test that fails", { op: "test", path: "/data/a", value: "eg==" }],
    ["a test for nothing", { op: "test", path: "/data/missing", value: null }],
    ["an escaped name", { op: "add", path: "/metadata/labels/a.example~1b", value: "c" }],
  ])("makes the same of %s as the server of the tests", async (_name, operation) => {
    const before = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, labels: { team: "publishing" } },
      data: { a: "eA==", c: "eQ==" },
    };
    const file = path.join(mkdtempSync(path.join(root, "secret-")), "secret.json");
    writeFileSync(file, JSON.stringify(before));

    const theirs: unknown = await kubectl([
      ...["patch", "--local", "-f", file, "--type", "json", "-o", "json"],
      ...["--patch", JSON.stringify([operation])],
    ]).then(JSON.parse, () => "refused");

    const ours = ((): unknown => {
      try {
        return applyJsonPatch(before, [operation]);
      } catch {
        return "refused";
      }
    })();
    expect(ours).toEqual(theirs);
  });

  test("finds the same cluster and the same user in a kubeconfig of several files", async () => {
    const folder = mkdtempSync(path.join(root, "config-"));
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    writeFileSync(
      path.join(folder, "first"),
      `apiVersion: v1\nkind: Config\ncurrent-context: prod\nusers:\n- {name: deployer, user: {token: tok-first}}\n`,
    );
    writeFileSync(
      path.join(folder, "second"),
      `apiVersion: v1\nkind: Config\ncurrent-context: other\nclusters:\n- name: eu\n  cluster:\n    server: https://eu.example:6443\n    certificate-authority: ca.crt\n    tls-server-name: kubernetes\ncontexts:\n- {name: prod, context: {cluster: eu, user: deployer}}\nusers:\n- {name: deployer, user: {token: tok-second}}\n`,
    );
    writeFileSync(path.join(folder, "ca.crt"), "EU CA");
    const files = [path.join(folder, "nowhere"), path.join(folder, "first"), path.join(folder, "second")];
    const KUBECONFIG = files.join(path.delimiter);

    const access = await findClusterAccess({ variables: { KUBECONFIG }, context: undefined });
    const seen = JSON.parse(
      await kubectl(["config", "view", "--minify", "--raw", "--flatten", "-o", "json"], { KUBECONFIG }),
    ) as unknown;

    expect(seen).toMatchObject({
      "current-context": "prod",
      clusters: [
        {
          cluster: {
            server: access.server,
            "certificate-authority-data": base64(access.authority ?? ""),
            "tls-server-name": access.serverName,
          },
        },
      ],
      users: [{ user: { token: (await access.token())?.reveal() } }],
    });
  });

  test("reaches the cluster of the tests by the same kubeconfig, and reads the secret there", async () => {
    const { open, kubeconfig } = await newCluster();
    await open().put(deliveryOf("k1"));

    const raw = await kubectl(["get", "--raw", `/api/v1/namespaces/publishing/secrets/${name}`], {
      KUBECONFIG: kubeconfig,
    });

    const { data = {} } = JSON.parse(raw) as SecretObject;
    expect(Buffer.from(data["api-key"] ?? "", "base64").toString()).toBe(secretOf("k1"));
  });
});
