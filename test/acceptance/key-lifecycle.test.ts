/**
 * A key from its first plan to its end, declared with the constructs, under the real Terraform and on a real key API.
 *
 * All the time Terraform writes its most talkative log, which must not hold a secret at the end.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Duration } from "../../src/model/duration";
import { CdktfProject } from "../support/cdktf-project";
import { Consumer, secretInState } from "../support/consumer";
import { KeyApiProcess } from "../support/key-api-process";
import { tracesOfSecret } from "../support/secret-traces";
import { temporaryFolder } from "../support/temporary-folder";
import { changedAttributes, type Terraform } from "../support/terraform";

jest.setTimeout(180_000);

const address = "keyturn_api_key.scheduler";
const logFile = path.join(temporaryFolder(), "terraform.log");

/** A program with one key, whose overlap fits into an apply. */
const program = (more = ""): string => `
const app = new App();
const stack = new TerraformStack(app, "publishing");
new KeyturnProvider(stack, "keyturn", { environment: "prod" });
const key = new ApiKey(stack, "scheduler", {
  service: "scheduler",
  environment: "prod",
  owner: "team@acme.example",
  scopes: ["read", "write"],
  rotation: {
    period: Duration.days(90),
    overlap: Duration.seconds(4),
    quietPeriod: Duration.seconds(2),
    overlapWait: Duration.minutes(1),
  },
  deliverTo: [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })],
});
new TerraformOutput(stack, "secret", { value: key.secret, sensitive: true });
${more}
app.synth();`;

describe("a key that is declared with the constructs", () => {
  let api: KeyApiProcess;
  let project: CdktfProject;
  let terraform: Terraform;

  beforeAll(async () => {
    api = await KeyApiProcess.start();
    const env = { ...api.environment, TF_LOG: "trace", TF_LOG_PATH: logFile };
    project = await CdktfProject.create({ program: program(), env, deliversToState: true });
    terraform = project.terraformOf("publishing");
  });
  afterAll(async () => {
    project.remove();
    await api.end();
  });

  test("is created, rotated under traffic, adopted again and destroyed, and its secrets stay where they belong", async () => {
    // Given a workspace with keys of others, some of which look like ours
    for (const name of ["dashboard", "scheduler-staging", "scheduler-prod-old", "scheduler-prod~retired~1"]) {
      await api.createForeignKey(name);
    }
    const foreignKeys = await api.keys();

    // When the stack is planned and applied, then the key exists and there is nothing more to do
    await project.synth();
    await terraform.init();
    expect(await terraform.plan()).toMatchObject([{ address, actions: ["create"] }]);
    expect(await terraform.apply("plan.tfplan")).toContain("1 added, 0 changed, 0 destroyed");
    const first = terraform.key();
    expect(await api.use(String(first.secret))).toBe(200);
    expect(await terraform.isUpToDate()).toBe(true);

    // When the period is over, then the plan shows a replacement for that reason, and hides the secret
    const consumer = new Consumer(api, secretInState(terraform.stateFile));
    await api.advancePast(Duration.days(90));
    expect(await terraform.plan()).toMatchObject([
      { address, actions: ["create", "delete"], replacePaths: [["rotate_after"]] },
    ]);
    expect(await terraform.show("plan.tfplan")).toMatchObject({
      resource_changes: [{ change: { before_sensitive: { secret: true }, after_sensitive: { secret: true } } }],
      prior_state: { values: { root_module: { resources: [{ sensitive_values: { secret: true } }] } } },
    });

    // When it is applied while a service sends traffic, then the old key is revoked in the same run, and no request fails
    expect(await terraform.apply("plan.tfplan")).toContain("1 added, 0 changed, 1 destroyed");
    const second = terraform.key();
    const { failures, secrets } = await consumer.stop();
    expect(failures).toEqual([]);
    expect(secrets).toEqual([first.secret, second.secret]);
    expect(second.generation).toBeGreaterThan(first.generation);
    expect([await api.use(String(first.secret)), await api.use(String(second.secret))]).toEqual([401, 200]);
    expect(await terraform.isUpToDate()).toBe(true);

    const stateText = readFileSync(terraform.stateFile, "utf8");

    // When the state is lost and the key imported by its id, then the plan only tells the state what is declared
    await terraform.forget(address);
    await terraform.succeed("import", address, second.id);
    const [adoption, ...more] = await terraform.plan();
    expect(more).toEqual([]);
    expect(adoption).toMatchObject({ address, actions: ["update"] });
    expect(changedAttributes(adoption)).toEqual(declaredAttributes);
    await terraform.apply("plan.tfplan");
    expect(terraform.key()).toMatchObject({ id: second.id, secret: null });
    expect(await terraform.isUpToDate()).toBe(true);

    // When it is lost once more and imported by its name, by the program itself, then the same happens in one step
    await terraform.forget(address);
    project.writeProgram(program(`key.importFrom("scheduler-prod");`));
    await project.synth();
    const [importing, ...others] = await terraform.plan();
    expect(others).toEqual([]);
    expect(importing).toMatchObject({ address, actions: ["update"], importedBy: "scheduler-prod" });
    expect(changedAttributes(importing)).toEqual(declaredAttributes);
    expect(await terraform.apply("plan.tfplan")).toContain("1 imported, 0 added, 1 changed, 0 destroyed");
    expect(terraform.key().id).toBe(second.id);
    expect(await terraform.isUpToDate()).toBe(true);
    expect(await api.use(String(second.secret))).toBe(200);

    // When all is to be destroyed right after a use, then nothing happens
    const refused = await terraform.run("destroy", "-auto-approve");
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("Error: The key may be in use");
    expect(await api.use(String(second.secret))).toBe(200);

    // When it has gone quiet, also for an API that notes uses by the day, then only the keys of others are left, and they are as they were
    await api.advancePast(Duration.seconds(86_410));
    expect(await terraform.succeed("destroy", "-auto-approve")).toContain("1 destroyed");
    expect(await api.keys()).toEqual(foreignKeys);

    // Then no secret is in what Terraform and the provider have printed and logged; where one is, the search does find it
    expect(tracesOfSecret(stateText, String(second.secret))).toEqual(["raw"]);
    // As an output and as an attribute, at places that need not fall on the same byte of a group.
    expect(tracesOfSecret(Buffer.from(stateText).toString("base64"), String(second.secret))).not.toEqual([]);
    const log = readFileSync(logFile, "utf8");
    expect(log).toContain("provider.terraform-provider-keyturn");
    for (const secret of [...secrets, api.managementSecret]) {
      expect(tracesOfSecret(terraform.transcript, secret)).toEqual([]);
      expect(tracesOfSecret(log, secret)).toEqual([]);
    }
  });
});

/** What a key in the API cannot say of itself. */
const declaredAttributes = [
  "deliver_to",
  "environment",
  "overlap_wait",
  "overlap_window",
  "owner",
  "quiet_period",
  "rotate_after",
  "rotation_period",
  "service",
];
