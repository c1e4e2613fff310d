/**
 * Finds the way to a cluster: by KUBECONFIG, by the service account of the pod that this process runs in, or by ~/.kube/config, in this
 * order. A context is one of a kubeconfig. Nothing is connected here.
 */
import path from "node:path";
import { KeyturnError } from "../../model/error";
import type { ClusterAccess } from "./cluster-access";
import { readCredential, readToken } from "./credential-file";
import { readKubeconfig } from "./kubeconfig";

/** What to look for, and where. */
export interface AccessRequest {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly context: string | undefined;
  /** Where the kubelet puts the credentials of a pod. */
  readonly serviceAccountFolder?: string;
}

/** The folder that the kubelet mounts into every pod with a service account (Kubernetes documentation, "Accessing the Kubernetes API from a Pod"). */
const defaultServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** @throws KeyturnError STORE_UNREACHABLE that names the file or the variable, if there is no way to a cluster that can be used */
export async function findClusterAccess({
  variables,
  context,
  serviceAccountFolder = defaultServiceAccountFolder,
}: AccessRequest): Promise<ClusterAccess> {
  const named = (variables["KUBECONFIG"] ?? "").split(path.delimiter).filter((file) => file !== "");
  if (named.length > 0) return await readKubeconfig(named, context);
  const host = variables["KUBERNETES_SERVICE_HOST"];
  if (host && context === undefined) {
    return await serviceAccountAccess(host, variables["KUBERNETES_SERVICE_PORT"], serviceAccountFolder);
  }
  const home = variables["HOME"];
  if (home) return await readKubeconfig([path.join(home, ".kube", "config")], context);
  throw new KeyturnError(
    "STORE_UNREACHABLE",
    "nothing says how the cluster is reached: set KUBECONFIG to a kubeconfig, or run in a pod that has a service account",
  );
}

async function serviceAccountAccess(host: string, port: string | undefined, folder: string): Promise<ClusterAccess> {
  const description = "the cluster of this pod";
  const authority = await readCredential(path.join(folder, "ca.crt"), description);
  const tokenFile = path.join(folder, "token");
  return {
    description,
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port || "443"}`,
    authority,
    serverName: undefined,
    clientCertificate: undefined,
    token: () => readToken(tokenFile, description),
  };
}
