/**
 * The calls of a KV engine of version 2 about one secret, and what comes back, read once
 * (developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2, openbao.org/api-docs/secret/kv/kv-v2).
 */
import * as z from "zod";
import { KeyturnError } from "../../model/error";
import { Instant } from "../../model/instant";
import { vaultKvRecordField } from "../../model/vault-kv-target";
import { NoAnswerError, type JsonAnswer } from "../http";
import {
  engineBody,
  isGone,
  isNotThere,
  metadataBody,
  readBody,
  versionOf,
  wrapped,
  writtenBody,
  type KvDocument,
} from "./kv-body";
import { readRecord, recordText, type VersionRecord } from "./kv-record";
import type { KvMetadata, KvVersion } from "./kv-secret";
import { saysVault, vaultErrors, vaultRefusal } from "./vault-problem";
import type { VaultSession } from "./vault-session";

/** What came of writing a version. */
export type KvWrite =
  | { readonly kind: "written"; readonly custom: KvMetadata["custom"]; readonly version: KvVersion }
  /** The current version is another one than was said. */
  | { readonly kind: "changed" }
  /** It may have been written, or not. */
  | { readonly kind: "unknown"; readonly error: KeyturnError; readonly answer: JsonAnswer | undefined };

/** One secret of a KV engine. */
export class KvApi {
  readonly #encoded: string;

  readonly #session: VaultSession;
  readonly #mount: string;
  readonly #path: string;

  constructor(session: VaultSession, mount: string, path: string) {
    this.#session = session;
    this.#mount = mount;
    this.#path = path;
    this.#encoded = encodePath(path);
  }

  /** Where the API has one side of the secret, as a policy names it: `secret/metadata/a`. */
  place(side: "data" | "metadata" | "destroy"): string {
    return `${this.#mount}/${side}/${this.#path}`;
  }

