/**
 * The example of a write-only argument under the real Terraform: the secret of a key reaches another provider, exactly when there is a new
 * one, and leaves no trace on the way.
 *
 * All the time Terraform writes its most talkative log, which must not hold a secret at the end.
 */
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { unzipSync } from "fflate";
import { Duration } from "../../src/model/duration";
import { providerPackage } from "../../src/provider";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { CdktfProject } from "../support/cdktf-project";
import { HclProject } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { installLockerProvider, lockerEntries, lockerSource } from "../support/locker-provider/install-locker-provider";
import type { LockerEntry } from "../support/locker-provider/locker-provider";
import { runCommand } from "../support/run";
import { tracesOfSecret } from "../support/secret-traces";
import { temporaryFolder } from "../support/temporary-folder";
import { asOneLine, type Terraform } from "../support/terraform";

jest.setTimeout(240_000);

const root = path.resolve(__dirname, "../..");
const keyAddress = "keyturn_api_key.scheduler";
const entryAddress = "locker_entry.scheduler";
const outside = temporaryFolder();

const example = readFileSync(path.join(root, "examples/write-only/main.tf"), "utf8").replace(
  "VERSION",
  providerPackage().version,
);

let api: KeyApiProcess;
let reader: AgeReader;
let project: HclProject;
let terraform: Terraform;
let place: { readonly file: string; readonly log: string; readonly lockerLog: string };
let environment: Readonly<Record<string, string>>;

beforeEach(async () => {
  api = await KeyApiProcess.start();
  reader = await newAgeReader();
  const folder = path.join(outside, String(performance.now()));
  mkdirSync(folder);
  place = {
    file: path.join(folder, "scheduler.age"),
    log: path.join(folder, "terraform.log"),
    lockerLog: path.join(folder, "locker.log"),
  };
  environment = {
    ...api.environment,
    KEYTURN_AGE_IDENTITY: reader.identity,
    LOCKER_LOG: place.lockerLog,
    LOCKER_PROBE: `${api.url}/v1/pinterest/accounts`,
    TF_VAR_secret_file: place.file,
    TF_VAR_recipient: reader.recipient,
    TF_LOG: "trace",
    TF_LOG_PATH: place.log,
  };
  project = await HclProject.create(example, environment);
  await installLockerProvider(project.folder);
  terraform = project.terraform();
  await terraform.init();
});
afterEach(async () => {
  project.remove();
  await api.end();
});

/** The secret that services read now. */
async function secretNow(): Promise<string> {
  const secret = await reader.read(place.file);
  if (secret === undefined) throw new Error("no secret was delivered");
  return secret;
}

const entryFor = (secret: string, version: number): LockerEntry => ({
  name: "publishing/scheduler-prod",
  version,
  sha256: createHash("sha256").update(secret).digest("hex"),
  status: 200,
});

/** Everything that Terraform has left behind in the project, by name; plan files as what is packed in them. */
function whatIsLeft(): ReadonlyMap<string, string> {
  const files = readdirSync(project.folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && !entry.parentPath.includes("terraform.d") && !entry.parentPath.includes(".terraform"),
    )
    .map((entry) => path.join(entry.parentPath, entry.name));
  const texts = [...files, place.log].flatMap((file): [string, string][] => {
    const content = readFileSync(file);
    if (!file.endsWith(".tfplan")) return [[path.basename(file), content.toString("latin1")]];
    return Object.entries(unzipSync(content)).map(([name, bytes]) => [
      `${path.basename(file)}/${name}`,
      Buffer.from(bytes).toString("latin1"),
    ]);
  });
  return new Map(texts);
}

