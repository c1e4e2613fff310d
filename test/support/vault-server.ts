/**
 * A Vault or OpenBao server for tests: KV engines in namespaces, tokens with policies, logins, and faults on demand.
 *
 * Built from the documented HTTP behaviour: developer.hashicorp.com/vault/api-docs (status codes, X-Vault-Token, X-Vault-Namespace,
 * X-Vault-Index), .../system/capabilities-self, .../system/internal-ui-mounts, .../auth/approle, .../auth/kubernetes, and
 * developer.hashicorp.com/vault/docs/concepts/policies (which right a request takes). It answers 403 where a token has no right, also to a
 * path that nothing is mounted at, as Vault does in order not to tell. See `vault-kv-engine.ts` for the engines.
 */
import { randomUUID } from "node:crypto";
import http from "node:http";
import type net from "node:net";
import { KvEngine, type EngineAnswer } from "./vault-kv-engine";

/** What a token may do, path by path. A path may end with `*`. */
export type VaultPolicy = Readonly<Record<string, readonly string[]>>;

/** A request that has arrived. */
export interface VaultRequest {
  readonly method: string;
  /** What follows `/v1/`, decoded. */
  readonly path: string;
  /** As it was sent. */
  readonly rawPath: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What happens to a request instead of what usually does. */
export type VaultFault =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    }
  /** The connection breaks before the request has done anything. */
  | { readonly kind: "request lost" }
  /** The connection breaks after it. */
  | { readonly kind: "answer lost" }
  | { readonly kind: "silence" };

interface Token {
  readonly policy: VaultPolicy | "root";
  readonly namespace: string;
  readonly isFromLogin: boolean;
}

/** The policy that every token has, unless it is made without. */
const defaultPolicy: VaultPolicy = { "sys/capabilities-self": ["update"], "auth/token/lookup-self": ["read"] };

/** A running server. */
export class VaultServer {
  readonly requests: VaultRequest[] = [];
  /** Called for each request before it is served; may change anything, and may return a fault. */
  intercept: ((request: VaultRequest) => VaultFault | undefined | Promise<VaultFault | undefined>) | undefined;
  isSealed = false;
  /** How far the server has got, as one of several nodes says it. */
  index: string | undefined;
  /** How far the clock of the server is ahead. */
  aheadMs = 0;
  /** The AppRole that may log in, and where. */
  readonly appRole = { mount: "approle", roleId: "role-1", secretId: "hidden-secret-id", usesLeft: Infinity };
  /** The role of Kubernetes that may log in, and the token of its service account. */
  readonly kubernetesRole = { mount: "kubernetes", role: "scheduler", jwt: "hidden.service.account" };
  loginPolicy: VaultPolicy = {};
  readonly #engines = new Map<string, KvEngine>();
  readonly #tokens = new Map<string, Token>();
  readonly #server = http.createServer((request, response) => void this.#serve(request, response));

  static async start(): Promise<VaultServer> {
    const server = new VaultServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as net.AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The engine at a mount, made if there is none. */
  engine(
    mount = "secret",
    { namespace = "", version = "2" }: { readonly namespace?: string; readonly version?: "1" | "2" } = {},
  ): KvEngine {
    const key = `${namespace}|${mount}`;
    const engine = this.#engines.get(key) ?? new KvEngine(version, () => Date.now() + this.aheadMs);
    this.#engines.set(key, engine);
    return engine;
  }

  /** Makes a token, and gives it. */
  addToken(policy: VaultPolicy | "root", { namespace = "", hasDefault = true, isFromLogin = false } = {}): string {
    const token = `hvs.hidden-${randomUUID()}`;
    const whole = policy === "root" || !hasDefault ? policy : { ...defaultPolicy, ...policy };
    this.#tokens.set(token, { policy: whole, namespace, isFromLogin });
    return token;
  }

  /** Ends every token that came from a login. */
  endLogins(): void {
    for (const [text, { isFromLogin }] of this.#tokens) if (isFromLogin) this.#tokens.delete(text);
  }

  /** The paths that were asked for, with their methods, from a number of requests on. */
  asked(from = 0): readonly string[] {
    return this.requests.slice(from).map(({ method, path }) => `${method} ${path}`);
  }

  async #serve(incoming: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const url = new URL(incoming.url ?? "/", "http://vault");
    const rawPath = url.pathname.replace(/^\/v1\//, "");
    const request: VaultRequest = {
      method: incoming.method ?? "",
      path: rawPath.split("/").map(decodeURIComponent).join("/"),
      rawPath,
      headers: incoming.headers,
      body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
    this.requests.push(request);
    const fault = await this.intercept?.(request);
    if (fault?.kind === "silence") return;
    if (fault?.kind === "request lost") return void incoming.socket.destroy();
    if (fault?.kind === "answer") {
      this.#answer(response, fault.status, fault.body, fault.headers);
      return;
    }
    const { status, data, errors, warnings, ...more } = this.#handle(request, url);
    if (fault?.kind === "answer lost") return void incoming.socket.destroy();
    if (status === 204) {
      this.#answer(response, 204);
      return;
    }
    const envelope = { request_id: randomUUID(), lease_id: "", renewable: false, lease_duration: 0 };
    const rest = { data: data ?? null, wrap_info: null, warnings: warnings ?? null, auth: null, ...more };
    this.#answer(response, status, errors ? { errors } : { ...envelope, ...rest });
  }

  #answer(response: http.ServerResponse, status: number, body?: unknown, headers: Record<string, string> = {}): void {
    const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
    response.writeHead(status, {
      date: new Date(Date.now() + this.aheadMs).toUTCString(),
      "content-type": typeof body === "string" ? "text/html" : "application/json",
      "cache-control": "no-store",
      ...(this.index === undefined ? {} : { "x-vault-index": this.index }),
      ...headers,
    });
    response.end(text);
  }

  #handle(request: VaultRequest, url: URL): EngineAnswer & { readonly auth?: unknown } {
    const { method, path, body, headers } = request;
    if (this.isSealed) return { status: 503, errors: ["Vault is sealed"] };
    const namespace = String(headers["x-vault-namespace"] ?? "");
    if (path.startsWith("auth/") && path.endsWith("/login")) return this.#logIn(request, namespace);
    const token = this.#tokens.get(String(headers["x-vault-token"] ?? ""));
    if (!token || token.namespace !== namespace) return { status: 403, errors: ["permission denied"] };
    const mounted = this.#mounted(path, namespace);
    if (path.startsWith("sys/internal/ui/mounts/")) {
      return this.#describeMount(path.slice("sys/internal/ui/mounts/".length), token);
    }
    const right = rightFor(method, mounted?.engine.exists(mounted.rest) ?? true);
    if (!allows(token.policy, path, right)) {
      return { status: 403, errors: ["1 error occurred:\n\t* permission denied\n\n"] };
    }
    if (path === "sys/capabilities-self") return this.#capabilities(body, token);
    if (mounted) return mounted.engine.handle(method, mounted.rest, url.searchParams, body);
    return { status: 404, errors: [`no handler for route "${path}". route entry not found.`] };
  }

  #mounted(path: string, namespace: string): { engine: KvEngine; mount: string; rest: string } | undefined {
    for (const [key, engine] of this.#engines) {
      const mount = key.slice(key.indexOf("|") + 1);
      if (key === `${namespace}|${mount}` && path.startsWith(`${mount}/`)) {
        return { engine, mount, rest: path.slice(mount.length + 1) };
      }
    }
    return undefined;
  }

