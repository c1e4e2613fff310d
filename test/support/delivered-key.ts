/**
 * A key that is delivered to encrypted files, ready to be rotated: what a test of broken deliveries needs.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { request } from "undici";
import { Duration } from "../../src/model/duration";
import type { Behaviour } from "../../src/testing";
import type { AgeReader } from "./age-reader";
import type { StateFile } from "./harness/resource-instance";
import { goodConfig, KeyWorld } from "./key-world";
import { Killer, startProcess } from "./random-life/killable-process";

const foreignName = "scheduler-staging";

/** What a rotation that fails must leave as it was. */
export interface Standing {
  readonly names: readonly (readonly [string, string])[];
  readonly contents: readonly (string | undefined)[];
  readonly state: unknown;
}

/** One key, its files, and a key of somebody else. `close()` it at the end. */
export class DeliveredKey {
  readonly key: ReturnType<KeyWorld["key"]>;
  readonly files: readonly string[];

  private constructor(
    readonly world: KeyWorld,
    private readonly folder: string,
    private readonly reader: AgeReader,
    fileCount: number,
  ) {
    this.key = world.key();
    this.#killer = new Killer(world);
    this.files = Array.from({ length: fileCount }, (_, index) => {
      mkdirSync(path.join(folder, String(index)));
      return path.join(folder, String(index), "key.age");
    });
  }

  /** A key whose rotation is due. */
  static async due(
    reader: AgeReader,
    fileCount: number,
    { behaviour, changes }: { readonly behaviour?: Partial<Behaviour> | undefined; readonly changes?: object } = {},
  ): Promise<DeliveredKey> {
    const folder = mkdtempSync(path.join(tmpdir(), "keyturn-delivered-"));
    const world = await KeyWorld.start(behaviour ? { api: { behaviour } } : {});
    const delivered = new DeliveredKey(world, folder, reader, fileCount);
    if (changes) delivered.change(changes);
    await world.createKey(foreignName);
    await delivered.key.deploy(delivered.config);
    world.clock.advance(Duration.days(90));
    expect(await delivered.useAll()).toEqual(delivered.files.map(() => 200));
    return delivered;
  }

  readonly #killer: Killer;
  #changes: object = {};

  /** Changes what is declared. */
  change(changes: object): void {
    this.#changes = { ...this.#changes, ...changes };
  }

  /** Starts a new provider process, on the state file of now or of before. */
  async restart(stateFile?: StateFile): Promise<void> {
    const provider = await startProcess(this.world, this.#killer);
    if (!provider) throw new Error("the provider could not be configured");
    this.key.continueWith(provider.server, stateFile);
  }

  /** Plans and applies, each in a process of its own. */
  async deploy(): Promise<void> {
    await this.restart();
    const plan = await this.key.plan(this.config);
    if (plan.action === "refused") return;
    await this.restart();
    await this.key.apply(plan);
  }

  get config(): object {
    return {
      ...goodConfig,
      deliver_to: this.files.map((file) => ({ encrypted_file: { path: file, recipients: [this.reader.recipient] } })),
      ...this.#changes,
    };
  }

  /** A service for each file reads it and sends a request. @returns the statuses; undefined where there is no file */
  async useAll(): Promise<readonly (number | undefined)[]> {
    const statuses: (number | undefined)[] = [];
    for (const file of this.files) statuses.push(await this.use(await this.reader.read(file)));
    return statuses;
  }

  async use(secret: string | undefined): Promise<number | undefined> {
    if (secret === undefined) return undefined;
    this.world.clock.advance({ ms: 1 });
    const { statusCode, body } = await request(`${this.world.api.url}/v1/pinterest/accounts`, {
      headers: { "x-api-key": secret },
    });
    await body.dump();
    return statusCode;
  }

  /** The generations of the key that work, without what tells them apart. */
  async names(): Promise<readonly string[]> {
    return (await this.world.names()).filter((name) => name !== foreignName);
  }

  async standing(): Promise<Standing> {
    return {
      names: (await this.world.keys()).map(({ id, name }) => [id, name] as const),
      contents: this.files.map((file) => (existsSync(file) ? readFileSync(file, "latin1") : undefined)),
      state: this.key.state,
    };
  }

  /** Nothing is broken any more: a few runs come to an end, and after the overlap one key is left, which is in every file. */
  async converge(): Promise<void> {
    const { world, key } = this;
    world.clock.advance(Duration.minutes(20));
    for (let run = 0; run < 3; run += 1) await this.deploy();
    expect(await key.plan(this.config)).toMatchObject({ action: "no-op" });
    const names = await this.names();
    expect(names.filter((name) => name === "scheduler-prod")).toHaveLength(1);
    expect(names.filter((name) => name.includes("~pending~"))).toEqual([]);
    expect(await this.useAll()).toEqual(this.files.map(() => 200));

    for (let run = 0; run < 2; run += 1) {
      world.clock.advance(Duration.hours(2));
      await this.useAll();
      await this.deploy();
    }
    expect(await this.names()).toEqual(["scheduler-prod"]);
    expect(await this.useAll()).toEqual(this.files.map(() => 200));
    expect(await key.plan(this.config)).toMatchObject({ action: "no-op" });
  }

  async close(): Promise<void> {
    await this.world.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
