/**
 * The constructs against the real Terraform and the real provider: it takes what they write, in both forms that cdktf has.
 */
import { CdktfProject } from "../support/cdktf-project";

jest.setTimeout(60_000);

const program = `
const app = new App();
const stack = new TerraformStack(app, "publishing");
const secret = new TerraformVariable(stack, "secret", { type: "string", sensitive: true });
const flag = new TerraformVariable(stack, "flag", { type: "bool", default: false });
const map = new TerraformVariable(stack, "map", { type: "map(string)", default: { a: "b" } });
const service = new TerraformVariable(stack, "service", { type: "string", default: "scheduler" });
new KeyturnProvider(stack, "main", {
  environment: "prod",
  endpoint: "https://api.example.com",
  projectId: "p1",
  login: { email: "a@b.example", password: secret.stringValue },
  requestTimeout: Duration.seconds(10),
  maxRetries: 3,
});
const other = new KeyturnProvider(stack, "other", { alias: "other", apiKey: secret.stringValue });
const deliverTo = [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })];
const plain = { environment: "prod", owner: '"Team" <team@acme.example>', scopes: ["read"], rotation: { period: Duration.days(90) }, deliverTo };
const key = new ApiKey(stack, "full", {
  ...plain,
  service: service.stringValue,
  pinterestAccountIds: ["7b0c5a52-6c0e-4d3e-9f2b-0d1f7a3c9e11"],
  rotation: {
    period: Duration.days(90),
    overlap: Duration.hours(24),
    quietPeriod: Duration.hours(1),
    maxOverlap: Duration.days(7),
    overlapWait: Duration.minutes(5),
    verification: "evidence",
    triggers: { "with space": "[1]", value: "2", empty: "" },
  },
  compromised: "INC-42",
  deletionProtection: true,
  forceRevoke: flag.booleanValue,
  lifecycle: { ignoreChanges: ["owner"] },
});
new ApiKey(stack, "plain", { ...plain, service: "worker", provider: other, dependsOn: [key] });
new ApiKey(stack, "merged", {
  ...plain,
  service: "mailer",
  rotation: { period: Duration.days(90), triggers: Token.asStringMap(map.value) },
});
OwnerEvents.of(app).add({ owner: plain.owner, event: "2026-03-14 Kím 'O' left: $5, 100 % {a} = [b]" });
const each = TerraformIterator.fromList(["a", "b"]);
new ApiKey(stack, "each", { ...plain, service: each.value, forEach: each });
const { keyId, keyName, createdAt, rotateAfter, generation, retiring } = key;
new TerraformOutput(stack, "all", { value: { keyId, keyName, createdAt, rotateAfter, generation, retiring } });
new TerraformOutput(stack, "the-secret", { value: key.secret, sensitive: true });
app.synth();`;

test.each([
  ["JSON", {}],
  ["HCL", { SYNTH_HCL_OUTPUT: "true" }],
])("Terraform accepts every property of the constructs as %s", async (_name, env) => {
  const project = await CdktfProject.create({ program, env });
  try {
    await project.synth();
    await project.terraform("publishing", ["init", "-no-color"]);

    const { output } = await project.terraform("publishing", ["validate", "-no-color"]);

    // cdktf quotes the names in ignore_changes in HCL, which Terraform warns of.
    expect(output).toContain("Success! The configuration is valid");
  } finally {
    project.remove();
  }
});
