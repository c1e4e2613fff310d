/**
 * `keyturn rollback` on what the real Terraform and the real cdktf have deployed, while services read the encrypted file and send requests.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { findTerraform } from "../../scripts/terraform-binary";
import { Duration } from "../../src/model/duration";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { CdktfProject } from "../support/cdktf-project";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { startCommand, type RunResult } from "../support/run";
import { temporaryFolder } from "../support/temporary-folder";
import { until } from "../support/until";

jest.setTimeout(240_000);

const active = "scheduler-prod";
const retiring = "scheduler-prod~retiring~NONCE";
const rolledBack = "scheduler-prod~rolledback~NONCE";

const secrets = temporaryFolder();

let api: KeyApiProcess;
let reader: AgeReader;
let service: FileConsumer;
let file: string;

beforeEach(async () => {
  api = await KeyApiProcess.start();
  reader = await newAgeReader();
  const folder = path.join(secrets, String(performance.now()));
  mkdirSync(folder);
  file = path.join(folder, "scheduler.age");
  service = new FileConsumer();
});
afterEach(async () => {
  await service.stop();
  await api.end();
});

/** Reads the file again for every request, as a service does that was told of a new secret. */
class FileConsumer {
  readonly failures: string[] = [];
  sent = 0;
  #isRunning = true;
  readonly #done = this.#run();

  /** @returns when some more requests have been sent with what is in the file now */
  async rounds(): Promise<void> {
    const before = this.sent;
    await until(() => this.sent >= before + 3);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#done;
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      const secret = await reader.read(file);
      if (secret !== undefined) {
        const answer = await api.use(secret).catch((error: unknown) => String(error));
        this.sent += 1;
        if (answer !== 200) this.failures.push(`request ${this.sent}: ${answer}`);
      }
      await delay(30);
    }
  }
}

/** Runs the built command, as its own process. */
function keyturn(args: readonly string[], cwd: string, terraformBinary: string) {
  const command = path.resolve(__dirname, "../../dist/bundle/keyturn.js");
  const env = {
    ...api.environment,
    PATH: process.env["PATH"] ?? "",
    HOME: secrets,
    CHECKPOINT_DISABLE: "1",
    TERRAFORM_BINARY_NAME: terraformBinary,
  };
  return startCommand(process.execPath, [command, "rollback", ...args], { cwd, env, timeoutMs: 60_000 });
}

function expectSuccess({ code, output }: RunResult): string {
  if (code !== 0) throw new Error(`keyturn rollback ended with ${String(code)}:\n${output}`);
  return output;
}

