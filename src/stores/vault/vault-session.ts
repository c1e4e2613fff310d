/**
 * The requests of this process to one server: with a token, which comes from the environment or from a login. A token of a login is kept in
 * memory, and replaced once where it is refused. Nothing is sent before the first request.
 */
import { KeyturnError } from "../../model/error";
import { Secret } from "../../model/secret";
import { requestJson, type HttpLimits, type HttpTls, type JsonAnswer, type JsonRequest } from "../http";
import type { StoreContext } from "../store";
import { vaultErrors, vaultRefusal } from "./vault-problem";
import { readVaultFile, vaultLogin, vaultTls, type VaultLogin, type VaultServer } from "./vault-settings";

/** A request to the API, without what is the same for all. */
export interface VaultRequest extends Pick<JsonRequest, "method" | "body" | "isIdempotent"> {
  /** What follows `/v1/`, with parts that are encoded. */
  readonly path: string;
}

type LoginByRole = Exclude<VaultLogin, { kind: "token" }>;

/** "Missing some eventually consistent data": to be asked again (developer.hashicorp.com/vault/api-docs, "HTTP status codes"). */
const passingStatuses = [412];

/** The requests of one process to one namespace of one server. */
export class VaultSession {
  #login: VaultLogin | undefined;
  #tls: Promise<HttpTls> | undefined;
  #token: Promise<Secret> | undefined;
  /** How far the server had got at the last answer, so that a node that lags behind does not answer the next request. */
  #index: string | undefined;
  readonly #engines = new Map<string, Promise<void>>();

  readonly #server: VaultServer;
  readonly #variables: StoreContext["variables"];
  readonly #limits: Partial<HttpLimits>;

  constructor(server: VaultServer, variables: StoreContext["variables"], limits: Partial<HttpLimits>) {
    this.#server = server;
    this.#variables = variables;
    this.#limits = limits;
  }

  /** Who asks, in words. */
  get who(): string {
    const login = this.#credentials();
    switch (login.kind) {
      case "token":
        return `the token of ${login.variable}`;
      case "approle":
        return "the AppRole of VAULT_ROLE_ID";
      case "kubernetes":
        return `the Kubernetes role ${login.role}`;
    }
  }

  /** @throws KeyturnError STORE_UNREACHABLE if no answer came, or if nobody can be logged in */
  async request(request: VaultRequest): Promise<JsonAnswer> {
    const token = await this.#kept(this.#token ?? this.#newToken());
    const answer = await this.#send(request, token);
    if (answer.status !== 403 || this.#credentials().kind === "token") return answer;
    // The token may have come to its end since the login. A refused request has changed nothing, so it may be sent again.
    return await this.#send(request, await this.#kept(this.#newToken()));
  }

  /** Does something about an engine once, and not again if it has gone well. */
  async once(mount: string, work: () => Promise<void>): Promise<void> {
    const known = this.#engines.get(mount) ?? work();
    this.#engines.set(mount, known);
    try {
      await known;
    } catch (error) {
      this.#engines.delete(mount);
      throw error;
    }
  }

  #credentials(): VaultLogin {
    return (this.#login ??= vaultLogin(this.#variables));
  }

  async #newToken(): Promise<Secret> {
    const login = this.#credentials();
    return login.kind === "token" ? login.token : await this.#logIn(login);
  }

  /** Keeps a token for the next request, unless there will be none. */
  async #kept(token: Promise<Secret>): Promise<Secret> {
    this.#token = token;
    try {
      return await token;
    } catch (error) {
      if (this.#token === token) this.#token = undefined;
      throw error;
    }
  }

  async #logIn(login: LoginByRole): Promise<Secret> {
    const mount = login.mount.split("/").map(encodeURIComponent).join("/");
    const body = await loginBody(login);
    const answer = await this.#send({ method: "POST", path: `auth/${mount}/login`, body, isIdempotent: true });
    const token = clientToken(answer.json);
    if (answer.status === 200 && token !== undefined) return token;
    if (answer.status < 400 || answer.status >= 500 || !vaultErrors(answer)) {
      throw vaultRefusal(answer, { who: this.who, right: `the right to log in at auth/${login.mount}` });
    }
    throw new KeyturnError(
      "STORE_UNREACHABLE",
      `${this.who} was not let in at auth/${login.mount} (${answer.status}). ${loginAdvice(login)}`,
    );
  }

  async #send({ path, ...request }: VaultRequest, token?: Secret): Promise<JsonAnswer> {
    const { origin, prefix, namespace } = this.#server;
    const answer = await requestJson(
      {
        ...request,
        origin,
        path: `${prefix}/v1/${path}`,
        headers: {
          "x-vault-request": "true",
          ...(token ? { "x-vault-token": token } : {}),
          ...(namespace ? { "x-vault-namespace": namespace } : {}),
          ...(this.#index === undefined ? {} : { "x-vault-index": this.#index }),
        },
        tls: await (this.#tls ??= this.#readTls()),
      },
      { passingStatuses, ...this.#limits },
    );
    this.#index = answer.headers["x-vault-index"] ?? this.#index;
    return answer;
  }

  async #readTls(): Promise<HttpTls> {
    try {
      return await vaultTls(this.#variables);
    } catch (error) {
      this.#tls = undefined;
      throw error;
    }
  }
}

const sessions = new WeakMap<StoreContext["variables"], Map<string, VaultSession>>();

/** The session of this process, by its environment, with a server: one for all stores, so that there is one login for all. */
export function vaultSession(
  server: VaultServer,
  variables: StoreContext["variables"],
  limits: Partial<HttpLimits> = {},
): VaultSession {
  const all = sessions.get(variables) ?? new Map<string, VaultSession>();
  sessions.set(variables, all);
  const key = JSON.stringify([server.origin, server.prefix, server.namespace ?? ""]);
  const session = all.get(key) ?? new VaultSession(server, variables, limits);
  all.set(key, session);
  return session;
}

/** What each way to log in takes (developer.hashicorp.com/vault/api-docs/auth/approle, .../auth/kubernetes, "Login"). */
async function loginBody(login: LoginByRole): Promise<unknown> {
  if (login.kind === "approle") {
    return { role_id: login.roleId, ...(login.secretId ? { secret_id: login.secretId } : {}) };
  }
  const token = await readVaultFile("VAULT_K8S_TOKEN_FILE", login.tokenFile);
  return { role: login.role, jwt: new Secret(token.trim()) };
}

function loginAdvice(login: LoginByRole): string {
  return login.kind === "approle"
    ? "Check VAULT_ROLE_ID and VAULT_SECRET_ID, which may be used up, and VAULT_APPROLE_MOUNT if the method is mounted elsewhere"
    : "Check that the role is bound to this service account, and VAULT_K8S_MOUNT if the method is mounted elsewhere";
}

function clientToken(json: unknown): Secret | undefined {
  if (typeof json !== "object" || json === null || !("auth" in json)) return undefined;
  const { auth } = json;
  if (typeof auth !== "object" || auth === null || !("client_token" in auth)) return undefined;
  return typeof auth.client_token === "string" && auth.client_token !== "" ? new Secret(auth.client_token) : undefined;
}
