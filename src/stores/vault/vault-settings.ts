/**
 * How the server is reached and who asks, from the target and from the environment variables that the tools of Vault and OpenBao know.
 *
 * `BAO_X` counts before `VAULT_X`, as it does for OpenBao's own tool. Files that variables name are read at the first request only.
 */
import { readFile } from "node:fs/promises";
import { KeyturnError } from "../../model/error";
import { Secret } from "../../model/secret";
import { plainAddress, vaultAddressProblem, type VaultKvTarget } from "../../model/vault-kv-target";
import type { HttpTls } from "../http";
import type { StoreContext } from "../store";

/** Where a server is. */
export interface VaultServer {
  readonly origin: string;
  /** What every path begins with: empty, or a path without a slash at its end. */
  readonly prefix: string;
  /** Undefined for the root namespace. */
  readonly namespace: string | undefined;
}

/** How this process gets a token. */
export type VaultLogin =
  | { readonly kind: "token"; readonly token: Secret; readonly variable: string }
  | { readonly kind: "approle"; readonly mount: string; readonly roleId: string; readonly secretId: Secret | undefined }
  | { readonly kind: "kubernetes"; readonly mount: string; readonly role: string; readonly tokenFile: string };

type Variables = StoreContext["variables"];

const serviceAccountTokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** @throws KeyturnError STORE_UNREACHABLE if no address is given, or if that of the environment cannot be meant */
export function vaultServer({ address, namespace }: VaultKvTarget, variables: Variables): VaultServer {
  const given = address ?? vaultVariable("ADDR", variables)?.value;
  if (given === undefined) {
    throw unusable("there is no address of a server; set VAULT_ADDR, such as https://vault.internal:8200");
  }
  const problem = vaultAddressProblem(given);
  if (problem !== undefined) throw unusable(problem);
  const { origin } = new URL(given);
  return {
    origin,
    prefix: plainAddress(given).slice(origin.length),
    namespace: namespace ?? vaultVariable("NAMESPACE", variables)?.value.replaceAll(/^\/+|\/+$/g, ""),
  };
}

/**
 * What this process logs in with: a token, or an AppRole, or a role of Kubernetes, the first that is there.
 * @throws KeyturnError STORE_UNREACHABLE that names the variables, if there is nothing
 */
export function vaultLogin(variables: Variables): VaultLogin {
  const token = vaultVariable("TOKEN", variables);
  if (token) return { kind: "token", token: new Secret(token.value), variable: token.name };
  const of = (name: string): string | undefined => vaultVariable(name, variables)?.value;
  const roleId = of("ROLE_ID");
  if (roleId !== undefined) {
    const secretId = of("SECRET_ID");
    return {
      kind: "approle",
      mount: mountOf(of("APPROLE_MOUNT"), "approle"),
      roleId,
      secretId: secretId === undefined ? undefined : new Secret(secretId),
    };
  }
  const role = of("K8S_ROLE");
  if (role !== undefined) {
    const tokenFile = of("K8S_TOKEN_FILE") ?? serviceAccountTokenFile;
    return { kind: "kubernetes", mount: mountOf(of("K8S_MOUNT"), "kubernetes"), role, tokenFile };
  }
  throw unusable(
    "there is nothing to log in with; set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, or, in a pod, VAULT_K8S_ROLE",
  );
}

/** @throws KeyturnError STORE_UNREACHABLE if a file that a variable names cannot be read */
export async function vaultTls(variables: Variables): Promise<HttpTls> {
  const ca = vaultVariable("CACERT_BYTES", variables)?.value ?? (await fileOf("CACERT", variables));
  const privateKey = await fileOf("CLIENT_KEY", variables);
  return {
    ca,
    certificate: await fileOf("CLIENT_CERT", variables),
    privateKey: privateKey === undefined ? undefined : new Secret(privateKey),
    serverName: vaultVariable("TLS_SERVER_NAME", variables)?.value,
  };
}

/**
 * Reads a file that a variable names.
 * @throws KeyturnError STORE_UNREACHABLE that names the variable and the file
 */
export async function readVaultFile(variable: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unusable(`the file ${file} of ${variable} cannot be read: ${reason}`);
  }
}

async function fileOf(name: string, variables: Variables): Promise<string | undefined> {
  const variable = vaultVariable(name, variables);
  return variable && (await readVaultFile(variable.name, variable.value));
}

function vaultVariable(name: string, variables: Variables): { name: string; value: string } | undefined {
  for (const full of [`BAO_${name}`, `VAULT_${name}`]) {
    // A line break at the end is what usually goes wrong.
    const value = variables[full]?.trim();
    if (value) return { name: full, value };
  }
  return undefined;
}

function mountOf(given: string | undefined, usual: string): string {
  return given?.replaceAll(/^\/+|\/+$/g, "") || usual;
}

function unusable(reason: string): KeyturnError {
  return new KeyturnError("STORE_UNREACHABLE", reason);
}
