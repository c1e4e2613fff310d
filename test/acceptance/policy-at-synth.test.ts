/**
 * What the author of a stack sees of a policy when the real `cdktf synth` runs: denials as an error, the rest beside the synth.
 */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CdktfProject } from "../support/cdktf-project";

jest.setTimeout(120_000);

const asOneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

const program = (owner: string): string => `
const app = new App();
const stack = new TerraformStack(app, "publishing");
new KeyturnProvider(stack, "keyturn", { environment: "prod" });
KeyPolicies.of(app).add(KeyPolicies.fromFile("keyturn.policy.json"));
new ApiKey(stack, "scheduler", {
  service: "scheduler", environment: "prod", owner: "${owner}", scopes: ["read"], rotation: { period: Duration.days(180) },
  deliverTo: [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })],
});
app.synth();`;

test("cdktf synth fails with what the policy file denies, and prints its warnings once that is corrected", async () => {
  const project = await CdktfProject.create({ program: program("kim@acme.example") });
  const policy = { owners: ["team-*@acme.example"], environments: { prod: { thresholds: { maxPeriod: "90d" } } } };
  try {
    // Given a policy that denies the owner and the period
    const file = path.join(project.folder, "keyturn.policy.json");
    writeFileSync(file, JSON.stringify(policy));

    // When the app is synthesised, then the error says both, and nothing is written
    const denied = await project.cdktf(["synth"]);
    expect(denied.code).toBe(1);
    expect(asOneLine(denied.output)).toContain(
      "the key publishing/scheduler is denied by policy, period-too-long: The rotation period of scheduler-prod is 180d, and at most 90d is allowed.",
    );
    expect(asOneLine(denied.output)).toContain("owner-not-allowed: The owner of scheduler-prod is kim@acme.example.");
    expect(existsSync(project.stackFolder("publishing"))).toBe(false);

    // When both are corrected, then synth goes on, and the warning is printed
    writeFileSync(file, JSON.stringify({ owners: policy.owners }));
    project.writeProgram(program("team-publishing@acme.example"));
    const warned = await project.cdktf(["synth"]);
    expect(warned.code).toBe(0);
    expect(asOneLine(warned.output)).toContain(
      "secret-in-state: The secret of scheduler-prod is delivered to Terraform's state.",
    );
  } finally {
    project.remove();
  }
});
