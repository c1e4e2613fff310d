/** A cluster for tests of stores, with a kubeconfig that leads to it. */
import { mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { KubernetesSecretTarget } from "../../src/model/kubernetes-secret-target";
import type { HttpLimits } from "../../src/stores/http";
import { KubernetesSecretStore } from "../../src/stores/kubernetes/kubernetes-secret-store";
import { knownToken, KubernetesServer, type Fault } from "./kubernetes-server";
import { contextOf } from "./store-context";

/** The name of the Secret that the stores of a cluster are opened for, in the namespace `publishing`. */
export const secretName = "scheduler";

/** What a store is opened with so that pauses between tries cost no time. */
export const quickLimits: Partial<HttpLimits> = { timeoutMs: 2_000, firstPauseMs: 1 };

/** A running cluster. */
export interface KubernetesCluster {
  readonly server: KubernetesServer;
  /** The path of a kubeconfig whose current context leads to it. */
  readonly kubeconfig: string;
  readonly open: (keyName?: string, target?: Partial<KubernetesSecretTarget>) => KubernetesSecretStore;
}

/** Starts clusters, and ends them after the last test of the file. Call it at the top of a test file. */
export function kubernetesClusters(
  root: string,
): (user?: Readonly<Record<string, unknown>>) => Promise<KubernetesCluster> {
  const servers: KubernetesServer[] = [];
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });
  return async (user = { token: knownToken }) => {
    const server = await KubernetesServer.start();
    servers.push(server);
    const kubeconfig = path.join(mkdtempSync(path.join(root, "cluster-")), "kubeconfig");
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
    );
    return {
      server,
      kubeconfig,
      open: (keyName = "scheduler-prod", target = {}) =>
        new KubernetesSecretStore(
          { namespace: "publishing", name: secretName, ...target },
          contextOf(keyName, { KUBECONFIG: kubeconfig }),
          { limits: quickLimits },
        ),
    };
  };
}

/** Lets a fault happen to the first request that fits, and to no other. */
export function failOnce(server: KubernetesServer, method: string, fault: Fault): void {
  server.fault = (request) => {
    if (request.method !== method || request.isDryRun) return undefined;
    server.fault = () => undefined;
    return fault;
  };
}