test("the secret is handed over once for each generation, and is nowhere in what Terraform keeps and prints", async () => {
  // When everything is made in one apply, then the other provider has the secret of the new key
  expect(await terraform.plan("first.tfplan")).toMatchObject([
    { address: keyAddress, actions: ["create"] },
    { address: entryAddress, actions: ["create"], after: { secret_wo: null } },
  ]);
  await terraform.apply("first.tfplan");
  const first = { ...terraform.key(), secret: await secretNow() };
  expect(lockerEntries(place.lockerLog)).toEqual([entryFor(first.secret, first.generation)]);

  // When there is no new secret, then it is not handed over again, whatever else happens
  expect(await terraform.isUpToDate()).toBe(true);
  project.write(example.replace("team-publishing@", "team-operations@"));
  expect(await terraform.plan()).toMatchObject([{ address: keyAddress, actions: ["update"] }]);
  await terraform.apply("plan.tfplan");
  expect(lockerEntries(place.lockerLog)).toHaveLength(1);

  // When the key is due, then the plan shows that the version will move, and the apply hands the new secret over
  await api.advancePast(Duration.days(90));
  expect(await terraform.plan("rotation.tfplan")).toMatchObject([
    { address: keyAddress, actions: ["create", "delete"] },
    { address: entryAddress, actions: ["update"], before: { secret_wo_version: first.generation } },
  ]);
  await terraform.apply("rotation.tfplan");
  const second = { ...terraform.key(), secret: await secretNow() };
  expect(second.secret).not.toBe(first.secret);
  expect(lockerEntries(place.lockerLog).slice(1)).toEqual([entryFor(second.secret, second.generation)]);
  expect(await terraform.isUpToDate()).toBe(true);

  // When the key is rolled back, then the secret of before is handed over again, under its own number
  const command = path.join(root, "dist/bundle/keyturn.js");
  const rollBack = await runCommand(
    process.execPath,
    [command, "rollback", "scheduler-prod", "--dir", project.folder],
    {
      cwd: project.folder,
      env: { ...environment, PATH: process.env["PATH"] ?? "", HOME: project.folder, CHECKPOINT_DISABLE: "1" },
    },
  );
  expect(rollBack).toMatchObject({ code: 0 });
  expect(await secretNow()).toBe(first.secret);
  expect(await terraform.plan("back.tfplan")).toMatchObject([{ address: entryAddress, actions: ["update"] }]);
  await terraform.apply("back.tfplan");
  expect(lockerEntries(place.lockerLog).slice(2)).toEqual([entryFor(first.secret, first.generation)]);

  // Then none of the secrets is in anything that was kept or printed, where everything else is
  const left = whatIsLeft();
  expect([...left.keys()]).toEqual(
    expect.arrayContaining([
      "terraform.tfstate",
      "terraform.tfstate.backup",
      "terraform.log",
      "first.tfplan/tfplan",
      "rotation.tfplan/tfplan",
      "rotation.tfplan/tfstate",
      "back.tfplan/tfplan",
    ]),
  );
  expect(tracesOfSecret(left.get("rotation.tfplan/tfstate") ?? "", first.id)).toContain("raw");
  expect(left.get("terraform.log")).toContain("OpenEphemeralResource");
  const shown = [await terraform.show(), await terraform.show("first.tfplan"), await terraform.show("rotation.tfplan")];
  const all = new Map([...left, ["printed", terraform.transcript], ["show -json", JSON.stringify(shown)]]);
  const found = [first.secret, second.secret, reader.identity, api.managementSecret].flatMap((secret) =>
    [...all].flatMap(([name, text]) => (tracesOfSecret(text, secret).length > 0 ? [name] : [])),
  );
  expect(found).toEqual([]);
});

test("the old key goes only after the other provider has taken the new secret, however long that takes", async () => {
  const settings = `
  overlap_window  = "1s"
  quiet_period    = "1s"
  overlap_wait    = "1m"
  verification    = "time-only"
`;
  project.write(example.replace(`rotation_period = "90d"`, (period) => period + settings));
  await terraform.apply();
  const first = terraform.key();
  await api.advancePast(Duration.days(90));

  const slow = project.terraform({ ...environment, LOCKER_DELAY_MS: "4000" });
  expect(await slow.apply()).toContain("1 added, 1 changed, 1 destroyed");

  const second = terraform.key();
  const requests = await api.requests();
  const taken = requests.findLastIndex(({ path: where, keyId }) => where.endsWith("/accounts") && keyId === second.id);
  const ended = requests.findIndex(({ method, path: where }) => method === "DELETE" && where.endsWith(first.id));
  expect(ended).toBeGreaterThan(taken);
  expect(lockerEntries(place.lockerLog).map(({ status }) => status)).toEqual([200, 200]);
});

