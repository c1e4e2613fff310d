/**
 * The keyturn provider, an embedded key API and one clock for both: what a test of a key's life needs.
 *
 * Waiting costs no time: whoever sleeps moves the clock.
 */
import { request } from "undici";
import { Duration } from "../../src/model/duration";
import { ApiKeyResource } from "../../src/provider/api-key/api-key-resource";
import { keyturnProvider } from "../../src/provider/keyturn-provider";
import type { apiKeySchema, ApiKeyState } from "../../src/provider/schema/api-key-schema";
import {
  FakeClock,
  startEmbeddedServer,
  testWorld,
  type EmbeddedServer,
  type EmbeddedServerOptions,
  type Seed,
} from "../../src/testing";
import { ProviderHarness, type ResourceHarness } from "./provider-harness";

/** A clock on which a sleeper moves the time himself. */
class SelfWindingClock extends FakeClock {
  override async sleep({ ms }: { readonly ms: number }, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.advance({ ms });
  }
}

/** A key as `GET /v1/api-keys` shows it. */
export interface ShownKey {
  readonly id: string;
  readonly name: string;
  readonly scopes?: readonly string[];
  readonly pinterest_account_ids?: readonly string[] | null;
  readonly last_used_at?: string | null;
  readonly revoked_at?: string | null;
}

/** A configuration that is good, to be varied. */
export const goodConfig = {
  service: "scheduler",
  environment: "prod",
  owner: "team-publishing@acme.example",
  scopes: ["read", "write"],
  rotation_period: "90d",
  overlap_window: "1h",
  quiet_period: "10m",
  overlap_wait: "0s",
  deliver_to: [{ terraform_state: { i_understand_the_secret_is_in_state: true } }],
} as const;

function seedOf(projectId: string): Seed {
  return {
    projects: [{ id: projectId, name: "elsewhere" }],
    users: [{ email: testWorld.email, password: testWorld.password }],
    keys: [{ id: testWorld.managementKeyId, name: testWorld.managementKeyName, secret: testWorld.managementKey }],
  };
}

async function startProvider(
  { clock, api }: Pick<KeyWorld, "clock" | "api">,
  options: { readonly provider?: object; readonly environment?: Record<string, string> },
): Promise<ProviderHarness> {
  const environment = {
    KEYTURN_ENDPOINT: api.url,
    KEYTURN_EMAIL: testWorld.email,
    KEYTURN_PASSWORD: testWorld.password.reveal(),
    ...options.environment,
  };
  const provider = new ProviderHarness(keyturnProvider({ environment, clock, version: "0.0.0" }));
  const diagnostics = await provider.configure(options.provider ?? {});
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  return provider;
}

/** One API, one provider process. */
export class KeyWorld {
  private constructor(
    readonly clock: FakeClock,
    readonly api: EmbeddedServer,
    readonly provider: ProviderHarness,
  ) {}

  static async start(
    options: {
      readonly api?: EmbeddedServerOptions;
      readonly provider?: object;
      readonly environment?: Record<string, string>;
      /** Another workspace than the one of all other worlds. */
      readonly seedProjectId?: string;
    } = {},
  ): Promise<KeyWorld> {
    const clock = new SelfWindingClock();
    // An API that notes a use at noon sharp may mean any time of the afternoon. Here it means what it says.
    clock.advance(Duration.seconds(1));
    const api = await startEmbeddedServer({
      clock,
      ...options.api,
      ...(options.seedProjectId ? { seed: seedOf(options.seedProjectId) } : {}),
    });
    try {
      return new KeyWorld(clock, api, await startProvider({ clock, api }, options));
    } catch (error) {
      await api.close();
      throw error;
    }
  }

  /** The same API in the hands of another provider process, which knows nothing of this one: a later run, or another state. */
  async anotherProcess(): Promise<KeyWorld> {
    return new KeyWorld(this.clock, this.api, await startProvider(this, {}));
  }

  /** A key that the provider manages and that is in nobody's state yet. */
  key({ createBeforeDestroy = true } = {}): ResourceHarness<typeof apiKeySchema> {
    return this.provider.resource<typeof apiKeySchema>(new ApiKeyResource(), { createBeforeDestroy });
  }

  /** All keys of the workspace that are not revoked, without the one that manages them. */
  async keys(): Promise<readonly ShownKey[]> {
    const { body } = await request(`${this.api.url}/v1/api-keys`, {
      headers: { "x-api-key": testWorld.managementKey.reveal() },
    });
    const keys = (await body.json()) as readonly ShownKey[];
    return keys.filter(({ name, revoked_at: revokedAt }) => name !== testWorld.managementKeyName && !revokedAt);
  }

  async names(): Promise<readonly string[]> {
    return (await this.keys()).map(({ name }) => name.replace(/~[a-z0-9]+$/, "~NONCE")).sort();
  }

  /** Changes a key behind the provider's back. */
  async patch(keyId: string, changes: object): Promise<void> {
    await this.#manage("PATCH", `/v1/api-keys/${keyId}`, changes);
  }

  async revoke(keyId: string): Promise<void> {
    await this.#manage("DELETE", `/v1/api-keys/${keyId}`);
  }

  /** Makes a key behind the provider's back, and gives its id. */
  async createKey(name: string, scopes: readonly string[] = ["read"]): Promise<string> {
    return ((await this.#manage("POST", "/v1/api-keys", { name, scopes })) as { id: string }).id;
  }

  /** Sends one request as a service would, at an instant on no border of a second or an hour. @returns the status */
  async use(state: ApiKeyState | null): Promise<number> {
    if (typeof state?.secret !== "string") throw new Error("there is no secret to use");
    this.clock.advance({ ms: 1 });
    const { statusCode, body } = await request(`${this.api.url}/v1/pinterest/accounts`, {
      headers: { "x-api-key": state.secret },
    });
    await body.dump();
    return statusCode;
  }

  async close(): Promise<void> {
    await this.api.close();
  }

  /** What happens behind the provider's back happens between two runs: a minute passes, so no list of before is still in use. */
  async #manage(method: "POST" | "PATCH" | "DELETE", path: string, content?: object): Promise<unknown> {
    const { statusCode, body } = await request(`${this.api.url}${path}`, {
      method,
      headers: { "x-api-key": testWorld.managementKey.reveal(), "content-type": "application/json" },
      ...(content ? { body: JSON.stringify(content) } : {}),
    });
    const text = await body.text();
    this.clock.advance(Duration.minutes(1));
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}
