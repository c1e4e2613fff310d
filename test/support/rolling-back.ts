/**
 * A key that is delivered to two encrypted files, and services that read them: what a test of roll-backs needs.
 *
 * A run can be killed before or after any of its steps: from then on nothing of it happens any more.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { request } from "undici";
import type { KeyApiClient } from "../../src/client";
import { Duration } from "../../src/model/duration";
import { declaredApiKey } from "../../src/provider/api-key/declared-api-key";
import { clientFor } from "../../src/provider/configure";
import { newNonce } from "../../src/provider/rotation/new-nonce";
import { rollBack, type RollBackReport } from "../../src/provider/rotation/roll-back";
import type { ApiKeyState } from "../../src/provider/schema/api-key-schema";
import type { Store } from "../../src/stores";
import { testWorld, type EmbeddedServerOptions } from "../../src/testing";
import { newAgeReader, type AgeReader } from "./age-reader";
import { goodConfig, KeyWorld } from "./key-world";

/** When a run is killed: before it does the step with that number, counted from 0, or right after. */
export interface KillAt {
  readonly step: number;
  readonly when: "before" | "after";
}

const nothingConfigured = {
  environment: null,
  endpoint: null,
  api_key: null,
  token: null,
  login: null,
  project_id: null,
  request_timeout: null,
  max_retries: null,
  evidence: null,
} as const;

/** One key, two files. `close()` it at the end. */
export class RollingBack {
  readonly key;
  readonly files: readonly [string, string];

  private constructor(
    readonly world: KeyWorld,
    private readonly folder: string,
    private readonly reader: AgeReader,
  ) {
    this.key = world.key();
    mkdirSync(path.join(folder, "a"));
    mkdirSync(path.join(folder, "b"));
    this.files = [path.join(folder, "a", "key.age"), path.join(folder, "b", "key.age")];
  }

  static async start(api: EmbeddedServerOptions = {}): Promise<RollingBack> {
    const folder = mkdtempSync(path.join(tmpdir(), "keyturn-roll-back-"));
    return new RollingBack(await KeyWorld.start({ api }), folder, await newAgeReader());
  }

  /** The configuration of the key. A new audit rotates it. */
  config(audit = "none", changes: object = {}): object {
    return {
      ...goodConfig,
      rotation_triggers: { audit },
      deliver_to: this.files.map((file) => ({ encrypted_file: { path: file, recipients: [this.reader.recipient] } })),
      ...changes,
    };
  }

  get state(): ApiKeyState {
    if (!this.key.state) throw new Error("there is no key in the state");
    return this.key.state;
  }

  /** Makes the key, and lets services use it for a day. */
  async create(): Promise<string> {
    await this.key.deploy(this.config());
    await this.useAll();
    this.world.clock.advance(Duration.days(1));
    await this.useAll();
    return String(this.state.id);
  }

  /** Rotates it. @returns the id of the new generation */
  async rotate(audit: string): Promise<string> {
    expect((await this.key.deploy(this.config(audit))).action).toBe("replace");
    return String(this.state.id);
  }

  /** The secret in each file. */
  async secrets(): Promise<readonly (string | undefined)[]> {
    return await Promise.all(this.files.map((file) => this.reader.read(file)));
  }

  /** A service for each file reads it and sends a request. @returns the statuses */
  async useAll(): Promise<readonly number[]> {
    const statuses: number[] = [];
    for (const secret of await this.secrets()) statuses.push(await this.use(secret));
    return statuses;
  }

  /** A service that has read a secret before sends a request. @returns the status */
  async use(secret: string | undefined): Promise<number> {
    this.world.clock.advance({ ms: 1 });
    const { statusCode, body } = await request(`${this.world.api.url}/v1/pinterest/accounts`, {
      headers: { "x-api-key": String(secret) },
    });
    await body.dump();
    return statusCode;
  }

  /** Rolls back, as the command does it. */
  async rollBack({ isDryRun = false } = {}): Promise<RollBackReport> {
    // It comes after the deployment before it, and a later one comes after it.
    this.world.clock.advance(Duration.minutes(1));
    const run = this.#run();
    try {
      return await rollBack({ ...run, isDryRun }, run);
    } finally {
      await run.client.close();
      this.world.clock.advance(Duration.minutes(1));
    }
  }

  /** Rolls back, and is killed on the way. @returns whether it was: false if it had fewer steps */
  async rollBackKilled(at: KillAt): Promise<boolean> {
    const run = this.#run();
    let done = 0;
    let die = (): void => undefined;
    const killed = new Promise<true>((resolve) => {
      die = () => {
        resolve(true);
      };
    });
    const step = async <T>(work: () => Promise<T>): Promise<T> => {
      const isLast = done === at.step;
      done += 1;
      if (isLast && at.when === "before") return await never(die);
      const result = await work();
      return isLast ? await never<T>(die) : result;
    };
    const client: KeyApiClient = { ...bound(run.client), update: (...args) => step(() => run.client.update(...args)) };
    const stores = run.declared.stores.map((store): Store => ({
      description: store.description,
      check: () => store.check(),
      current: () => store.current(),
      read: () => store.read(),
      put: (delivery) => store.put(delivery),
      restorePrevious: (keyId) => step(() => store.restorePrevious(keyId)),
    }));
    try {
      const request = { ...run, declared: { ...run.declared, stores }, isDryRun: false };
      return await Promise.race([killed, rollBack(request, { ...run, client }).then(() => false)]);
    } finally {
      await run.client.close();
    }
  }

  async close(): Promise<void> {
    await this.world.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #run() {
    const { clock, api } = this.world;
    const environment = { KEYTURN_ENDPOINT: api.url, KEYTURN_API_KEY: testWorld.managementKey.reveal() };
    return {
      declared: declaredApiKey(this.state, { variables: {} }),
      keyIdInState: String(this.state.id),
      client: clientFor(nothingConfigured, { environment, clock, userAgent: "test" }),
      clock,
      nonce: newNonce,
    };
  }
}

/** What a killed process goes on to do. */
async function never<T>(die: () => void): Promise<T> {
  die();
  return await new Promise<T>(() => undefined);
}

function bound(client: KeyApiClient): KeyApiClient {
  return {
    list: (...args) => client.list(...args),
    create: (...args) => client.create(...args),
    update: (...args) => client.update(...args),
    revoke: (...args) => client.revoke(...args),
    authenticates: (...args) => client.authenticates(...args),
    activity: (...args) => client.activity(...args),
    activityPages: (...args) => client.activityPages(...args),
    projects: (...args) => client.projects(...args),
    close: () => client.close(),
  };
}
