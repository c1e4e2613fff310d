/**
 * A server that does what GitHub's REST API does with secrets and variables of Actions, and opens the sealed boxes that it is sent.
 *
 * It is written after https://docs.github.com/en/rest/actions/secrets and /variables: names in any case, 201 for what is new and 204 for
 * what is changed, 409 for a variable that exists, 404 for what is not there or may not be seen, 403 for a missing permission, and times in
 * whole seconds. Its clock moves by a second with each change.
 */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { openSealedBox } from "./open-sealed-box";

/** A request that has arrived. */
export interface GitHubRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** What the server does instead of what GitHub does, or after it. */
export type Instead =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** Breaks the connection, before or after it has done what it was asked for. */
  | "break"
  | "do-and-break"
  /** Never answers. */
  | "hang";

/** What a token may do in the one repository. */
export type Permission = "secrets" | "variables" | "environments";

interface Entry {
  value: string;
  updatedAt: string;
}

/** One place of secrets and variables: the repository, or an environment of it. */
export class GitHubPlace {
  readonly secrets = new Map<string, Entry>();
  readonly variables = new Map<string, Entry>();
}

/** A server with the repository `acme/publishing`, and the environment `prod/eu west` in it. `close()` it at the end. */
export class GitHubServer {
  readonly token = "github_pat_of-the-tests";
  readonly repository = new GitHubPlace();
  readonly environment = new GitHubPlace();
  readonly requests: GitHubRequest[] = [];
  /** Which permissions the token has; each of them to read and to write. */
  readonly permissions = new Set<Permission>(["secrets", "variables", "environments"]);
  /** Is asked about each request. Undefined: do what GitHub does. */
  instead: (request: GitHubRequest) => Instead | undefined = () => undefined;
  /** Is told of each request before anything is done. */
  before: (request: GitHubRequest) => void = () => undefined;
  #nowMs = Date.UTC(2026, 2, 1, 12);
  readonly #server: http.Server;
  readonly #privateKey: Uint8Array;
  readonly #publicKey: Uint8Array;

