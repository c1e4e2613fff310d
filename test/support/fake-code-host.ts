/**
 * A code host for tests: the comments of one pull request, over the REST calls that GitHub and GitLab document.
 *
 * Sources: docs.github.com, "REST API endpoints for issue comments" and "Using pagination in the REST API", GraphQL `viewer`; docs.gitlab.com,
 * "Notes API" and "REST API pagination".
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A comment that the host keeps. */
export interface KeptComment {
  readonly id: number;
  readonly author: string;
  body: string;
}

/** A request that came in. */
export interface HostRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** An answer in place of the usual one. */
export interface Fault {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether what was asked is done all the same. */
  readonly isDone?: boolean;
}

const token = "host-token-1f3870be274f6c49b3e31a0c6728957f";

/** Who the token belongs to; both hosts show it in their own way. */
const self = { github: "github-actions[bot]", gitlab: "4711" } as const;

/** A running host. End it with `close`. */
export class FakeCodeHost {
  readonly token = token;
  readonly comments: KeptComment[] = [];
  readonly requests: HostRequest[] = [];
  /** Takes a request away from the usual answer; undefined lets it pass. */
  fault: (request: HostRequest) => Fault | undefined = () => undefined;
  #nextId = 1001;

  private constructor(
    readonly kind: "github" | "gitlab",
    private readonly server: Server,
  ) {}

  static async start(kind: "github" | "gitlab"): Promise<FakeCodeHost> {
    const server = createServer();
    const host = new FakeCodeHost(kind, server);
    server.on("request", (request, response) => void host.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Whom the token belongs to. */
  get self(): string {
    return self[this.kind];
  }

  /** The variables of a job that runs for the pull request. */
  get variables(): Readonly<Record<string, string>> {
    return this.kind === "github"
      ? {
          GITHUB_ACTIONS: "true",
          GITHUB_API_URL: this.url,
          GITHUB_REPOSITORY: "acme/keys",
          GITHUB_REF: "refs/pull/7/merge",
          GITHUB_TOKEN: token,
        }
      : {
          GITLAB_CI: "true",
          CI_API_V4_URL: `${this.url}/api/v4`,
          CI_PROJECT_ID: "42",
          CI_PROJECT_URL: "https://gitlab.example/acme/keys",
          CI_MERGE_REQUEST_IID: "7",
          GITLAB_TOKEN: token,
        };
  }

  /** Adds a comment, as somebody would by hand. */
  add(author: string, body: string): KeptComment {
    const made = { id: this.#nextId++, author, body };
    this.comments.push(made);
    return made;
  }

  /** The requests that change something. */
  get writes(): readonly string[] {
    return this.requests
      .filter(({ method, path }) => method !== "GET" && !path.endsWith("/graphql"))
      .map(({ method }) => method);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "" } = request;
    const asked = { method, path: url, authorization: request.headers.authorization };
    this.requests.push(asked);
    const fault = this.fault(asked);
    const body = Buffer.concat(chunks).toString();
    const usual = fault && !fault.isDone ? fault : this.#usual(asked, body);
    const { status, headers = {}, body: answer } = fault ?? usual;
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
    response.end(answer === undefined ? undefined : JSON.stringify(answer));
  }

  #usual({ method, path, authorization }: HostRequest, body: string): Fault {
    if (authorization !== `Bearer ${token}`) return { status: 401, body: { message: "Bad credentials" } };
    const url = new URL(path, this.url);
    const sent = body === "" ? {} : (JSON.parse(body) as { readonly body?: string; readonly query?: string });
    return this.kind === "github" ? this.#gitHub(method, url, sent) : this.#gitLab(method, url, sent);
  }

  #gitHub(method: string, url: URL, sent: { readonly body?: string; readonly query?: string }): Fault {
    const list = "/repos/acme/keys/issues/7/comments";
    if (url.pathname === "/graphql" && sent.query?.includes("viewer")) {
      return { status: 200, body: { data: { viewer: { login: self.github } } } };
    }
    if (url.pathname === list && method === "GET") {
      const { page, pages, items } = this.#page(url);
      const link = page < pages ? { link: `<https://elsewhere.example${list}?page=${page + 1}>; rel="next"` } : {};
      return { status: 200, headers: link, body: items.map((each) => this.#gitHubComment(each)) };
    }
    if (url.pathname === list && method === "POST")
      return this.#created(sent.body, (each) => this.#gitHubComment(each));
    return this.#single(method, /^\/repos\/acme\/keys\/issues\/comments\/(\d+)$/.exec(url.pathname)?.[1], {
      update: "PATCH",
      body: sent.body,
      show: (each) => this.#gitHubComment(each),
    });
  }

  #gitLab(method: string, url: URL, sent: { readonly body?: string }): Fault {
    const list = "/api/v4/projects/42/merge_requests/7/notes";
    if (url.pathname === "/api/v4/user") return { status: 200, body: { id: Number(self.gitlab), username: "bot" } };
    if (url.pathname === list && method === "GET") {
      const { page, pages, items } = this.#page(url);
      const next = page < pages ? String(page + 1) : "";
      return { status: 200, headers: { "x-next-page": next }, body: items.map(noteBody) };
    }
    if (url.pathname === list && method === "POST") return this.#created(sent.body, noteBody);
    const id = url.pathname.startsWith(`${list}/`) ? url.pathname.slice(list.length + 1) : undefined;
    return this.#single(method, id, { update: "PUT", body: sent.body, show: noteBody });
  }

  #page(url: URL): { readonly page: number; readonly pages: number; readonly items: readonly KeptComment[] } {
    const page = Number(url.searchParams.get("page") ?? 1);
    const size = Number(url.searchParams.get("per_page") ?? 20);
    const items = this.comments.slice((page - 1) * size, page * size);
    return { page, pages: Math.ceil(this.comments.length / size), items };
  }

  #created(body: string | undefined, show: (comment: KeptComment) => object): Fault {
    return { status: 201, body: show(this.add(this.self, body ?? "")) };
  }

  #single(
    method: string,
    id: string | undefined,
    { update, body, show }: { update: string; body: string | undefined; show: (comment: KeptComment) => object },
  ): Fault {
    const found = this.comments.find((each) => String(each.id) === id);
    if (!found) return { status: 404, body: { message: "Not Found" } };
    if (found.author !== this.self) return { status: 403, body: { message: "Forbidden" } };
    if (method === "DELETE") {
      this.comments.splice(this.comments.indexOf(found), 1);
      return { status: 204 };
    }
    if (method !== update) return { status: 405 };
    found.body = body ?? "";
    return { status: 200, body: show(found) };
  }

  #gitHubComment({ id, author, body }: KeptComment): object {
    return {
      id,
      body,
      user: { login: author },
      html_url: `https://github.example/acme/keys/pull/7#issuecomment-${id}`,
    };
  }
}

function noteBody({ id, author, body }: KeptComment): object {
  return { id, body, author: { id: Number(author), username: "somebody" }, system: false };
}
