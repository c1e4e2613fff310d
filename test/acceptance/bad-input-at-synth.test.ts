/**
 * What the author of a stack sees at synth who made a mistake: one error, which names the construct, the property, what was found and
 * what is allowed, and nothing is written. Node and cdktf add the stack to it, which leads to the line of the program.
 */
import { existsSync } from "node:fs";
import { CdktfProject } from "../support/cdktf-project";
import { tracesOfSecret } from "../support/secret-traces";

jest.setTimeout(60_000);

const wrongSecret = "pb_live_this-secret-is-known-to-nobody";

const asOneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

describe("cdktf synth ends with one clear error", () => {
  let project: CdktfProject;

  beforeAll(async () => {
    project = await CdktfProject.create({ program: "" });
  });
  afterAll(() => {
    project.remove();
  });

  /** A program with those props of the provider and the key in place of good ones, and more lines before its synth. */
  const program = (key: string, provider = "", more = ""): string => `
const app = new App();
const stack = new TerraformStack(app, "publishing");
const secret = new TerraformVariable(stack, "secret", { type: "string", sensitive: true });
new KeyturnProvider(stack, "keyturn", { environment: "prod", ${provider} });
new ApiKey(stack, "scheduler", {
  service: "scheduler",
  environment: "prod",
  owner: "team@acme.example",
  scopes: ["read"],
  rotation: { period: Duration.days(90) },
  deliverTo: [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })],
  ${key}
});
${more}
app.synth();`;

  const declaredAgain = `
const again = new TerraformStack(app, "again");
new KeyturnProvider(again, "keyturn", { environment: "prod" });
new ApiKey(again, "scheduler", {
  service: "scheduler",
  environment: "prod",
  owner: "team@acme.example",
  scopes: ["read"],
  rotation: { period: Duration.days(90) },
  deliverTo: [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })],
});`;

  const ofKey = `ApiKey "publishing/scheduler" cannot be made: - `;
  const ofProvider = `KeyturnProvider "publishing/keyturn" cannot be made: - `;

  const rows: readonly (readonly [string, string, string])[] = [
    ["a service with a space", program(`service: "my service"`), `${ofKey}service: got 'my service'; letters, digits`],
    [
      "a name over 255 characters",
      program(`service: "s".repeat(255)`),
      `${ofKey}service: the name made of service and environment has 260 characters; at most 219 are possible`,
    ],
    [
      "an overlap that is longer than the period",
      program("rotation: { period: Duration.days(90), overlap: Duration.days(91) }"),
      `${ofKey}rotation.overlap: the overlap of 91d does not fit into the rotation period of 90d; it must be shorter`,
    ],
    [
      "a period of zero",
      program("rotation: { period: Duration.days(0) }"),
      `${ofKey}rotation.period: the rotation period is 0s; it must be longer than zero, for example 90d`,
    ],
    [
      "a negative period",
      program("rotation: { period: Duration.days(-5) }"),
      `"-5d" is not a duration: it must be a whole number of seconds, from zero to 100 years`,
    ],
    [
      "an unknown unit of time",
      program(`rotation: { period: Duration.parse("90y") }`),
      `"90y" is not a duration: unknown unit "y"; the units are w, d, h, m and s`,
    ],
    [
      "a period that is a text with a unit of its own",
      program(`rotation: { period: "1 hour" }`),
      `${ofKey}rotation.period: got '1 hour'; it must be a Duration, such as Duration.days(90)`,
    ],
    [
      "an overlap that is longer than the longest overlap",
      program("rotation: { period: Duration.days(90), overlap: Duration.days(8), maxOverlap: Duration.days(7) }"),
      `${ofKey}rotation.maxOverlap: the overlap of 8d does not fit into the longest overlap of 7d; it must not be longer`,
    ],
    [
      "a report of a leak without a name",
      program(`compromised: ""`),
      `${ofKey}compromised: got ''; name the report of the leak, such as INC-42, or leave it out`,
    ],
    ["scopes that are a text", program(`scopes: "read"`), `${ofKey}scopes: got 'read'; write a list: ["read"]`],
    [
      "a provider that is a text",
      program(`provider: "prod"`),
      `${ofKey}provider: got 'prod'; pass the KeyturnProvider itself`,
    ],
    [
      "a key without props",
      program("", "", `new ApiKey(stack, "worker");`),
      `ApiKey "publishing/worker" cannot be made: - its properties are missing; write them as an object`,
    ],
    [
      "two providers without an alias",
      program("", "", `new KeyturnProvider(stack, "second");`),
      "publishing/keyturn and publishing/second are both KeyturnProviders with no alias; give each but one its own alias",
    ],
    [
      "a key that two stacks declare",
      program("", "", declaredAgain),
      "the key scheduler-prod is declared twice, by publishing/scheduler and again/scheduler; each would revoke the other's",
    ],
    [
      "an event of an owner that no key has",
      program("", "", `OwnerEvents.of(app).add({ owner: "taem@acme.example", event: "2026-03-14 Kim left" });`),
      `the owner event "2026-03-14 Kim left" is for "taem@acme.example", but no key in the app has that owner; the owners are "team@acme.example"`,
    ],
    ["no scopes", program("scopes: []"), `${ofKey}scopes: got []; name at least one scope`],
    [
      "a missing consent to a secret in the state",
      program("deliverTo: [SecretStore.terraformState({})]"),
      "pass { iUnderstandTheSecretIsInState: true } if that is wanted",
    ],
    [
      "a key of another environment than its provider's",
      program(`environment: "staging"`),
      `the key publishing/scheduler is for the environment "staging", but its provider publishing/keyturn is for "prod"`,
    ],
    [
      "a credential in the code",
      program("", `apiKey: "${wrongSecret}"`),
      `${ofProvider}apiKey: a secret in code ends up in cdk.tf.json; leave it out and set the environment variable KEYTURN_API_KEY`,
    ],
    [
      "two credentials",
      program("", "apiKey: secret.stringValue, token: secret.stringValue"),
      `${ofProvider}apiKey: apiKey and token are given, but one credential is enough; choose one`,
    ],
  ];

  test.each(rows)("for %s", async (_name, source, words) => {
    project.writeProgram(source);
    const result = await project.synth();

    expect(result.code).toBe(1);
    expect(asOneLine(result.output)).toContain(words);
    expect(result.output.match(/Error: /g)).toHaveLength(1);
    expect(result.output).toContain(`${project.folder}/main.js:`);
    expect(tracesOfSecret(result.output, wrongSecret)).toEqual([]);
    expect(existsSync(project.stackFolder("publishing"))).toBe(false);
  });

  test("which the cdktf CLI passes on", async () => {
    const [, source, words] = rows[0] ?? ["", "", ""];
    project.writeProgram(source);

    const { code, output } = await project.cdktf(["synth"]);

    expect(code).toBe(1);
    expect(asOneLine(output)).toContain(words);
    expect(existsSync(project.stackFolder("publishing"))).toBe(false);
  });
});
