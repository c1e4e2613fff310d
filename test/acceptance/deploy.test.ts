/**
 * Keys that are deployed with the real cdktf CLI, with no flag beyond the approval and with cdktf's own plugin cache.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { CdktfProject } from "../support/cdktf-project";
import { KeyApiProcess } from "../support/key-api-process";

jest.setTimeout(180_000);

/** A program with a stack, and in it a key, for each service. */
const program = (services: readonly string[]): string => `
const app = new App();
for (const service of ${JSON.stringify(services)}) {
  const stack = new TerraformStack(app, service);
  new KeyturnProvider(stack, "keyturn", { environment: "prod" });
  new ApiKey(stack, "key", {
    service,
    environment: "prod",
    owner: "team@acme.example",
    scopes: ["read"],
    rotation: { period: Duration.days(90) },
    deliverTo: [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })],
  });
}
app.synth();`;

describe("cdktf deploy", () => {
  let api: KeyApiProcess;
  let project: CdktfProject;

  beforeEach(async () => {
    api = await KeyApiProcess.start();
    project = await CdktfProject.create({
      program: program(["scheduler"]),
      env: api.environment,
      deliversToState: true,
    });
  });
  afterEach(async () => {
    project.remove();
    await api.end();
  });

  async function succeed(...args: readonly string[]): Promise<string> {
    const { code, output } = await project.cdktf(args);
    if (code !== 0) throw new Error(`cdktf ${args.join(" ")} ended with ${String(code)}:\n${output}`);
    return stripVTControlCharacters(output);
  }

  test("creates a key from nothing, and has nothing to do the second time", async () => {
    await succeed("deploy", "--auto-approve");

    const { id, secret } = project.terraformOf("scheduler").key();
    expect(await api.keys()).toMatchObject([{ id, name: "scheduler-prod" }]);
    expect(await api.use(String(secret))).toBe(200);
    expect(await succeed("deploy", "--auto-approve")).toContain("0 added, 0 changed, 0 destroyed");
    expect(await api.keys()).toMatchObject([{ id }]);
  });

  test("keeps two stacks apart: one goes on when the other is taken out of the program", async () => {
    project.writeProgram(program(["scheduler", "worker"]));
    await succeed("deploy", "scheduler", "worker", "--auto-approve");
    expect(await api.names()).toEqual(["scheduler-prod", "worker-prod"]);
    expect(existsSync(path.join(project.home, ".terraform.d/plugin-cache/keyturn.internal"))).toBe(true);

    project.writeProgram(program(["scheduler"]));
    expect(await succeed("diff", "scheduler")).toContain("No changes. Your infrastructure matches the configuration.");
    expect(existsSync(project.stackFolder("worker"))).toBe(false);
    expect(await api.names()).toEqual(["scheduler-prod", "worker-prod"]);
  });
});
