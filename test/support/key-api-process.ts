/**
 * The embedded key API as a process of its own, with a clock that can be put forward, for tests that run the real Terraform.
 *
 * Every secret that it mints is told to the watch over the secrets. What a test asks of it goes through plain HTTP with a key of its own,
 * which is left out of every list.
 */
import path from "node:path";
import type { ActivityItemBody, ActivityPageBody } from "../../src/api/activity";
import type { Behaviour, Fault } from "../../src/testing";
import type { MintedSecret } from "./canary/secret-search";
import { callApi, createKey, listKeys, withBearer, withKey, type ApiAnswer, type ListedKey } from "./call-api";
import { currentCanary } from "./canary/current-canary";
import { MintingRecord, recordVariable } from "./minting-recorder/record";
import { startServeProcess, type ServeProcess } from "./serve-process";

/** A request as the API has logged it. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  readonly keyId?: string;
}

/** What services ask the API for, and keyturn too when it tries a new secret. */
const usualPath = "/v1/pinterest/accounts";

const recorder = path.join(__dirname, "minting-recorder/main.ts");

/** A running `keyturn serve --admin`. `end()` it at the end. */
export class KeyApiProcess {
  private constructor(
    private readonly server: ServeProcess,
    private readonly manager: { readonly id: string; readonly secret: string },
    private readonly record: MintingRecord,
  ) {}

  static async start(): Promise<KeyApiProcess> {
    const record = new MintingRecord();
    const server = await startServeProcess(["--admin"], { [recordVariable]: record.file }, [recorder]);
    const { email, password } = server.ready;
    const login = { method: "POST", path: "/v1/auth/login", headers: {}, body: { email, password } };
    const { access_token: token } = (await callApi(server, login)).json as { access_token: string };
    const body = { name: "keyturn-management", scopes: ["read", "write", "destructive"] };
    const api = new KeyApiProcess(server, await createKey(server, body, withBearer(token)), record);
    currentCanary()?.watchSecrets(() => api.minted());
    return api;
  }

  get url(): string {
    return this.server.url;
  }

  /** The secret with which Terraform and this object manage keys. */
  get managementSecret(): string {
    return this.manager.secret;
  }

  /** The environment variables with which the provider finds the API. */
  get environment(): Readonly<Record<string, string>> {
    return { KEYTURN_ENDPOINT: this.url, KEYTURN_API_KEY: this.manager.secret };
  }

  /** The valid keys of the workspace. */
  async keys(): Promise<readonly ListedKey[]> {
    const keys = await listKeys(this.server, withKey(this.manager.secret));
    return keys.filter(({ id }) => id !== this.manager.id);
  }

  /** The names of the valid keys, in order, with NONCE for each nonce. */
  async names(): Promise<readonly string[]> {
    return (await this.keys()).map(({ name }) => name.replace(/~[a-z0-9]+$/, "~NONCE")).sort();
  }

  /** Makes a key that is nobody's business here. */
  async createForeignKey(name: string): Promise<void> {
    await createKey(this.server, { name, scopes: ["read"] }, withKey(this.manager.secret));
  }

  /** Revokes a key by hand. */
  async revoke(keyId: string): Promise<void> {
    expect((await this.#manage("DELETE", `/v1/api-keys/${keyId}`)).status).toBe(204);
  }

  /** Renames a key by hand. */
  async rename(keyId: string, name: string): Promise<void> {
    expect((await this.#manage("PATCH", `/v1/api-keys/${keyId}`, { name })).status).toBe(200);
  }

  /** Sends one request as a service would. @returns the status */
  async use(secret: string, path = usualPath): Promise<number> {
    return (await callApi(this.server, { path, headers: withKey(secret) })).status;
  }

  /** Puts the API's clock forward. */
  async advance({ ms }: { readonly ms: number }): Promise<void> {
    await this.#steer("POST", "clock", { advanceSeconds: ms / 1000 });
  }

  /** The API's clock, to the second. */
  async now(): Promise<Date> {
    const { headers } = await callApi(this.server, { path: "/healthz", headers: {} });
    return new Date(headers.get("date") ?? "");
  }

  /** Puts it forward to when that time is over, also for those who tell the API's time in whole seconds as its answers do. */
  async advancePast({ ms }: { readonly ms: number }): Promise<void> {
    await this.advance({ ms: ms + 1_000 });
  }

  /** Replaces what goes wrong with requests; an empty list heals everything. */
  async setFaults(faults: readonly Fault[]): Promise<void> {
    await this.#steer("PUT", "faults", faults);
  }

  /** Settles questions that the contract leaves open. */
  async behave(changes: Partial<Behaviour>): Promise<void> {
    await this.#steer("PATCH", "behaviour", changes);
  }

  /** The whole activity log, oldest first. */
  async activity(): Promise<readonly ActivityItemBody[]> {
    const items: ActivityItemBody[] = [];
    let cursor: string | null | undefined = "";
    while (typeof cursor === "string") {
      const { json } = await this.#manage("GET", `/v1/activity-logs?limit=200${cursor && `&cursor=${cursor}`}`);
      const page = json as ActivityPageBody;
      items.push(...page.items);
      cursor = page.items.length > 0 ? page.next_cursor : undefined;
    }
    return items.reverse();
  }

  /** Every request since the start, oldest first. */
  async requests(): Promise<readonly LoggedRequest[]> {
    return (await this.#steer("GET", "requests")) as readonly LoggedRequest[];
  }

  /** Every secret that it has minted, that of the management key among them. */
  minted(): readonly MintedSecret[] {
    return this.record.secrets().map((each) => {
      return { ...each, use: each.keyId === this.manager.id ? "management" : "services" };
    });
  }

  /** Ends it. Where watch is kept, the secret of every key that there has been must be on record: what is not known is not searched for. */
  async end(): Promise<void> {
    const canary = currentCanary();
    try {
      if (canary) for (const keyId of await this.#unrecorded()) canary.note(`the secret of ${keyId} was not recorded`);
    } catch (error) {
      // Said at the end of the file, so that it does not take the place of what the test itself has to say.
      canary?.note(`whether every secret was recorded is not known: ${String(error)}`);
    } finally {
      await this.server.end("SIGTERM");
      this.record.close();
    }
  }

  /** The ids of all keys that there have ever been, revoked or not. Heals all faults. */
  async #everyKeyId(): Promise<readonly string[]> {
    await this.setFaults([]);
    await this.behave({ listsRevokedKeys: true });
    return (await listKeys(this.server, withKey(this.manager.secret))).map(({ id }) => id);
  }

  async #unrecorded(): Promise<readonly string[]> {
    const recorded = new Set(this.minted().map(({ keyId }) => keyId));
    return (await this.#everyKeyId()).filter((id) => !recorded.has(id));
  }

  async #manage(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    return await callApi(this.server, {
      method,
      path,
      headers: withKey(this.manager.secret),
      ...(body ? { body } : {}),
    });
  }

  async #steer(method: string, path: string, body?: unknown): Promise<unknown> {
    const call = { method, path: `/_embedded/${path}`, headers: {}, ...(body === undefined ? {} : { body }) };
    const { status, json } = await callApi(this.server, call);
    expect(status).toBe(200);
    return json;
  }
}
