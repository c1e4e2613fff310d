/**
 * A KV secrets engine of Vault and OpenBao, version 2 with its versions and metadata, or version 1, in memory.
 *
 * Built from the documented behaviour: developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 and openbao.org/api-docs/secret/kv/kv-v2 (paths,
 * bodies, check-and-set, 404 with metadata for deleted versions). What the documents leave out is told by the public sources of
 * hashicorp/vault-plugin-secrets-kv: limits of custom metadata, the sentences of refusals, which of two `max_versions` counts, and that a
 * path counts as there once it has metadata.
 */

/** What an engine answers. */
export interface EngineAnswer {
  readonly status: number;
  readonly data?: unknown;
  readonly errors?: readonly string[];
  readonly warnings?: readonly string[];
}

interface StoredVersion {
  readonly createdAt: number;
  deletionAt: number | undefined;
  destroyed: boolean;
  data: Record<string, unknown> | undefined;
}

interface StoredSecret {
  current: number;
  oldest: number;
  maxVersions: number;
  casRequired: boolean;
  deleteAfterMs: number;
  custom: Record<string, string> | null;
  readonly createdAt: number;
  updatedAt: number;
  readonly versions: Map<number, StoredVersion>;
}

type Body = Readonly<Record<string, unknown>>;

const ok = (data: unknown): EngineAnswer => ({ status: 200, data });
const done: EngineAnswer = { status: 204 };
const notThere: EngineAnswer = { status: 404, errors: [] };
const refused = (...errors: string[]): EngineAnswer => ({ status: 400, errors });

/** One engine. */
export class KvEngine {
  /** As `POST /:mount/config` sets it. */
  readonly config = { maxVersions: 0, casRequired: false, deleteAfterMs: 0 };
  readonly #secrets = new Map<string, StoredSecret>();
  readonly #plain = new Map<string, Body>();

  constructor(
    readonly version: "1" | "2",
    private readonly now: () => number,
  ) {}

  /** Everything that is kept, as text, for a search. */
  dump(): string {
    return JSON.stringify([
      [...this.#plain],
      [...this.#secrets].map(([path, { versions, ...secret }]) => [path, secret, [...versions]]),
    ]);
  }

  /** What a reader gets; undefined if there is nothing. */
  readField(path: string, field: string): unknown {
    const answer = this.handle("GET", `data/${path}`, new URLSearchParams(), {});
    if (answer.status !== 200) return undefined;
    return (answer.data as { data: Record<string, unknown> }).data[field];
  }

  /** Somebody else's request, without a token; fails the test if it is refused. */
  act(method: string, path: string, body: Body = {}): unknown {
    const answer = this.handle(method, path, new URLSearchParams(), body);
    if (answer.status >= 300) throw new Error(`${method} ${path} was refused: ${JSON.stringify(answer)}`);
    return answer.data;
  }

  /** Whether a write to that path updates something, which takes another right than creating it. */
  exists(path: string): boolean {
    const [side = "", ...rest] = path.split("/");
    if (this.version === "1") return this.#plain.has(path);
    return !["data", "metadata"].includes(side) || this.#secrets.has(rest.join("/"));
  }

  /** Answers a request. The path is the one in the engine, decoded: `data/a/b`. */
  handle(method: string, path: string, query: URLSearchParams, body: Body): EngineAnswer {
    if (this.version === "1") return this.#handlePlain(method, path, body);
    const [side = "", ...rest] = path.split("/");
    const name = rest.join("/");
    const verb = method === "PUT" ? "POST" : method;
    if (name !== "") {
      switch (`${verb} ${side}`) {
        case "GET data":
          return this.#readData(name, query.get("version"));
        case "POST data":
          return this.#writeData(name, body);
        case "DELETE data":
          return this.#markDeleted(name, [this.#secrets.get(name)?.current ?? 0]);
        case "GET metadata":
          return this.#readMetadata(name);
        case "POST metadata":
          return this.#writeMetadata(name, body);
        case "DELETE metadata":
          this.#secrets.delete(name);
          return done;
        case "POST delete":
          return this.#markDeleted(name, versionsOf(body));
        case "POST destroy":
          return this.#destroy(name, versionsOf(body));
      }
      if (["data", "metadata", "delete", "destroy"].includes(side)) {
        return { status: 405, errors: ["1 error occurred:\n\t* unsupported operation\n\n"] };
      }
    }
    const hint = "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints.";
    return { status: 404, warnings: [hint] };
  }

  #readData(path: string, asked: string | null): EngineAnswer {
    const secret = this.#secrets.get(path);
    const number = Number(asked ?? 0) || (secret?.current ?? 0);
    const version = secret?.versions.get(number);
    if (!secret || !version) return notThere;
    const metadata = { ...shownVersion(version), version: number, custom_metadata: secret.custom };
    if (!this.#isReadable(version)) return { status: 404, data: { data: null, metadata } };
    return ok({ data: version.data, metadata });
  }

  #writeData(path: string, { data, options }: Body): EngineAnswer {
    if (typeof data !== "object" || data === null) return refused("no data provided");
    const now = this.now();
    const secret = this.#secrets.get(path) ?? this.#newSecret();
    const cas = typeof options === "object" && options !== null && "cas" in options ? Number(options.cas) : undefined;
    if (cas === undefined && (this.config.casRequired || secret.casRequired)) {
      return refused("check-and-set parameter required for this call");
    }
    if (cas !== undefined && cas !== secret.current) {
      return refused("check-and-set parameter did not match the current version");
    }
    const lives = [this.config.deleteAfterMs, secret.deleteAfterMs].filter((ms) => ms > 0);
    const deletionAt = lives.length === 0 ? undefined : now + Math.min(...lives);
    const version: StoredVersion = { createdAt: now, deletionAt, destroyed: false, data: { ...data } };
    secret.current += 1;
    secret.updatedAt = now;
    secret.versions.set(secret.current, version);
    const kept = Math.max(this.config.maxVersions, secret.maxVersions) || 10;
    for (const number of secret.versions.keys()) {
      if (number <= secret.current - kept) secret.versions.delete(number);
    }
    secret.oldest = Math.min(...secret.versions.keys());
    this.#secrets.set(path, secret);
    return ok({ ...shownVersion(version), version: secret.current, custom_metadata: secret.custom });
  }

  #readMetadata(path: string): EngineAnswer {
    const secret = this.#secrets.get(path);
    if (!secret) return notThere;
    return ok({
      cas_required: secret.casRequired,
      created_time: shownTime(secret.createdAt),
      current_version: secret.current,
      custom_metadata: secret.custom,
      delete_version_after: `${secret.deleteAfterMs / 1000}s`,
      max_versions: secret.maxVersions,
      oldest_version: secret.oldest,
      updated_time: shownTime(secret.updatedAt),
      versions: Object.fromEntries(
        [...secret.versions].map(([number, version]) => [String(number), shownVersion(version)]),
      ),
    });
  }

