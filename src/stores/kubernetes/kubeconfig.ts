/**
 * Reads from kubeconfig files how the cluster of a context is reached.
 *
 * Only what is needed is read. What would be done otherwise than kubectl does it is refused: programs and plugins that fetch credentials,
 * proxies, acting as somebody else, and connections to a server that nobody vouches for. Several files count as kubectl counts them: of two
 * entries with one name, the one in the earlier file. Errors quote nothing of a file, since tokens are in it.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { KeyturnError } from "../../model/error";
import { isLoopback } from "../../model/loopback";
import { Secret } from "../../model/secret";
import { hasCode } from "../file-problem";
import type { ClusterAccess } from "./cluster-access";
import { bearerToken, messageOf, readCredential, readToken } from "./credential-file";
import { parseKubeconfig, type ClusterEntry, type Kubeconfig, type UserEntry } from "./kubeconfig-file";

interface ReadFile {
  readonly file: string;
  readonly config: Kubeconfig;
}

/** An entry, and the folder of its file: relative paths in it start there. */
interface Located<Entry> {
  readonly entry: Entry;
  readonly folder: string;
}

/**
 * @param context the context to take; the current one if undefined
 * @throws KeyturnError STORE_UNREACHABLE that says which file and entry cannot be used, and why
 */
export async function readKubeconfig(files: readonly string[], context: string | undefined): Promise<ClusterAccess> {
  const read = (await Promise.all(files.map(tryReadFile))).filter((found) => found !== undefined);
  const place = files.join(path.delimiter);
  if (read.length === 0) throw unusable(`there is no kubeconfig at ${place}; set KUBECONFIG to one`);
  const name = context ?? read.map(({ config }) => config["current-context"]).find((current) => current);
  if (!name) throw unusable(`the kubeconfig ${place} has no current context; name one as the context of the target`);
  const description = `the cluster of the context ${name}`;
  const chosen = find(read, { kind: "context", name, place }, ({ contexts }) => contexts).entry.context;
  const cluster = find(read, { kind: "cluster", name: chosen.cluster, place }, ({ clusters }) => clusters);
  const user = find(read, { kind: "user", name: chosen.user, place }, ({ users }) => users);
  refuseUnsupported(cluster.entry.cluster, user.entry.user, `${description} in the kubeconfig ${place}`);
  return {
    description,
    server: serverAddress(cluster.entry.cluster.server, place),
    serverName: cluster.entry.cluster["tls-server-name"],
    authority: await authorityOf(cluster, description),
    clientCertificate: await certificateOf(user, description),
    token: tokenOf(user, description),
  };
}

async function tryReadFile(file: string): Promise<ReadFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw unusable(`the kubeconfig ${file} cannot be read: ${messageOf(error)}`);
  }
  return { file, config: await parseKubeconfig(text, file) };
}

/** The first entry of that name. `entriesOf` gives those of one file. */
function find<Entry extends { readonly name: string }>(
  read: readonly ReadFile[],
  { kind, name, place }: { readonly kind: string; readonly name: string; readonly place: string },
  entriesOf: (config: Kubeconfig) => readonly Entry[] | null | undefined,
): Located<Entry> {
  for (const { file, config } of read) {
    const entry = entriesOf(config)?.find((candidate) => candidate.name === name);
    if (entry) return { entry, folder: path.dirname(path.resolve(file)) };
  }
  throw unusable(`the kubeconfig ${place} has no ${kind} named ${JSON.stringify(name)}`);
}

function refuseUnsupported(cluster: ClusterEntry["cluster"], user: UserEntry["user"], place: string): void {
  const advice = "Use a service account's token, a token file or a client certificate";
  if (user.exec)
    throw unusable(`${place} gets its credentials from a program (exec), which is not run here. ${advice}`);
  if (user["auth-provider"]) {
    throw unusable(`${place} gets its credentials from a plugin (auth-provider), which is not there. ${advice}`);
  }
  if (user.username !== undefined || user.password !== undefined) {
    throw unusable(`${place} uses a password, which Kubernetes takes no more. ${advice}`);
  }
  if (user.as !== undefined || user["as-groups"] !== undefined || user["as-uid"] !== undefined) {
    throw unusable(`${place} acts as somebody else (as), which is not supported. ${advice} of that user`);
  }
  if (cluster["insecure-skip-tls-verify"]) {
    throw unusable(
      `${place} trusts whoever answers (insecure-skip-tls-verify), and a secret must not go to whoever answers. Give certificate-authority`,
    );
  }
  if (cluster["proxy-url"]) throw unusable(`${place} is behind a proxy (proxy-url), which is not supported`);
}

function serverAddress(server: string, place: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (!url || !isSafe || url.username !== "" || url.password !== "" || url.search !== "") {
    throw unusable(
      `the server of the cluster in the kubeconfig ${place} has no address that can be used; write https://HOST:PORT`,
    );
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

async function authorityOf(
  { entry: { cluster }, folder }: Located<ClusterEntry>,
  description: string,
): Promise<string | undefined> {
  const data = cluster["certificate-authority-data"];
  if (data) return decode(data);
  const file = cluster["certificate-authority"];
  return file ? await readCredential(path.resolve(folder, file), description) : undefined;
}

async function certificateOf(
  { entry: { user }, folder }: Located<UserEntry>,
  description: string,
): Promise<ClusterAccess["clientCertificate"]> {
  const certificate = await textOf(user["client-certificate-data"], user["client-certificate"]);
  const privateKey = await textOf(user["client-key-data"], user["client-key"]);
  if (certificate === undefined && privateKey === undefined) return undefined;
  if (certificate === undefined || privateKey === undefined) {
    const missing = certificate === undefined ? "client-certificate" : "client-key";
    throw unusable(`the user of ${description} has one half of a client certificate only; ${missing} is missing`);
  }
  return { certificate, privateKey: new Secret(privateKey) };

  async function textOf(data: string | undefined, file: string | undefined): Promise<string | undefined> {
    if (data) return decode(data);
    return file ? await readCredential(path.resolve(folder, file), description) : undefined;
  }
}

/** A token counts before a file with one, as for kubectl. */
function tokenOf({ entry: { user }, folder }: Located<UserEntry>, description: string): ClusterAccess["token"] {
  const { token, tokenFile } = user;
  if (token) {
    const secret = bearerToken(token, `the kubeconfig, of ${description},`);
    return () => Promise.resolve(secret);
  }
  if (tokenFile) return () => readToken(path.resolve(folder, tokenFile), description);
  return () => Promise.resolve(undefined);
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}

function unusable(reason: string): KeyturnError {
  return new KeyturnError("STORE_UNREACHABLE", reason);
}
