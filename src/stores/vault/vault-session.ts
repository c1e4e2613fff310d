/**
 * The credential for Vault or OpenBao: a token as it is, or one that is got by logging in, as a machine or as a workload of Kubernetes.
 *
 * A token that was got by logging in stays in the memory of the process. Where it is refused, a new one is got, once for a request.
 */
import { readFile } from "node:fs/promises";
import { KeyturnError } from "../../model/error";
import { Secret } from "../../model/secret";
import { trimmed } from "../../model/vault-kv-target";
import { isSealed, sendToVault, type VaultAnswer, type VaultRequest, type VaultServer } from "./vault-api";

type Variables = Readonly<Record<string, string | undefined>>;

const serviceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** The tokens that this process has got by logging in, by server and credential. */
const loggedIn = new Map<string, Secret>();

/** Reads a variable by the name that Vault gives it, or by OpenBao's. */
export function vaultVariable(variables: Variables, name: string): string | undefined {
  return variables[`VAULT_${name}`] || variables[`BAO_${name}`] || undefined;
}

/** Requests with a credential. */
export class VaultSession {
  readonly #server: VaultServer;
  readonly #variables: Variables;
  constructor(server: VaultServer, variables: Variables) {
    this.#variables = variables;
    this.#server = server;
  }

  /** @throws KeyturnError STORE_UNREACHABLE if there is no answer, no credential, or the server is sealed */
  async send(request: VaultRequest): Promise<VaultAnswer> {
    const { token, isOurs } = await this.#token();
    const answer = await sendToVault(this.#server, request, token);
    if (isSealed(answer)) {
      throw new KeyturnError(
        "STORE_UNREACHABLE",
        `the server ${this.#server.address} is sealed. Unseal it, and try again`,
      );
    }
    if (answer.status !== 403 || !isOurs) return answer;
    loggedIn.delete(this.#login().place);
    return await sendToVault(this.#server, request, (await this.#token()).token);
  }

  async #token(): Promise<{ readonly token: Secret; readonly isOurs: boolean }> {
    const given = vaultVariable(this.#variables, "TOKEN");
    if (given !== undefined) return { token: new Secret(given), isOurs: false };
    const { place, path, credential } = this.#login();
    const known = loggedIn.get(place);
    if (known) return { token: known, isOurs: true };
    const answer = await sendToVault(this.#server, { method: "POST", path, body: await credential() }, undefined);
    const { auth } = (answer.json ?? {}) as { readonly auth?: { readonly client_token?: unknown } };
    if (answer.status !== 200 || typeof auth?.client_token !== "string") {
      const said = answer.errors.length > 0 ? `, ${JSON.stringify(answer.errors.join("; "))}` : "";
      throw new KeyturnError(
        "STORE_UNREACHABLE",
        `logging in at ${this.#server.address}/v1/${path} failed: it answered ${answer.status}${said}. Check the role and its credential`,
      );
    }
    const token = new Secret(auth.client_token);
    loggedIn.set(place, token);
    return { token, isOurs: true };
  }

  /** How to log in. @throws KeyturnError STORE_UNREACHABLE that names the variables, if there is no credential */
  #login(): { readonly place: string; readonly path: string; readonly credential: () => Promise<object> } {
    const roleId = vaultVariable(this.#variables, "ROLE_ID");
    const secretId = vaultVariable(this.#variables, "SECRET_ID");
    const role = vaultVariable(this.#variables, "K8S_ROLE");
    const at = (method: string, who: string): { readonly place: string; readonly path: string } => {
      const mount = trimmed(vaultVariable(this.#variables, "AUTH_MOUNT") ?? method);
      const path = `auth/${mount.split("/").map(encodeURIComponent).join("/")}/login`;
      return { path, place: [this.#server.address, this.#server.namespace ?? "", path, who].join(" ") };
    };
    if (roleId !== undefined && secretId !== undefined) {
      return { ...at("approle", roleId), credential: () => Promise.resolve({ role_id: roleId, secret_id: secretId }) };
    }
    if (role !== undefined) {
      const file = vaultVariable(this.#variables, "K8S_TOKEN_FILE") ?? serviceAccountToken;
      return { ...at("kubernetes", role), credential: async () => ({ role, jwt: await readToken(file) }) };
    }
    throw new KeyturnError(
      "STORE_UNREACHABLE",
      "there is no credential for Vault; set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, or VAULT_K8S_ROLE",
    );
  }
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new KeyturnError("STORE_UNREACHABLE", `the token of the service account cannot be read: ${why}`);
  }
}