  private constructor(keys: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array }) {
    this.#privateKey = keys.privateKey;
    this.#publicKey = keys.publicKey;
    this.#server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        const path = url.split("?")[0] ?? "";
        void this.#serve({ method, path, headers, body: Buffer.concat(chunks).toString() }, response);
      });
    });
  }

  static async start(): Promise<GitHubServer> {
    const { x25519 } = await import("@noble/curves/ed25519.js");
    const privateKey = x25519.utils.randomSecretKey();
    const server = new GitHubServer({ privateKey, publicKey: x25519.getPublicKey(privateKey) });
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The server's clock. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Moves the server's clock. */
  advance(ms: number): void {
    this.#nowMs += ms;
  }

  /** Lets somebody else set a secret, by hand. */
  setByHand(place: GitHubPlace, name: string, value: string): void {
    this.advance(1000);
    place.secrets.set(name, { value, updatedAt: this.#now() });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #now(): string {
    return new Date(this.#nowMs).toISOString().replace(/\.\d+Z$/, "Z");
  }

  async #serve(request: GitHubRequest, response: http.ServerResponse): Promise<void> {
    this.requests.push(request);
    this.before(request);
    const instead = this.instead(request);
    if (instead === "hang") return;
    if (instead === "break") {
      response.destroy();
      return;
    }
    const answer = typeof instead === "object" ? instead : await this.#answer(request);
    if (instead === "do-and-break") {
      response.destroy();
      return;
    }
    const { status, body, headers = {} } = answer;
    const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, {
      "content-type": "application/json; charset=utf-8",
      date: new Date(this.#nowMs).toUTCString(),
      ...headers,
    });
    response.end(text);
  }

  async #answer(request: GitHubRequest): Promise<Exclude<Instead, string>> {
    if (request.headers.authorization !== `Bearer ${this.token}`) return refusal(401, "Bad credentials");
    // As GitHub does without one: https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent
    if (!request.headers["user-agent"]) return refusal(403, "Request forbidden by administrative rules.");
    if (request.headers["x-github-api-version"] !== "2022-11-28") return refusal(400, "Unsupported API version");
    const parts = request.path.split("/").slice(1).map(decodeURIComponent);
    const [repos, owner = "", repository = "", area, ...rest] = parts;
    if (repos !== "repos" || `${owner}/${repository}`.toLowerCase() !== "acme/publishing")
      return refusal(404, "Not Found");
    if (area === "actions") return await this.#inPlace(this.repository, rest, request);
    const [environment = "", ...inEnvironment] = rest;
    if (area !== "environments" || environment.toLowerCase() !== "prod/eu west") return refusal(404, "Not Found");
    return await this.#inPlace(this.environment, inEnvironment, request);
  }

  async #inPlace(
    place: GitHubPlace,
    [kind, name]: readonly string[],
    request: GitHubRequest,
  ): Promise<Exclude<Instead, string>> {
    const needed = place === this.environment ? "environments" : kind === "secrets" ? "secrets" : "variables";
    if (!this.permissions.has(needed)) {
      const headers = { "x-accepted-github-permissions": `${needed}=${request.method === "GET" ? "read" : "write"}` };
      return { ...refusal(403, "Resource not accessible by personal access token"), headers };
    }
    if (kind === "secrets" && name === "public-key" && request.method === "GET") {
      return {
        status: 200,
        body: { key_id: "568250167242549743", key: Buffer.from(this.#publicKey).toString("base64") },
      };
    }
    if (kind === "secrets" && name !== undefined) return await this.#secret(place, name.toUpperCase(), request);
    if (kind === "variables") return this.#variable(place, name?.toUpperCase(), request);
    return refusal(404, "Not Found");
  }

  async #secret(place: GitHubPlace, name: string, { method, body }: GitHubRequest): Promise<Exclude<Instead, string>> {
    const found = place.secrets.get(name);
    if (method === "PUT") {
      const { encrypted_value: box = "", key_id: keyId } = JSON.parse(body) as Record<string, string>;
      if (keyId !== "568250167242549743") return refusal(422, "The key_id does not belong to the repository");
      const value = await openSealedBox(Buffer.from(box, "base64"), this.#privateKey);
      this.advance(1000);
      place.secrets.set(name, { value, updatedAt: this.#now() });
      return found ? { status: 204 } : { status: 201, body: {} };
    }
    if (!found) return refusal(404, "Not Found");
    if (method === "GET")
      return { status: 200, body: { name, created_at: found.updatedAt, updated_at: found.updatedAt } };
    if (method !== "DELETE") return refusal(404, "Not Found");
    place.secrets.delete(name);
    return { status: 204 };
  }

  #variable(place: GitHubPlace, named: string | undefined, { method, body }: GitHubRequest): Exclude<Instead, string> {
    const given = body === "" ? {} : (JSON.parse(body) as { readonly name?: string; readonly value?: string });
    const name = named ?? given.name?.toUpperCase() ?? "";
    const found = place.variables.get(name);
    if (method === "POST" && named === undefined) {
      if (found) return refusal(409, "Already exists - Variable already exists");
      this.#setVariable(place, name, given.value);
      return { status: 201, body: {} };
    }
    if (!found) return refusal(404, "Not Found");
    if (method === "GET")
      return {
        status: 200,
        body: { name, value: found.value, created_at: found.updatedAt, updated_at: found.updatedAt },
      };
    if (method === "PATCH") this.#setVariable(place, name, given.value ?? found.value);
    if (method === "DELETE") place.variables.delete(name);
    return { status: 204 };
  }

  #setVariable(place: GitHubPlace, name: string, value = ""): void {
    this.advance(1000);
    place.variables.set(name, { value, updatedAt: this.#now() });
  }
}

function refusal(status: number, message: string): { readonly status: number; readonly body: unknown } {
  return { status, body: { message, documentation_url: "https://docs.github.com/rest", status: String(status) } };
}
