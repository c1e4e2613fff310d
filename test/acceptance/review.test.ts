/**
 * `keyturn review` on what the real `cdktf diff` has left, as a reviewer runs it.
 */
import path from "node:path";
import { CdktfProject } from "../support/cdktf-project";
import { KeyApiProcess } from "../support/key-api-process";
import { runCommand, type RunResult } from "../support/run";

jest.setTimeout(180_000);

const program = `
const app = new App();
for (const [name, owner] of [["publishing", "team@acme.example"], ["analytics", "kim@acme.example"]]) {
  const stack = new TerraformStack(app, name);
  new KeyturnProvider(stack, "keyturn", { environment: "prod" });
  new ApiKey(stack, "key", {
    service: name, environment: "prod", owner, scopes: ["read"], rotation: { period: Duration.days(90) },
    deliverTo: [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })],
  });
}
app.synth();`;

const keyturn = path.resolve(__dirname, "../../dist/bundle/keyturn.js");

test("the plans that cdktf diff saves are reviewed together, by the constructs' own names", async () => {
  const api = await KeyApiProcess.start();
  const project = await CdktfProject.create({ program, env: api.environment, deliversToState: true });
  const review = async (...words: readonly string[]): Promise<RunResult> =>
    await runCommand(process.execPath, [keyturn, "review", ...words], {
      cwd: project.folder,
      env: { PATH: process.env["PATH"] ?? "", HOME: project.home, TERRAFORM_BINARY_NAME: project.terraformBinary },
    });
  try {
    // Given one stack that was planned, and one that was not
    expect((await project.cdktf(["diff", "publishing"])).code).toBe(0);
    expect(await review()).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("no plan of analytics") as string,
    });
    expect((await review("publishing", "--detailed-exitcode")).code).toBe(2);

    // When the other is planned, too
    expect((await project.cdktf(["diff", "analytics"])).code).toBe(0);
    const { code, stdout, stderr } = await review();

    // Then both are in one report
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("2 keys: 2 are created. No service loses access. 2 warnings.");
    for (const stack of ["publishing", "analytics"]) {
      expect(stdout).toContain(`at       construct ${stack}/key, keyturn_api_key.key, stack ${stack}`);
    }
  } finally {
    project.remove();
    await api.end();
  }
});
