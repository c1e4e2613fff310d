/** How the way to a cluster is found: kubeconfigs as kubectl reads them, the service account of a pod, and what is refused. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ClusterAccess } from "../../../src/stores/kubernetes/cluster-access";
import { findClusterAccess } from "../../../src/stores/kubernetes/find-cluster-access";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();

/** Files in a folder of their own. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(root, "files-"));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const whole = `
apiVersion: v1
kind: Config
current-context: prod
preferences: {}
clusters:
- name: eu
  cluster: {server: "https://eu.example:6443/", certificate-authority: pki/ca.crt, tls-server-name: kubernetes}
- name: us
  cluster: {server: "https://us.example/k8s/clusters/c-1", certificate-authority-data: ${base64("US CA")}}
contexts:
- name: prod
  context: {cluster: eu, user: token, namespace: default}
- name: by-file
  context: {cluster: us, user: token-file}
- name: by-certificate
  context: {cluster: us, user: certificate}
users:
- name: token
  user: {token: tok-1, tokenFile: not-read}
- name: token-file
  user: {tokenFile: token.txt}
- name: certificate
  user:
    client-certificate: pki/client.crt
    client-key-data: ${base64("KEY")}
`;

const credentials = { "pki/ca.crt": "EU CA", "pki/client.crt": "CERT", "token.txt": "tok-2\n" };

async function shown({ server, authority, serverName, clientCertificate, token }: ClusterAccess): Promise<unknown> {
  const certificate = clientCertificate && [clientCertificate.certificate, clientCertificate.privateKey.reveal()];
  return { server, authority, serverName, certificate, token: (await token())?.reveal() };
}

async function problemOf(kubeconfig: string, context?: string): Promise<string> {
  const folder = folderWith({ config: kubeconfig, ...credentials });
  const found = findClusterAccess({ variables: { KUBECONFIG: path.join(folder, "config") }, context });
  // A token in a file is looked at with each request only.
  const error: unknown = await found.then((access) => access.token()).catch((problem: unknown) => problem);
  expect(error).toMatchObject({ code: "STORE_UNREACHABLE" });
  return (error as Error).message;
}

describe("a kubeconfig", () => {
  const read = async (context?: string): Promise<unknown> => {
    const folder = folderWith({ config: whole, ...credentials });
    return await shown(await findClusterAccess({ variables: { KUBECONFIG: path.join(folder, "config") }, context }));
  };

  test("leads to the cluster of its current context, with a token, and with files that are relative to it", async () => {
    expect(await read()).toEqual({
      server: "https://eu.example:6443",
      authority: "EU CA",
      serverName: "kubernetes",
      certificate: undefined,
      token: "tok-1",
    });
  });

  test("leads to the cluster of the context that is asked for, with a token from a file, or with a certificate", async () => {
    const us = { server: "https://us.example/k8s/clusters/c-1", authority: "US CA", serverName: undefined };
    expect(await read("by-file")).toEqual({ ...us, certificate: undefined, token: "tok-2" });
    expect(await read("by-certificate")).toEqual({ ...us, certificate: ["CERT", "KEY"], token: undefined });
  });

  test("may be in several files, of which the first that has an entry counts, and one may be missing", async () => {
    const first = folderWith({
      config: "users: [{name: token, user: {token: tok-first}}]\ncurrent-context: by-file\nclusters: null",
    });
    const second = folderWith({ config: whole, ...credentials });
    const files = [path.join(root, "nowhere"), path.join(first, "config"), path.join(second, "config")];
    const variables = { KUBECONFIG: files.join(path.delimiter) };

    expect(await shown(await findClusterAccess({ variables, context: "prod" }))).toMatchObject({ token: "tok-first" });
    expect(await shown(await findClusterAccess({ variables, context: undefined }))).toMatchObject({ token: "tok-2" });
  });

  test("is the one in the home folder where nothing else is named", async () => {
    const home = folderWith({ ".kube/config": whole, ".kube/pki/ca.crt": "EU CA" });

    const access = await findClusterAccess({ variables: { HOME: home }, context: undefined });

    expect(access).toMatchObject({ server: "https://eu.example:6443", description: "the cluster of the context prod" });
  });

  test.each<[string, string, string | undefined, string]>([
    ["a program that fetches credentials", user("exec: {command: aws}"), undefined, "(exec), which is not run here"],
    ["a plugin for credentials", user("auth-provider: {name: gcp}"), undefined, "(auth-provider)"],
    ["a password", user("username: admin, password: hunter2"), undefined, "uses a password"],
    ["another identity", user("token: t, as: admin"), undefined, "acts as somebody else (as)"],
    ["half a certificate", user("client-key-data: aGk="), undefined, "client-certificate is missing"],
    ["a token with a blank", user('token: "hunter2 x"'), undefined, "cannot be sent"],
    ["a missing token file", user("tokenFile: nowhere.txt"), undefined, "nowhere.txt"],
    [
      "trust in whoever answers",
      cluster("insecure-skip-tls-verify: true"),
      undefined,
      "trusts whoever answers (insecure-skip-tls-verify)",
    ],
    ["a proxy", cluster("proxy-url: http://proxy:3128"), undefined, "(proxy-url)"],
    ["an address without TLS", server("http://eu.example:6443"), undefined, "write https://HOST:PORT"],
    ["an address with a password", server("https://u:hunter2@eu.example"), undefined, "write https://HOST:PORT"],
    ["no address", server("eu.example"), undefined, "write https://HOST:PORT"],
    ["a context that is not there", whole, "staging", 'no context named "staging"'],
    ["a cluster that is not there", whole.replace("name: eu", "name: asia"), undefined, 'no cluster named "eu"'],
    ["a user that is not there", whole.replace("name: token\n", "name: x\n"), undefined, 'no user named "token"'],
    ["no current context", whole.replace("current-context: prod", ""), undefined, "has no current context"],
    ["nothing", "", undefined, "has no current context"],
    ["something else than YAML", "users: [{user: {token: 'hunter2}]", undefined, "it is not YAML ("],
    ["another form", "users: {hunter2: 1}", undefined, "users is missing, or has another form"],
    ["aliases of nothing", "users: *hunter2", undefined, "an alias that cannot be followed"],
  ])("is refused with %s, in words that repeat no secret", async (_name, text, context, words) => {
    const message = await problemOf(text, context);

    expect(message).toContain(words);
    expect(message).not.toContain("hunter2");
  });

  test("may lead to this machine without TLS, where kubectl proxy listens", async () => {
    const folder = folderWith({ config: server("http://127.0.0.1:8001"), ...credentials });

    const access = await findClusterAccess({
      variables: { KUBECONFIG: path.join(folder, "config") },
      context: undefined,
    });

    expect(access.server).toBe("http://127.0.0.1:8001");
  });

  test("is missed with the way to name one", async () => {
    const missing = path.join(root, "nowhere");
    await expect(findClusterAccess({ variables: { KUBECONFIG: missing }, context: undefined })).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      message: expect.stringContaining(missing) as string,
    });
    await expect(findClusterAccess({ variables: {}, context: undefined })).rejects.toThrow("set KUBECONFIG");
  });
});

describe("the service account of a pod", () => {
  const inPod = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "443" };

  test("leads to its cluster, with a token that is read again for each request", async () => {
    const serviceAccountFolder = folderWith({ "ca.crt": "POD CA", token: "tok-1\n" });
    const access = await findClusterAccess({ variables: inPod, context: undefined, serviceAccountFolder });
    expect(await shown(access)).toMatchObject({ server: "https://10.96.0.1:443", authority: "POD CA", token: "tok-1" });

    // As the kubelet does every hour or so.
    writeFileSync(path.join(serviceAccountFolder, "token"), "tok-2");
    expect((await access.token())?.reveal()).toBe("tok-2");
  });

  test("is found at an address of IPv6", async () => {
    const serviceAccountFolder = folderWith({ "ca.crt": "POD CA", token: "tok-1" });
    const variables = { KUBERNETES_SERVICE_HOST: "fd00::1" };

    const access = await findClusterAccess({ variables, context: undefined, serviceAccountFolder });

    expect(access.server).toBe("https://[fd00::1]:443");
  });

  test("gives way to KUBECONFIG and to a declared context", async () => {
    const home = folderWith({ ".kube/config": whole, ...credentials, ".kube/token.txt": "tok-2" });
    const named = { ...inPod, KUBECONFIG: path.join(home, ".kube/config") };
    const serviceAccountFolder = folderWith({ "ca.crt": "POD CA", token: "tok-1" });

    const byContext = { variables: { ...inPod, HOME: home }, context: "by-file", serviceAccountFolder };
    expect((await findClusterAccess(byContext)).description).toBe("the cluster of the context by-file");
    const byVariable = { variables: named, context: "by-file", serviceAccountFolder };
    expect((await findClusterAccess(byVariable)).description).toBe("the cluster of the context by-file");
  });

  test("is told of where its files are missing", async () => {
    const serviceAccountFolder = path.join(root, "nowhere");

    await expect(
      findClusterAccess({ variables: inPod, context: undefined, serviceAccountFolder }),
    ).rejects.toMatchObject({ code: "STORE_UNREACHABLE", message: expect.stringContaining("ca.crt") as string });
  });
});

function user(fields: string): string {
  return whole.replace("token: tok-1, tokenFile: not-read", fields);
}

function cluster(fields: string): string {
  return whole.replace("tls-server-name: kubernetes", fields);
}

function server(address: string): string {
  return whole.replace("https://eu.example:6443/", address);
}
