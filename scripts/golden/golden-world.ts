/**
 * Where the plans of the golden reports are made: the embedded key API, whose clock stands still until it is moved, and projects of the
 * real cdktf and the real Terraform.
 */
import path from "node:path";
import type { Duration } from "../../src/model/duration";
import { Instant } from "../../src/model/instant";
import { FakeClock, startEmbeddedServer, testWorld, type EmbeddedServer } from "../../src/testing";
import { newAgeReader, type AgeReader } from "../../test/support/age-reader";
import { callApi } from "../../test/support/call-api";
import { CdktfProject } from "../../test/support/cdktf-project";
import { HclProject } from "../../test/support/hcl-project";
import type { Terraform } from "../../test/support/terraform";

/** A plan as a reviewer gets it. */
export interface MadePlan {
  /** What `terraform show -json` prints. */
  readonly json: string;
  /** What cdktf has synthesised beside it, if it was cdktf. */
  readonly configuration: string | undefined;
  readonly plannedAt: Instant;
}

/** Terraform in the folder of one stack. */
export interface GoldenStack {
  readonly terraform: Terraform;
  /** Replaces what is declared. */
  readonly declare: (text: string) => Promise<void>;
  readonly apply: () => Promise<void>;
  /** Sends a request with the secret that a service finds in that file. */
  readonly use: (file?: string) => Promise<void>;
  /** Plans, whether or not it succeeds. */
  readonly plan: (...options: readonly string[]) => Promise<MadePlan>;
}

// On the border of no unit of time: the provider takes such an instant for one that was rounded.
const start = Instant.parse("2026-03-01T09:17:23.456Z");

/** One API and the projects that deploy to it. `close()` it at the end. */
export class GoldenWorld {
  readonly #projects: { remove(): void }[] = [];

  private constructor(
    private readonly clock: FakeClock,
    private readonly server: EmbeddedServer,
    private readonly reader: AgeReader,
  ) {}

  static async create(): Promise<GoldenWorld> {
    const clock = new FakeClock(start);
    const server = await startEmbeddedServer({ clock });
    return new GoldenWorld(clock, server, await newAgeReader());
  }

  /** The public key for encrypted files. */
  get recipient(): string {
    return this.reader.recipient;
  }

  get api(): EmbeddedServer {
    return this.server;
  }

  /** Moves the API's clock. */
  advance(duration: Duration): void {
    this.clock.advance(duration);
  }

  /** A stack of cdktf, named `publishing`; `declarations` is JavaScript in which `stack` and `app` are there. */
  async cdktfStack(declarations: string, name = "publishing"): Promise<GoldenStack> {
    const program = (text: string): string =>
      [
        `const app = new App();`,
        `const stack = new TerraformStack(app, ${JSON.stringify(name)});`,
        `new KeyturnProvider(stack, "keyturn", { environment: "prod" });`,
        `const recipients = [${JSON.stringify(this.recipient)}];`,
        text,
        `app.synth();`,
      ].join("\n");
    const project = await CdktfProject.create({ program: program(declarations), env: this.#environment });
    this.#projects.push(project);
    const synth = async (): Promise<void> => {
      const { code, output } = await project.synth();
      if (code !== 0) throw new Error(`synth failed:\n${output}`);
    };
    await synth();
    return await this.#stack(project.terraformOf(name), project.stackFolder(name), {
      declare: async (text) => {
        project.writeProgram(program(text));
        await synth();
      },
      configuration: () => project.readStackFile(name, "cdk.tf.json"),
    });
  }

  /** A project in plain HCL. */
  async hclStack(configuration: string): Promise<GoldenStack> {
    const project = await HclProject.create(configuration, this.#environment);
    this.#projects.push(project);
    return await this.#stack(project.terraform(), project.folder, {
      declare: (text) => {
        project.write(text);
        return Promise.resolve();
      },
      configuration: () => undefined,
    });
  }

  /** Renames the key of that name by hand. */
  async rename(name: string, newName: string): Promise<void> {
    await this.#manage("PATCH", `/v1/api-keys/${await this.#idOf(name)}`, { name: newName });
  }

  /** Changes by hand what the key of that name may do. */
  async setScopes(name: string, scopes: readonly string[]): Promise<void> {
    await this.#manage("PATCH", `/v1/api-keys/${await this.#idOf(name)}`, { scopes });
  }

  /** Revokes the key of that name by hand. */
  async revoke(name: string): Promise<void> {
    await this.#manage("DELETE", `/v1/api-keys/${await this.#idOf(name)}`);
  }

  /** Makes a key by hand. */
  async createKey(name: string): Promise<void> {
    await this.#manage("POST", "/v1/api-keys", { name, scopes: ["read"] });
  }

  async close(): Promise<void> {
    for (const project of this.#projects.splice(0)) project.remove();
    await this.server.close();
  }

  get #environment(): Readonly<Record<string, string>> {
    return { KEYTURN_ENDPOINT: this.server.url, KEYTURN_API_KEY: testWorld.managementKey.reveal() };
  }

  async #stack(
    terraform: Terraform,
    folder: string,
    text: { readonly declare: GoldenStack["declare"]; readonly configuration: () => string | undefined },
  ): Promise<GoldenStack> {
    await terraform.init();
    return {
      terraform,
      declare: text.declare,
      apply: async () => {
        await terraform.apply();
      },
      use: async (file = "scheduler.age") => {
        const secret = await this.reader.read(path.join(folder, file));
        const { status } = await callApi(this.server, {
          path: "/v1/pinterest/accounts",
          headers: { "x-api-key": String(secret) },
        });
        if (status !== 200) throw new Error(`the secret in ${file} was answered ${status}`);
      },
      plan: async (...options) => {
        await terraform.run("plan", "-input=false", "-out=plan", ...options);
        const json = JSON.stringify(await terraform.show("plan"));
        return { json, configuration: text.configuration(), plannedAt: this.clock.now() };
      },
    };
  }

  async #manage(method: string, pathName: string, body?: unknown): Promise<unknown> {
    const { status, json } = await callApi(this.server, { method, path: pathName, ...(body ? { body } : {}) });
    if (status >= 300) throw new Error(`${method} ${pathName} was answered ${status}`);
    return json;
  }

  async #idOf(name: string): Promise<string> {
    const keys = (await this.#manage("GET", "/v1/api-keys")) as readonly { id: string; name: string }[];
    const found = keys.find((key) => key.name === name);
    if (!found) throw new Error(`there is no key ${name} among ${keys.map((key) => key.name).join(", ")}`);
    return found.id;
  }
}
