/**
 * One secret of a key-value engine, version 2: the requests that are made about it, and what their refusals mean.
 *
 * The API: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
 */
import { KeyturnError } from "../../model/error";
import { noMetadata, parseMetadata, type SecretMetadata } from "./secret-metadata";
import type { VaultAnswer, VaultRequest } from "./vault-api";
import type { VaultSession } from "./vault-session";

/** The fields of a version. */
export type Fields = Readonly<Record<string, unknown>>;

/** A secret. Every method throws a KeyturnError where Vault refuses, or gives no answer. */
export class KvSecret {
  readonly #mount: string;
  readonly #path: string;

  /** @param place both without slashes at their ends */
  constructor(
    private readonly session: VaultSession,
    place: { readonly mount: string; readonly path: string },
  ) {
    this.#mount = encoded(place.mount);
    this.#path = encoded(place.path);
  }

  async metadata(): Promise<SecretMetadata> {
    const { status, json } = await this.#expect(
      [200, 404],
      { method: "GET", path: this.#address("metadata") },
      "metadata",
    );
    if (status === 404) return noMetadata;
    const metadata = parseMetadata(json);
    if (!metadata) throw unreadable();
    return metadata;
  }

  /** Replaces the custom metadata. */
  async writeCustom(custom: Readonly<Record<string, string>>): Promise<void> {
    const request = { method: "POST", path: this.#address("metadata"), body: { custom_metadata: custom } } as const;
    await this.#expect([200, 204], request, "metadata");
  }

  /** The fields of a version; undefined if it is gone. */
  async fields(version: number): Promise<Fields | undefined> {
    const path = `${this.#address("data")}?version=${version}`;
    const { status, json } = await this.#expect([200, 404], { method: "GET", path }, "data");
    if (status === 404) return undefined;
    const data = (json as { data?: { data?: unknown } } | undefined)?.data?.data;
    if (typeof data !== "object" || data === null) throw unreadable();
    return data as Fields;
  }

  /**
   * Writes a version, if the present one is the one that it is said to be.
   * @returns when the version was made, as Vault writes it
   */
  async writeVersion(present: number, data: Fields): Promise<string> {
    const body = { options: { cas: present }, data };
    const { json } = await this.#expect([200], { method: "POST", path: this.#address("data"), body }, "data");
    const createdAt = (json as { data?: { created_time?: unknown } } | undefined)?.data?.created_time;
    if (typeof createdAt !== "string") throw unreadable();
    return createdAt;
  }

  /** Destroys a version for good. */
  async destroy(version: number): Promise<void> {
    const request = { method: "PUT", path: this.#address("destroy"), body: { versions: [version] } } as const;
    await this.#expect([200, 204], request, "destroy");
  }

  /** Any token that may use the engine may ask this; one that may not is told so by the next request. */
  async requireSecondVersion(): Promise<void> {
    const { status, json } = await this.session.send({ method: "GET", path: `sys/internal/ui/mounts/${this.#mount}` });
    if (status !== 200) return;
    const { data } = (json ?? {}) as { data?: { type?: unknown; options?: { version?: unknown } | null } };
    if (data?.type === "kv" && data.options?.version === "2") return;
    throw new KeyturnError(
      "STORE_REFUSED",

      `the engine at ${this.#mount} is not a key-value engine of version 2. Name another mount, or upgrade it`,
    );
  }

  /** Asks what the token may do, so that what is missing is known before a key is made. */
  async requireRights(): Promise<void> {
    const needed = [
      { path: decoded(this.#address("metadata")), rights: ["create", "update"] },
      { path: decoded(this.#address("data")), rights: ["create", "update"] },
      { path: decoded(this.#address("data")), rights: ["read"] },
      { path: decoded(this.#address("destroy")), rights: ["update"] },
    ];
    const body = { paths: [...new Set(needed.map(({ path }) => path))] };
    const { status, json } = await this.session.send({ method: "POST", path: "sys/capabilities-self", body });
    if (status !== 200) return;
    const answer = (json ?? {}) as Record<string, unknown>;
    for (const { path, rights } of needed) {
      const found = answer[path];
      const has = Array.isArray(found) ? (found as unknown[]) : [];
      if (has.includes("root") || rights.some((right) => has.includes(right))) continue;
      throw new KeyturnError(
        "STORE_UNREACHABLE",
        `the token lacks the capability ${rights.join(" or ")} on ${path}. Add it to its policy`,
      );
    }
  }

  async #expect(statuses: readonly number[], request: VaultRequest, what: string): Promise<VaultAnswer> {
    const answer = await this.session.send(request);
    if (statuses.includes(answer.status)) return answer;
    throw this.#problem(answer, request, what);
  }

  #problem({ status, errors }: VaultAnswer, { method, path }: VaultRequest, what: string): KeyturnError {
    const said = errors.length > 0 ? `, ${JSON.stringify(errors.join("; "))}` : "";
    const place = decoded(path.split("?")[0] ?? "");
    if (status === 400 && errors.some((error) => /check-and-set/i.test(error))) {
      return new KeyturnError(
        "STORE_REFUSED",
        "somebody else has changed it in this moment. Make sure that only one run delivers to it",
      );
    }
    if (status === 403) {
      const right = method === "GET" ? "read" : "create or update";
      return new KeyturnError(
        "STORE_UNREACHABLE",
        `Vault answered 403${said}: the token lacks the capability ${right} on ${place}, or has expired`,
      );
    }
    if (status === 404) {
      return new KeyturnError(
        "STORE_UNREACHABLE",
        `Vault answered 404${said}: there is no engine at ${this.#mount}, or no ${what} of this secret`,
      );
    }
    return new KeyturnError("STORE_UNREACHABLE", `Vault answered ${status}${said} to ${method} ${place}`);
  }

  #address(part: "data" | "metadata" | "destroy"): string {
    return `${this.#mount}/${part}/${this.#path}`;
  }
}

function unreadable(): KeyturnError {
  return new KeyturnError(
    "STORE_UNREACHABLE",
    "the answer is not one of a key-value engine of version 2. Check the address and the mount",
  );
}

function encoded(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

function decoded(path: string): string {
  return path.split("/").map(decodeURIComponent).join("/");
}