  /**
   * Makes sure that the mount is a KV engine of version 2. One of version 1 would take any of the requests below for a secret of
   * that name, and write it.
   */
  async verifyEngine(): Promise<void> {
    await this.#session.once(this.#mount, async () => {
      const path = `sys/internal/ui/mounts/${encodePath(this.#mount)}/${this.#encoded}`;
      const answer = await this.#session.request({ method: "GET", path, isIdempotent: true });
      // Vault answers so as well where nothing is mounted, in order not to tell.
      if (answer.status === 403) {
        throw unreachable(
          `${this.#session.who} has no right to anything in ${this.#mount}/, or nothing is mounted there (403). ` +
            `Check the mount and the namespace, and give it a policy for ${this.place("data")} and ${this.place("metadata")}`,
        );
      }
      const engine = read(engineBody, answer, this.#wanted("any right", "metadata")).data;
      if (engine.path !== `${this.#mount}/`) {
        throw unreachable(
          `nothing is mounted at ${this.#mount}/; the engine there is ${engine.path}. Take that as the mount`,
        );
      }
      if (engine.type !== "kv" || engine.options?.["version"] !== "2") {
        const found = engine.type === "kv" ? "a KV engine of version 1, which keeps no versions" : "no KV engine";
        throw unreachable(
          `${this.#mount}/ is ${found}. Name a KV engine of version 2, or upgrade it: vault kv enable-versioning ${this.#mount}`,
        );
      }
    });
  }

  /** The metadata. A secret that is not there has none, and no versions. */
  async readMetadata(): Promise<KvMetadata> {
    const answer = await this.#ask("GET", "metadata");
    const servedAt = timeOf(answer);
    if (isNotThere(answer)) {
      return {
        currentVersion: 0,
        versions: new Map(),
        custom: {},
        maxVersions: 0,
        areVersionsDeleted: false,
        servedAt,
      };
    }
    const { data } = read(metadataBody, answer, this.#wanted("read", "metadata"));
    return {
      currentVersion: data.current_version,
      versions: new Map(Object.entries(data.versions).map(([number, version]) => [Number(number), versionOf(version)])),
      custom: data.custom_metadata ?? {},
      maxVersions: data.max_versions,
      areVersionsDeleted: !["0s", "0", ""].includes(data.delete_version_after ?? ""),
      servedAt,
    };
  }

  /** Replaces all custom metadata, or a setting. The secret need not be there yet. */
  async writeMetadata(changes: {
    readonly custom_metadata?: KvMetadata["custom"];
    readonly max_versions?: number;
  }): Promise<void> {
    const answer = await this.#ask("POST", "metadata", { body: changes });
    if (answer.status >= 300) throw vaultRefusal(answer, this.#wanted("create and update", "metadata"));
  }

  /** Writes a version with the record of it, if it follows the current one. Never sent twice. */
  async writeVersion(document: KvDocument, record: VersionRecord): Promise<KvWrite> {
    const data = { ...document, [vaultKvRecordField]: recordText(record) };
    const body = { options: { cas: record.version - 1 }, data };
    let answer: JsonAnswer;
    try {
      answer = await this.#ask("POST", "data", { body, isIdempotent: false });
    } catch (error) {
      if (error instanceof NoAnswerError && error.code === "STORE_UNREACHABLE") {
        return { kind: "unknown", error, answer: undefined };
      }
      throw error;
    }
    if (answer.status === 400 && saysVault(answer, "did not match the current version")) return { kind: "changed" };
    const wanted = this.#wanted("update", "data");
    const written = answer.status === 200 ? writtenBody.safeParse(answer.json) : undefined;
    if (written?.success) {
      const { data } = written.data;
      return { kind: "written", custom: data.custom_metadata ?? {}, version: versionOf(data) };
    }
    const error = vaultRefusal(answer, wanted);
    // What Vault itself refuses has not happened. Anything else may come from something before it, or pass.
    const isRefused = answer.status >= 400 && answer.status < 500 && ![412, 429].includes(answer.status);
    if (isRefused && vaultErrors(answer)) throw error;
    return { kind: "unknown", error, answer };
  }

  /** A version and its record, or the current one; undefined if it is not there, or not any more. */
  async readVersion(
    version?: number,
  ): Promise<{ document: KvDocument; record: VersionRecord | undefined; metadata: KvMetadata } | undefined> {
    const answer = await this.#ask("GET", "data", { query: version === undefined ? "" : `?version=${version}` });
    if (isNotThere(answer) || isGone(answer)) return undefined;
    const { data } = read(readBody, answer, this.#wanted("read", "data"));
    const { [vaultKvRecordField]: record, ...fields } = data.data;
    return {
      document: wrapped(fields),
      record: typeof record === "string" ? readRecord(record) : undefined,
      metadata: {
        currentVersion: data.metadata.version,
        versions: new Map([[data.metadata.version, versionOf(data.metadata)]]),
        custom: data.metadata.custom_metadata ?? {},
        maxVersions: 0,
        areVersionsDeleted: false,
        servedAt: timeOf(answer),
      },
    };
  }

  /** Removes what these versions hold, for good. */
  async destroyVersions(versions: readonly number[]): Promise<void> {
    const answer = await this.#ask("POST", "destroy", { body: { versions } });
    if (answer.status >= 300) throw vaultRefusal(answer, this.#wanted("update", "destroy"));
  }

  /** Which of the given rights this process lacks, in words. */
  async missingRights(rights: readonly (readonly [string, "data" | "metadata" | "destroy"])[]): Promise<string[]> {
    const places = [...new Set(rights.map(([, side]) => this.place(side)))];
    const path = "sys/capabilities-self";
    const answer = await this.#session.request({ method: "POST", path, body: { paths: places }, isIdempotent: true });
    const body = z.record(z.string(), z.unknown());
    const right = `update on ${path}, to find out its rights, which the policy "default" gives`;
    const all = read(body, answer, { who: this.#session.who, right });
    // Newer servers have the answer in `data` and beside it, older ones in one of them.
    const inData = body.safeParse(all["data"]).data ?? {};
    return rights.flatMap(([right, side]) => {
      const granted = z.array(z.string()).safeParse(inData[this.place(side)] ?? all[this.place(side)]).data ?? [];
      return granted.includes(right) || granted.includes("root") ? [] : [`${right} on ${this.place(side)}`];
    });
  }

  async #ask(
    method: "GET" | "POST",
    side: "data" | "metadata" | "destroy",
    { query = "", body, isIdempotent = true }: { query?: string; body?: unknown; isIdempotent?: boolean } = {},
  ): Promise<JsonAnswer> {
    const path = `${encodePath(this.#mount)}/${side}/${this.#encoded}${query}`;
    return await this.#session.request({ method, path, body, isIdempotent });
  }

  #wanted(right: string, side: "data" | "metadata" | "destroy"): { who: string; right: string } {
    return { who: this.#session.who, right: `${right} on ${this.place(side)}` };
  }
}

/** Parts may have any characters; the server takes the encoding off before it looks for the slashes that are mounts. */
function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

function read<Body>(body: z.ZodType<Body>, answer: JsonAnswer, wanted: { who: string; right: string }): Body {
  const result = answer.status === 200 ? body.safeParse(answer.json) : undefined;
  if (result?.success) return result.data;
  throw vaultRefusal(answer, wanted);
}

/** The server's clock: what it says of versions is by that. Every server with a clock sends it (RFC 9110, 6.6.1). */
function timeOf({ headers }: JsonAnswer): Instant {
  const epochMs = Date.parse(headers["date"] ?? "");
  if (!Number.isNaN(epochMs)) return Instant.ofEpochMs(epochMs);
  throw unreachable("the answer has no Date header, so that nothing says what time it is for the server");
}

function unreachable(reason: string): KeyturnError {
  return new KeyturnError("STORE_UNREACHABLE", reason);
}
