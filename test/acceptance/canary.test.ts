/**
 * The watch over the secrets can fail: the real Terraform leaks a secret of the real embedded API wherever one can be, and it is found there.
 *
 * A file of tests that leaks is run by a Jest of its own, with the settings of this one, to see that it is the file that fails.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Canary } from "../support/canary/canary";
import { replaceCanary } from "../support/canary/current-canary";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { runCommand } from "../support/run";
import { temporaryFolder } from "../support/temporary-folder";

jest.setTimeout(180_000);

const root = path.resolve(__dirname, "../..");
const secret = "nonsensitive(keyturn_api_key.scheduler.secret)";

/** A key in the state, and all that a careless project may do with it. */
const leaking = (audit: string): string => `
${hclKey({ rotation_triggers: `{ audit = "${audit}" }`, overlap_window: `"24h"` })}
output "careless" { value = ${secret} }
resource "terraform_data" "careless" {
  triggers_replace = keyturn_api_key.scheduler.id
  provisioner "local-exec" {
    environment = { KEY = ${secret}, PART = substr(${secret}, 20, 16) }
    command     = <<-END
      printf %s "$PART" > "$TMPDIR/part"
      printf %s "$KEY" | base64 --wrap 0 > "$TMPDIR/report"
      echo "$KEY" >&2
      echo "$KEY" >> "$TF_LOG_PATH"
    END
  }
}`;

/** Lets the real Terraform rotate a leaking key under a watch of its own. @returns what that finds, each with KEY for the key, and the log */
async function watchLeaks(deliversToState: boolean): Promise<{ found: readonly string[]; log: string }> {
  const canary = new Canary();
  const outer = replaceCanary(canary);
  const api = await KeyApiProcess.start();
  const project = await HclProject.create(leaking("none"), api.environment, { deliversToState });
  try {
    const terraform = project.terraform();
    await terraform.init();
    await terraform.apply();
    project.write(leaking("spring"));
    await terraform.plan();
    await terraform.apply("plan.tfplan");
    await terraform.show();
    const log = readFileSync(String(canary.variables["TF_LOG_PATH"]), "utf8");
    const ids = (await api.keys()).map(({ id }) => id);
    project.remove();
    await api.end();
    const found = canary.finish();
    const named = found.map((each) => ids.reduce((text, id) => text.replace(id, "KEY"), each));
    return { found: [...new Set(named)].sort(), log };
  } finally {
    replaceCanary(outer);
  }
}

const outsideOfState = [
  "stdout of terraform apply -no-color -input=false -auto-approve: the secret of KEY, raw",
  "stdout of terraform apply -no-color -input=false plan.tfplan: the secret of KEY, raw",
  "stdout of terraform plan -no-color -input=false -out=plan.tfplan: the secret of KEY, raw",
  "tmp/part: the secret of KEY, in part, raw",
  "tmp/report: the secret of KEY, base64 after 0 bytes",
  "trace.log: the secret of KEY, raw",
];

test("a secret is found wherever the real Terraform has left it", async () => {
  const { found, log } = await watchLeaks(false);
  expect(found).toEqual(
    expect.arrayContaining([
      ...outsideOfState,
      "plan.tfplan!tfplan: the secret of KEY, raw",
      "plan.tfplan!tfstate: the secret of KEY, raw",
      "stdout of terraform show -json plan.tfplan: the secret of KEY, raw",
      "stdout of terraform show -json: the secret of KEY, raw",
      "terraform.tfstate.backup: the secret of KEY, raw",
      "terraform.tfstate: the secret of KEY, raw",
    ]),
  );
  // Both the core and the provider have logged all that they log.
  expect(log).toMatch(/\[TRACE\] statemgr/);
  expect(log).toMatch(/\[TRACE\] provider\.terraform-provider-keyturn/);
});

test("that it is delivered to the state excuses the state, and nothing else", async () => {
  expect((await watchLeaks(true)).found).toEqual(outsideOfState);
});

describe("a file of tests", () => {
  const folder = path.join(temporaryFolder(), "acceptance");

  /** Runs a file of tests that does this with the secret of a key, and with a folder that the watch knows. */
  async function runTests(body: string): Promise<{ code: number | null; said: string }> {
    mkdirSync(folder, { recursive: true });
    const support = JSON.stringify(path.join(root, "test/support"));
    writeFileSync(
      path.join(folder, "careless.test.ts"),
      `const { KeyApiProcess } = require(${support} + "/key-api-process");
       const { temporaryFolder } = require(${support} + "/temporary-folder");
       const folder = temporaryFolder();
       test("something else", async () => {
         const api = await KeyApiProcess.start();
         await api.createForeignKey("scheduler-prod");
         const [{ secret }] = api.minted().filter(({ use }) => use === "services");
         ${body}
         await api.end();
       });`,
    );
    const { jest: settings } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { jest: object };
    const config = JSON.stringify({ ...settings, rootDir: root, roots: [folder] });
    const { code, output } = await runCommand(
      process.execPath,
      [path.join(root, "node_modules/jest/bin/jest.js"), "--config", config, "--runInBand", "--ci"],
      { cwd: folder, env: { PATH: process.env["PATH"] ?? "", HOME: folder }, timeoutMs: 120_000 },
    );
    return { code, said: output };
  }

  test("passes if it keeps its secrets, and parts of 15 characters are no secret", async () => {
    const { code, said } = await runTests(`require("fs").writeFileSync(folder + "/part", secret.slice(10, 25));`);
    expect(said).toContain("1 passed");
    expect(code).toBe(0);
  });

  test("fails if it leaves 16 characters of one, whatever its own tests say, and does not print them", async () => {
    const { code, said } = await runTests(`require("fs").writeFileSync(folder + "/part", secret.slice(10, 26));
      require("fs").writeFileSync(${JSON.stringify(folder)} + "/known", secret);`);
    expect(said).toMatch(/part: the secret of \S+, in part, raw/);
    expect(said).toMatch(/Test Suites: 1 failed/);
    expect(code).toBe(1);
    const leaked = readFileSync(path.join(folder, "known"), "utf8");
    writeFileSync(path.join(folder, "known"), "");
    expect(leaked).toHaveLength(51);
    expect(said).not.toContain(leaked.slice(10, 26));
  });

  test("fails if a secret was minted that is not on record", async () => {
    const { code, said } = await runTests(`require("fs").writeFileSync(api.record.file, "");`);
    expect(said).toMatch(/the secret of \S+ was not recorded/);
    expect(code).toBe(1);
  });
});