describe("keyturn rollback with plain Terraform", () => {
  let project: HclProject;
  let terraformBinary: string;

  const configuration = (audit: string): string =>
    hclKey({
      rotation_triggers: `{ audit = "${audit}" }`,
      overlap_window: `"24h"`,
      quiet_period: `"1h"`,
      deliver_to: `[{ encrypted_file = { path = "${file}", recipients = ["${reader.recipient}"] } }]`,
    });

  beforeEach(async () => {
    terraformBinary = await findTerraform();
    project = await HclProject.create(configuration("none"), api.environment);
  });
  afterEach(() => {
    project.remove();
  });

  test("takes services back to the key before, to the end of the one that was rolled back", async () => {
    // Given a key that was rotated, and a service that follows the file
    const terraform = project.terraform();
    await terraform.init();
    await terraform.apply();
    const { id: first } = terraform.key();
    const firstSecret = await reader.read(file);
    await service.rounds();
    project.write(configuration("spring"));
    await terraform.apply();
    const { id: second } = terraform.key();
    await service.rounds();
    const secondSecret = String(await reader.read(file));
    expect(await api.names()).toEqual([active, retiring]);

    // When it is tried, then nothing changes
    const tried = await keyturn([active, "--dry-run", "--json"], project.folder, terraformBinary).result;
    expect(JSON.parse(expectSuccess(tried))).toMatchObject({ outcome: "would-roll-back", active: { id: first } });
    expect(await api.names()).toEqual([active, retiring]);
    expect(await reader.read(file)).toBe(secondSecret);

    // When it is killed after the file, before the names
    await api.setFaults([{ kind: "rate-limit", retryAfterSeconds: 20, method: "PATCH", after: 1, count: "always" }]);
    const killed = keyturn([active], project.folder, terraformBinary);
    await until(async () => (await reader.read(file)) === firstSecret);
    killed.signal("SIGKILL");
    await killed.result;
    await api.setFaults([]);
    expect(await api.names()).toEqual([active, retiring]);
    expect(await terraform.isUpToDate()).toBe(true);
    await service.rounds();

    // Then the next run finishes it, and the next plan is empty and knows the key
    const said = expectSuccess(await keyturn([active], project.folder, terraformBinary).result);
    expect(said).toContain("scheduler-prod was rolled back");
    for (const secret of [String(firstSecret), secondSecret, api.managementSecret]) {
      expect(said + tried.output).not.toContain(secret);
    }
    expect(await api.names()).toEqual([active, rolledBack]);
    expect(await terraform.isUpToDate()).toBe(true);
    await terraform.apply();
    expect(terraform.key()).toMatchObject({ id: first, retiring: [{ id: second }] });
    const again = expectSuccess(await keyturn([active], project.folder, terraformBinary).result);
    expect(again).toContain("had been rolled back already");

    // And the one that was rolled back goes by the usual rules, in a plan that shows it
    await service.rounds();
    expect(await api.use(secondSecret)).toBe(200);
    await api.advancePast(Duration.hours(24));
    await service.rounds();
    const [change, ...more] = await terraform.plan();
    expect(more).toEqual([]);
    expect(change).toMatchObject({ actions: ["update"], after: { id: first, retiring: [] } });
    await terraform.apply("plan.tfplan");
    expect(await api.use(secondSecret)).toBe(401);
    expect(await terraform.isUpToDate()).toBe(true);
    expect(await api.names()).toEqual([active]);

    await service.stop();
    expect(service.failures).toEqual([]);
    expect(service.sent).toBeGreaterThan(20);
  });

  test("is refused before there is a state, and in a folder that is not initialised", async () => {
    const early = await keyturn([active], project.folder, terraformBinary).result;
    expect(early).toMatchObject({ code: 1, stdout: "" });
    expect(early.stderr).toContain(`no state has a key named "scheduler-prod"; looked in ${project.folder}`);

    const text = readFileSync(path.join(project.folder, "main.tf"), "utf8");
    project.write(`${text}\nterraform {\n  backend "local" { path = "elsewhere.tfstate" }\n}\n`);
    rmSync(path.join(project.folder, ".terraform"), { recursive: true, force: true });
    const { code, stderr } = await keyturn([active], project.folder, terraformBinary).result;
    expect(code).toBe(1);
    expect(stripVTControlCharacters(stderr)).toContain("Backend initialization required");
  });
});

describe("keyturn rollback with cdktf", () => {
  const program = (audit: string): string => `
const app = new App();
for (const service of ["scheduler", "worker"]) {
  const stack = new TerraformStack(app, service);
  new KeyturnProvider(stack, "keyturn", { environment: "prod" });
  new ApiKey(stack, "key", {
    service,
    environment: "prod",
    owner: "team@acme.example",
    scopes: ["read"],
    rotation: { period: Duration.days(90), triggers: { audit: service === "scheduler" ? ${JSON.stringify(audit)} : "none" } },
    deliverTo: [SecretStore.encryptedFile({ path: service === "scheduler" ? ${JSON.stringify(file)} : ${JSON.stringify(`${file}.worker`)}, recipients: [${JSON.stringify(reader.recipient)}] })],
  });
}
app.synth();`;

  test("finds the key among all stacks, and the next deployment has nothing to do", async () => {
    const project = await CdktfProject.create({ program: program("none"), env: api.environment });
    try {
      const deploy = async (): Promise<string> => {
        const { code, output } = await project.cdktf(["deploy", "scheduler", "worker", "--auto-approve"]);
        if (code !== 0) throw new Error(output);
        return stripVTControlCharacters(output);
      };
      await deploy();
      const first = project.terraformOf("scheduler").key().id;
      const firstSecret = await reader.read(file);
      await service.rounds();
      project.writeProgram(program("spring"));
      await deploy();
      await service.rounds();
      expect(await reader.read(file)).not.toBe(firstSecret);

      const said = expectSuccess(await keyturn([active], project.folder, project.terraformBinary).result);
      expect(said).toContain(`  active       ${first}`);
      expect(await reader.read(file)).toBe(firstSecret);
      expect(await api.names()).toEqual([active, rolledBack, "worker-prod"]);

      expect(await deploy()).not.toMatch(/[1-9]\d* (added|changed|destroyed)/);
      expect(project.terraformOf("scheduler").key().id).toBe(first);
      await service.stop();
      expect(service.failures).toEqual([]);
    } finally {
      project.remove();
    }
  });
});
