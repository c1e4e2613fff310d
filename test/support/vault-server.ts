/**
 * A server that answers like a key-value engine, version 2, of Vault, as far as a store needs it: versions, check-and-set, custom metadata,
 * destruction, capabilities, logins, and the refusals.
 *
 * From the documentation: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2, …/system/capabilities-self,
 * …/auth/approle, …/auth/kubernetes and …/api-docs#http-status-codes
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Version {
  readonly createdAt: string;
  data: Record<string, unknown> | null;
  deletedAt: string;
  isDestroyed: boolean;
}

interface Kept {
  custom: Record<string, string> | null;
  maxVersions: number;
  current: number;
  readonly versions: Map<number, Version>;
}

interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
}

/** A request that the server has got. */
export interface VaultCall {
  readonly method: string;
  readonly path: string;
  readonly namespace: string | undefined;
}

const rootToken = "hvs.root";

/** Vault in miniature. `close()` it at the end. */
export class VaultServer {
  readonly calls: VaultCall[] = [];
  /** May answer in place of the server, or do something before it answers. */
  intercept: (call: VaultCall, number: number) => Promise<Answer | undefined> | Answer | undefined = () => undefined;
  engineVersion = "2";
  isSealed = false;
  /** The tokens that are good, each with the rights that it lacks, as `METHOD path` patterns. */
  readonly tokens = new Map<string, readonly RegExp[]>([[rootToken, []]]);
  readonly #secrets = new Map<string, Kept>();
  #lastMs = Date.parse("2026-03-01T12:00:00.123Z");
  #logins = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<VaultServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const vault = new VaultServer(server);
    server.on("request", (incoming, outgoing) => {
      void vault.#serve(incoming).then(({ status, json, text }) => {
        outgoing.writeHead(status, { "content-type": text === undefined ? "application/json" : "text/html" });
        outgoing.end(text ?? (json === undefined ? "" : JSON.stringify(json)));
      });
    });
    return vault;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What a store needs of the environment. */
  get variables(): Record<string, string> {
    return { VAULT_ADDR: this.address, VAULT_TOKEN: rootToken };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** What a reader gets: the data of the current version. */
  read(path: string): Readonly<Record<string, unknown>> | undefined {
    const kept = this.#secrets.get(path);
    const version = kept?.versions.get(kept.current);
    return (version && !version.deletedAt && !version.isDestroyed && version.data) || undefined;
  }

  /** Somebody writes a version. */
  write(path: string, data: Record<string, unknown>): number {
    const kept = this.#kept(path);
    kept.current += 1;
    this.#lastMs += 1_000;
    kept.versions.set(kept.current, {
      createdAt: new Date(this.#lastMs).toISOString(),
      data,
      deletedAt: "",
      isDestroyed: false,
    });
    while (kept.maxVersions > 0 && kept.versions.size > kept.maxVersions) {
      kept.versions.delete(Math.min(...kept.versions.keys()));
    }
    return kept.current;
  }

  /** Somebody deletes the current version, in a way that can be undone. */
  delete(path: string): void {
    const kept = this.#kept(path);
    const version = kept.versions.get(kept.current);
    if (version) version.deletedAt = new Date(this.#lastMs).toISOString();
  }

  setMaxVersions(path: string, count: number): void {
    this.#kept(path).maxVersions = count;
  }

  /** How many versions can be read. */
  readableVersions(path: string): readonly number[] {
    return [...this.#kept(path).versions].flatMap(([number, { isDestroyed, deletedAt }]) =>
      isDestroyed || deletedAt ? [] : [number],
    );
  }

  #kept(path: string): Kept {
    let kept = this.#secrets.get(path);
    if (!kept) {
      kept = { custom: null, maxVersions: 0, current: 0, versions: new Map() };
      this.#secrets.set(path, kept);
    }
    return kept;
  }

  async #serve(incoming: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const url = new URL(String(incoming.url), "http://vault");
    const call: VaultCall = {
      method: String(incoming.method),
      path: url.pathname
        .replace(/^\/v1\//, "")
        .split("/")
        .map(decodeURIComponent)
        .join("/"),
      namespace: incoming.headers["x-vault-namespace"] as string | undefined,
    };
    this.calls.push(call);
    const instead = await this.intercept(call, this.calls.length);
    if (instead) return instead;
    if (this.isSealed) return { status: 503, json: { errors: ["Vault is sealed"] } };
    const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    const login = this.#logIn(call, body);
    if (login) return login;
    const lacks = this.tokens.get(String(incoming.headers["x-vault-token"]));
    const isDenied = lacks === undefined || lacks.some((pattern) => pattern.test(`${call.method} ${call.path}`));
    if (isDenied) return { status: 403, json: { errors: ["1 error occurred:\n\t* permission denied\n\n"] } };
    return this.#answer(call, body, { lacks, version: url.searchParams.get("version") });
  }

  #logIn({ method, path }: VaultCall, body: Record<string, unknown>): Answer | undefined {
    if (method !== "POST" || !/^auth\/(?:approle|kubernetes|machines)\/login$/.test(path)) return undefined;
    const isGood =
      (body["role_id"] === "role" && body["secret_id"] === "secret") ||
      (body["role"] === "deployer" && body["jwt"] === "jwt");
    if (!isGood) return { status: 400, json: { errors: ["invalid role or secret ID"] } };
    this.#logins += 1;
    const token = `hvs.login-${this.#logins}`;
    this.tokens.set(token, []);
    return { status: 200, json: { auth: { client_token: token } } };
  }

  #answer(
    { method, path }: VaultCall,
    body: Record<string, unknown>,
    { lacks, version }: { readonly lacks: readonly RegExp[]; readonly version: string | null },
  ): Answer {
    if (path === "sys/capabilities-self") {
      const rights = (place: string): string[] =>
        [
          ["create", `POST ${place}`],
          ["read", `GET ${place}`],
          ["update", `PUT ${place}`],
        ].flatMap(([right = "", request = ""]) => (lacks.some((pattern) => pattern.test(request)) ? [] : [right]));
      const json = Object.fromEntries((body["paths"] as string[]).map((place) => [place, rights(place)]));
      return { status: 200, json };
    }
    if (path.startsWith("sys/internal/ui/mounts/")) {
      return { status: 200, json: { data: { type: "kv", options: { version: this.engineVersion } } } };
    }
    const [, part = "", name = ""] = /^secret\/(data|metadata|destroy)\/(.+)$/.exec(path) ?? [];
    if (part === "metadata") return this.#metadata(method, name, body);
    if (part === "data") return method === "GET" ? this.#read(name, version) : this.#write(name, body);
    if (part === "destroy" && method === "PUT") {
      for (const number of body["versions"] as number[]) {
        const found = this.#kept(name).versions.get(number);
        if (found) Object.assign(found, { isDestroyed: true, data: null });
      }
      return { status: 204 };
    }
    return { status: 404, json: { errors: [`no handler for route "${path}". route entry not found.`] } };
  }

  #metadata(method: string, name: string, body: Record<string, unknown>): Answer {
    if (method === "POST") {
      this.#kept(name).custom = body["custom_metadata"] as Record<string, string>;
      return { status: 204 };
    }
    const kept = this.#secrets.get(name);
    if (!kept) return { status: 404, json: { errors: [] } };
    const versions = Object.fromEntries(
      [...kept.versions].map(([number, { createdAt, deletedAt, isDestroyed }]) => [
        number,
        { created_time: createdAt, deletion_time: deletedAt, destroyed: isDestroyed },
      ]),
    );
    const { current, maxVersions, custom } = kept;
    return {
      status: 200,
      json: { data: { current_version: current, max_versions: maxVersions, custom_metadata: custom, versions } },
    };
  }

  #read(name: string, asked: string | null): Answer {
    const kept = this.#secrets.get(name);
    const number = Number(asked ?? kept?.current);
    const version = kept?.versions.get(number);
    if (!kept || !version) return { status: 404, json: { errors: [] } };
    const { createdAt, deletedAt, isDestroyed } = version;
    const metadata = { created_time: createdAt, deletion_time: deletedAt, destroyed: isDestroyed, version: number };
    if (deletedAt || isDestroyed) return { status: 404, json: { data: { data: null, metadata } } };
    return { status: 200, json: { data: { data: version.data, metadata } } };
  }

  #write(name: string, body: Record<string, unknown>): Answer {
    const { cas } = (body["options"] ?? {}) as { readonly cas?: number };
    if (cas !== undefined && cas !== this.#kept(name).current) {
      return { status: 400, json: { errors: ["check-and-set parameter did not match the current version"] } };
    }
    const number = this.write(name, body["data"] as Record<string, unknown>);
    return {
      status: 200,
      json: { data: { version: number, created_time: this.#kept(name).versions.get(number)?.createdAt } },
    };
  }
}
