/**
 * What the acts of the demo share: the embedded key API, the deployment of the example, the services, and a voice.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { KeyApiClient } from "keyturn/client";
import { findTerraform } from "../../../scripts/terraform-binary";
import { Deployment } from "./cdktf";
import { Consumers } from "./consumers";
import { KeyApiProcess } from "./key-api";
import { Secrets } from "./secrets";

const services = ["scheduler", "worker", "admin-jobs"];

/** The keys that the example declares, by their names on the API. */
export const keyNames = services.map((service) => `${service}-prod`);

/** A stage in a temporary folder. `close()` it at the end. */
export class Stage {
  readonly #started = performance.now();
  #consumers: Consumers | undefined;

  private constructor(
    private readonly folder: string,
    private readonly api: KeyApiProcess,
    readonly client: KeyApiClient,
    readonly deployment: Deployment,
    readonly secrets: Secrets,
  ) {}

  static async open(): Promise<Stage> {
    const terraform = await findTerraform();
    const folder = await mkdtemp(path.join(tmpdir(), "keyturn-demo-"));
    const secrets = await Secrets.create(folder);
    const api = await KeyApiProcess.start();
    const environment = environmentOf(terraform, api, secrets);
    const stage = new Stage(folder, api, api.client(), await Deployment.create(folder, environment), secrets);
    stage.say(`The embedded key API listens on ${api.url}.`);
    return stage;
  }

  /** Prints a line, with the time since the beginning. */
  say(text: string): void {
    console.log(`[${((performance.now() - this.#started) / 1000).toFixed(1).padStart(5)} s] ${text}`);
  }

  /** Prints what somebody else has printed. */
  show(text: string): void {
    console.log(`\n${text.trimEnd().replace(/^(?=.)/gm, "    ")}\n`);
  }

  /** Starts the services. Their secrets must have been delivered. */
  startConsumers(): void {
    this.#consumers = new Consumers(
      services.map((service) => ({
        endpoint: this.api.url,
        keyName: `${service}-prod`,
        secretFile: this.secrets.fileOf(service),
        identityFile: this.secrets.identityFile,
      })),
    );
  }

  /** @throws Error if the services have not been started */
  get consumers(): Consumers {
    if (!this.#consumers) throw new Error("the services have not been started");
    return this.#consumers;
  }

  async close(): Promise<void> {
    this.#consumers?.kill();
    await this.client.close();
    await this.api.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function environmentOf(terraform: string, api: KeyApiProcess, secrets: Secrets): NodeJS.ProcessEnv {
  const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env;
  return {
    ...inherited,
    ...api.environment,
    PUBLISHING_SECRETS: secrets.folder,
    PUBLISHING_RECIPIENT: secrets.recipient,
    // The demo must not depend on, nor leave anything in, the user's own plugin cache.
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
    TERRAFORM_BINARY_NAME: terraform,
    CHECKPOINT_DISABLE: "1",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
  };
}