  #describeMount(path: string, token: Token): EngineAnswer {
    const found = this.#mounted(path, token.namespace);
    const isGranted =
      token.policy === "root" ||
      Object.entries(token.policy).some(
        ([granted, rights]) => found && granted.startsWith(`${found.mount}/`) && !rights.includes("deny"),
      );
    if (!found || !isGranted) {
      const hint = "please ensure client's policies grant access to path";
      return { status: 403, errors: [`preflight capability check returned 403, ${hint} "${path}/"`] };
    }
    const { mount, engine } = found;
    return {
      status: 200,
      data: { type: "kv", path: `${mount}/`, description: "", options: { version: engine.version }, local: false },
    };
  }

  #capabilities({ paths }: VaultRequest["body"], { policy }: Token): EngineAnswer {
    const asked = Array.isArray(paths) ? paths.map(String) : [];
    if (asked.length === 0) return { status: 400, errors: ["paths must be supplied"] };
    const data = Object.fromEntries(asked.map((path) => [path, rightsOn(policy, path)]));
    return { status: 200, data, ...data };
  }

  #logIn({ path, body }: VaultRequest, namespace: string): EngineAnswer & { readonly auth?: unknown } {
    const mount = path.slice("auth/".length, -"/login".length);
    const { appRole, kubernetesRole } = this;
    if (mount === appRole.mount) {
      if (body["role_id"] !== appRole.roleId || body["secret_id"] !== appRole.secretId || appRole.usesLeft <= 0) {
        return { status: 400, errors: ["invalid role or secret ID"] };
      }
      appRole.usesLeft -= 1;
    } else if (mount === kubernetesRole.mount) {
      if (body["role"] !== kubernetesRole.role) {
        return { status: 400, errors: [`invalid role name "${String(body["role"])}"`] };
      }
      if (body["jwt"] !== kubernetesRole.jwt) return { status: 403, errors: ["permission denied"] };
    } else {
      return { status: 403, errors: ["permission denied"] };
    }
    const token = this.addToken(this.loginPolicy, { namespace, isFromLogin: true });
    return { status: 200, auth: { client_token: token, lease_duration: 3600, renewable: true, token_type: "service" } };
  }
}

/** Which right a request takes. */
function rightFor(method: string, isThere: boolean): string {
  switch (method) {
    case "GET":
      return "read";
    case "POST":
    case "PUT":
      return isThere ? "update" : "create";
    default:
      return method.toLowerCase();
  }
}

function allows(policy: Token["policy"], path: string, right: string): boolean {
  return policy === "root" || rightsOn(policy, path).includes(right);
}

function rightsOn(policy: Token["policy"], path: string): readonly string[] {
  if (policy === "root") return ["root"];
  const exact = policy[path];
  if (exact) return exact;
  const globs = Object.keys(policy).filter((glob) => glob.endsWith("*") && path.startsWith(glob.slice(0, -1)));
  const longest = globs.sort((one, other) => other.length - one.length)[0];
  return longest === undefined ? ["deny"] : (policy[longest] ?? ["deny"]);
}