describe("what stands in the way is said", () => {
  /** Plans, and gives the error without the frame that Terraform draws. */
  async function errorOfPlan(changes: Readonly<Record<string, string>>): Promise<string> {
    const { code, output } = await project.terraform({ ...environment, ...changes }).run("plan", "-input=false");
    expect(code).toBe(1);
    return asOneLine(output);
  }

  test("where whoever plans may not read the secret, or nothing makes sure that it is there", async () => {
    await terraform.apply();
    expect(await errorOfPlan({ KEYTURN_AGE_IDENTITY: "" })).toContain("set KEYTURN_AGE_IDENTITY_FILE");

    project.write(example.replace(/^ *key_id .*$/m, ""));
    rmSync(place.file);
    const error = await errorOfPlan({});
    expect(error).toContain("holds no secret of scheduler-prod");
    expect(error).toContain("set key_id to its id");
    expect(lockerEntries(place.lockerLog)).toHaveLength(1);
  });

  test("and a secret that is out of date is not handed over", async () => {
    await terraform.apply();
    copyFileSync(place.file, `${place.file}.kept`);
    await api.advancePast(Duration.days(90));
    await terraform.apply();
    copyFileSync(`${place.file}.kept`, place.file);

    expect(await errorOfPlan({})).toContain(`and not that of ${terraform.key().id}`);
    expect(lockerEntries(place.lockerLog)).toHaveLength(2);
  });
});

test("the constructs write the same, and the secret reaches the other provider", async () => {
  const program = `
const app = new App();
const stack = new TerraformStack(app, "publishing");
new KeyturnProvider(stack, "keyturn", { environment: "prod" });
new TerraformProvider(stack, "locker", {
  terraformResourceType: "locker",
  terraformProviderSource: "${lockerSource}",
  terraformGeneratorMetadata: { providerName: "locker" },
});
const key = new ApiKey(stack, "scheduler", {
  service: "scheduler",
  environment: "prod",
  owner: "team-publishing@acme.example",
  scopes: ["read", "write"],
  rotation: { period: Duration.days(90) },
  deliverTo: [
    SecretStore.encryptedFile({ path: ${JSON.stringify(place.file)}, recipients: ["${reader.recipient}"] }),
  ],
});
const { secret, generation } = new ApiKeySecret(stack, "secret", { key });
const entry = new TerraformResource(stack, "entry", {
  terraformResourceType: "locker_entry",
  terraformGeneratorMetadata: { providerName: "locker" },
});
entry.addOverride("name", "publishing/scheduler-prod");
entry.addOverride("secret_wo", secret);
entry.addOverride("secret_wo_version", generation);
app.synth();`;
  const cdktf = await CdktfProject.create({ program, env: environment });
  try {
    expect(await cdktf.synth()).toMatchObject({ code: 0 });
    await installLockerProvider(cdktf.stackFolder("publishing"));
    const stack = cdktf.terraformOf("publishing");
    await stack.init();
    await stack.apply();
    const first = { ...stack.key(), secret: await secretNow() };
    await api.advancePast(Duration.days(90));
    await stack.apply();
    const second = { ...stack.key(), secret: await secretNow() };

    expect(lockerEntries(place.lockerLog)).toEqual([
      entryFor(first.secret, first.generation),
      entryFor(second.secret, second.generation),
    ]);
    expect(await stack.isUpToDate()).toBe(true);
    const state = readFileSync(stack.stateFile, "utf8");
    for (const secret of [first.secret, second.secret]) expect(tracesOfSecret(state, secret)).toEqual([]);
  } finally {
    cdktf.remove();
  }
});
