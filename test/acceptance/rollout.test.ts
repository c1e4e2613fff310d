/**
 * Rotations by a changed trigger, with a rollout of the services between the new key and the end of the old one.
 *
 * The command looks for itself: it tries every secret that is in the state at that moment, and writes down what it saw.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Duration } from "../../src/model/duration";
import { CdktfProject } from "../support/cdktf-project";
import { textMatching } from "../support/expectations";
import { KeyApiProcess } from "../support/key-api-process";
import { installNullProvider } from "../support/null-provider/install-null-provider";
import type { Terraform } from "../support/terraform";

jest.setTimeout(180_000);

/** The version that the class of `@cdktf/provider-null` asks for. */
const nullVersion = "3.2.4";

/** Fits into an apply. */
const shortOverlap = Duration.seconds(3);

/** Tries the secrets in the state, and fails after that if a file says so. */
const observer = `
const { appendFileSync, existsSync, readFileSync } = require("node:fs");
(async () => {
  const { resources } = JSON.parse(readFileSync(process.env.STATE_FILE, "utf8"));
  const { instances } = resources.find(({ type }) => type === "keyturn_api_key");
  const seen = [];
  // A rollout takes a while. Uses within the second in which keyturn has tried the secret itself do not count as a service's.
  if (instances.length > 1) await new Promise((resolve) => setTimeout(resolve, 2500));
  for (const { deposed, attributes } of instances) {
    const headers = { "x-api-key": attributes.secret };
    const { status } = await fetch(process.env.KEYTURN_ENDPOINT + "/v1/pinterest/accounts", { headers });
    seen.push({ key: deposed === undefined ? "new" : "old", status });
  }
  appendFileSync("seen.txt", JSON.stringify(seen) + "\\n");
  process.exitCode = existsSync("fail") ? 1 : 0;
})();`;

/** A program with one key that is rotated by a trigger, and the rollout of the service that uses it. */
const program = (staffing: string, overlap: Duration): string => `
const path = require("node:path");
const app = new App();
const stack = new TerraformStack(app, "publishing");
new KeyturnProvider(stack, "keyturn", { environment: "prod" });
new NullProvider(stack, "null");
const key = new ApiKey(stack, "scheduler", {
  service: "scheduler",
  environment: "prod",
  owner: "team@acme.example",
  scopes: ["read"],
  rotation: {
    period: Duration.days(90),
    overlap: Duration.parse("${overlap}"),
    quietPeriod: Duration.seconds(1),
    overlapWait: Duration.seconds(30),
    triggers: { staffing: "${staffing}" },
  },
  deliverTo: [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })],
});
new Rollout(stack, "rollout", {
  key,
  command: [process.execPath, "observe.js"],
  environment: { STATE_FILE: path.resolve("terraform.publishing.tfstate") },
  workingDirectory: __dirname,
});
app.synth();`;

describe("a key with a rollout", () => {
  let api: KeyApiProcess;
  let project: CdktfProject;
  let terraform: Terraform;

  beforeEach(async () => {
    api = await KeyApiProcess.start();
    project = await CdktfProject.create({
      program: program("2026-03", shortOverlap),
      env: api.environment,
      deliversToState: true,
    });
    writeFileSync(path.join(project.folder, "observe.js"), observer);
    terraform = project.terraformOf("publishing");
    await project.synth();
    await installNullProvider(project.stackFolder("publishing"), nullVersion);
    await terraform.init();
    expect(await terraform.apply()).toContain("2 added");
    expect(observations()).toEqual([[{ key: "new", status: 200 }]]);
  });
  afterEach(async () => {
    project.remove();
    await api.end();
  });

  /** What each run of the command saw. */
  function observations(): unknown[] {
    const lines = readFileSync(path.join(project.folder, "seen.txt"), "utf8").trim().split("\n");
    return lines.map((line) => JSON.parse(line) as unknown);
  }

  async function changeTrigger(overlap: Duration): Promise<void> {
    project.writeProgram(program("2026-04 Kim left", overlap));
    await project.synth();
  }

  test("is rotated when a trigger changes: new key, then the command while both keys work, then the old key's end", async () => {
    const old = terraform.key();
    await changeTrigger(shortOverlap);

    expect(await terraform.plan()).toMatchObject([
      { address: "keyturn_api_key.scheduler", actions: ["create", "delete"], replacePaths: [["rotation_triggers"]] },
      { address: textMatching(/^null_resource\.rollout_command_/), replacePaths: [["triggers"]] },
    ]);
    expect(await terraform.apply("plan.tfplan")).toContain("2 added, 0 changed, 2 destroyed");

    const seen = observations().at(-1);
    expect(seen).toHaveLength(2);
    expect(seen).toEqual(
      expect.arrayContaining([
        { key: "old", status: 200 },
        { key: "new", status: 200 },
      ]),
    );
    const { id, secret } = terraform.key();
    expect(await orderOf({ oldId: old.id, newId: id })).toEqual(["created", "both used", "old revoked"]);
    expect([await api.use(String(old.secret)), await api.use(String(secret))]).toEqual([401, 200]);
    expect(await terraform.isUpToDate()).toBe(true);
  });

  /** What the API saw of a rotation, in order. */
  async function orderOf({ oldId, newId }: { oldId: string; newId: string }): Promise<readonly string[]> {
    const requests = await api.requests();
    const lastUse = (id: string) =>
      requests.findLastIndex(({ path, keyId }) => path === "/v1/pinterest/accounts" && keyId === id);
    const events = {
      created: requests.findLastIndex(({ method, path }) => method === "POST" && path === "/v1/api-keys"),
      "both used": Math.min(lastUse(oldId), lastUse(newId)),
      "old revoked": requests.findIndex(({ method, path }) => method === "DELETE" && path.endsWith(oldId)),
    };
    expect(Object.values(events)).not.toContain(-1);
    return Object.entries(events)
      .sort(([, a], [, b]) => a - b)
      .map(([name]) => name);
  }

  test("keeps the old key when the command fails, and ends it by the usual rules after the command has succeeded", async () => {
    const old = terraform.key();
    await changeTrigger(Duration.hours(1));
    writeFileSync(path.join(project.folder, "fail"), "");
    expect(await terraform.run("apply", "-auto-approve")).toMatchObject({ code: 1 });
    expect(await api.names()).toEqual(["scheduler-prod", "scheduler-prod~retiring~NONCE"]);
    expect(await api.use(String(old.secret))).toBe(200);

    writeFileSync(path.join(project.folder, "observe.js"), observer.replace(`existsSync("fail")`, "false"));
    expect(await terraform.apply()).toContain("Warning: The replaced key still works");
    expect(observations().at(-1)).toHaveLength(2);
    expect(await terraform.isUpToDate()).toBe(true);

    await api.use(String(terraform.key().secret));
    await api.advancePast(Duration.hours(1));
    expect(await terraform.plan()).toMatchObject([{ actions: ["update"], after: { retiring: [] } }]);
    await terraform.apply("plan.tfplan");
    expect(await api.names()).toEqual(["scheduler-prod"]);
    expect(await terraform.isUpToDate()).toBe(true);
  });
});