  #writeMetadata(path: string, body: Body): EngineAnswer {
    const { custom_metadata: custom, max_versions: maxVersions, cas_required: casRequired } = body;
    if (custom !== undefined) {
      const problem = customProblem(custom);
      if (problem) return refused(`custom_metadata validation failed: ${problem}`);
    }
    const secret = this.#secrets.get(path) ?? this.#newSecret();
    if (custom !== undefined) secret.custom = { ...(custom as Record<string, string>) };
    if (typeof maxVersions === "number") secret.maxVersions = maxVersions;
    if (typeof casRequired === "boolean") secret.casRequired = casRequired;
    if (typeof body["delete_version_after"] === "string") {
      secret.deleteAfterMs = Number.parseInt(body["delete_version_after"], 10) * 1000;
    }
    this.#secrets.set(path, secret);
    return done;
  }

  #markDeleted(path: string, numbers: readonly number[]): EngineAnswer {
    for (const number of numbers) {
      const version = this.#secrets.get(path)?.versions.get(number);
      if (version && this.#isReadable(version)) version.deletionAt = this.now();
    }
    return done;
  }

  #destroy(path: string, numbers: readonly number[]): EngineAnswer {
    if (numbers.length === 0) return refused("no version number provided");
    for (const number of numbers) {
      const version = this.#secrets.get(path)?.versions.get(number);
      if (version) Object.assign(version, { destroyed: true, data: undefined });
    }
    return done;
  }

  #handlePlain(method: string, path: string, body: Body): EngineAnswer {
    if (method === "GET") return this.#plain.has(path) ? ok(this.#plain.get(path)) : notThere;
    if (method === "DELETE") this.#plain.delete(path);
    else this.#plain.set(path, body);
    return done;
  }

  #isReadable({ destroyed, deletionAt }: StoredVersion): boolean {
    return !destroyed && (deletionAt === undefined || deletionAt > this.now());
  }

  #newSecret(): StoredSecret {
    const now = this.now();
    return {
      current: 0,
      oldest: 0,
      maxVersions: 0,
      casRequired: false,
      deleteAfterMs: 0,
      custom: null,
      createdAt: now,
      updatedAt: now,
      versions: new Map(),
    };
  }
}

function shownVersion({ createdAt, deletionAt, destroyed }: StoredVersion): Record<string, unknown> {
  return {
    created_time: shownTime(createdAt),
    deletion_time: deletionAt === undefined ? "" : shownTime(deletionAt),
    destroyed,
  };
}

/** With nanoseconds, as Go prints it. */
function shownTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "319214Z");
}

function versionsOf({ versions }: Body): readonly number[] {
  return Array.isArray(versions) ? versions.map(Number) : [];
}

function customProblem(custom: unknown): string | undefined {
  if (typeof custom !== "object" || custom === null) return "it is no map";
  const entries = Object.entries(custom);
  if (entries.length > 64) return `payload must contain at most 64 keys, provided ${entries.length}`;
  const isPrintable = (text: string): boolean => /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u.test(text);
  for (const [name, value] of entries) {
    if (typeof value !== "string") return `the value for key "${name}" is no text`;
    const size = Buffer.byteLength(value);
    if (name === "" || Buffer.byteLength(name) > 128) return `length of key "${name}" must be 0 < len(key) <= 128`;
    if (size === 0 || size > 512)
      return `length of value for key "${name}" is ${size} but must be 0 < len(value) <= 512`;
    if (!isPrintable(name) || !isPrintable(value)) return `value for key "${name}" contains unprintable characters`;
  }
  return undefined;
}
