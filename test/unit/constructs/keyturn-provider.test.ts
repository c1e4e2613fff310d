import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { TerraformStack, TerraformVariable, Testing, type App } from "cdktf";
import { KeyturnProvider } from "../../../src/constructs/keyturn-provider";
import type * as installation from "../../../src/constructs/provider-installation";
import { installProvider } from "../../../src/constructs/provider-installation";
import { Duration } from "../../../src/model/duration";
import { KeyturnError } from "../../../src/model/error";
import { emptyStack, messageOf, synthesise } from "../../support/stack";

jest.mock("../../../src/provider/schema/provider-package", () =>
  jest.requireActual<object>("../../support/stub-provider-package"),
);

jest.mock("../../../src/constructs/provider-installation", () => {
  const actual = jest.requireActual<typeof installation>("../../../src/constructs/provider-installation");
  return { installProvider: jest.fn(actual.installProvider) };
});

describe("the configuration of a provider", () => {
  const configurationOf = (stack: TerraformStack): unknown => synthesise(stack).provider?.["keyturn"];

  test("asks for exactly the version in this package, at the address that nobody can publish to", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");

    expect(synthesise(stack).terraform.required_providers).toEqual({
      keyturn: { source: "keyturn.internal/keyturn/keyturn", version: "1.2.3-stub" },
    });
    expect(configurationOf(stack)).toEqual([{}]);
  });

  test("has every setting that was given", () => {
    const stack = emptyStack();
    const secret = new TerraformVariable(stack, "password", { type: "string", sensitive: true }).stringValue;
    new KeyturnProvider(stack, "keyturn", {
      environment: "prod",
      endpoint: "https://api.example.com",
      alias: "main",
      projectId: "p1",
      login: { email: "a@b.example", password: secret },
      requestTimeout: Duration.seconds(10),
      maxRetries: 0,
    });

    expect(configurationOf(stack)).toEqual([
      {
        environment: "prod",
        endpoint: "https://api.example.com",
        alias: "main",
        project_id: "p1",
        login: { email: "a@b.example", password: "${var.password}" },
        request_timeout: "10s",
        max_retries: 0,
      },
    ]);
  });

  test.each(["apiKey", "token"] as const)("takes the value of a variable as %s", (name) => {
    const stack = emptyStack();
    const secret = new TerraformVariable(stack, "secret", { type: "string", sensitive: true }).stringValue;
    new KeyturnProvider(stack, "keyturn", { [name]: secret });

    expect(JSON.stringify(configurationOf(stack))).toContain("${var.secret}");
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      "a key in code",
      { apiKey: "pb_live_leaked" },
      "apiKey: a secret in code ends up in cdk.tf.json; leave it out and set the environment variable KEYTURN_API_KEY",
    ],
    ["a token in code", { token: "leaked" }, "set the environment variable KEYTURN_TOKEN"],
    ["a password in code", { login: { email: "a@b.example", password: "leaked" } }, "login.password: a secret in code"],
    ["a login without a password", { login: { email: "a@b.example" } }, "login.password: "],
    ["a password in the address", { endpoint: "https://me:leaked@api.example.com" }, "leave them out"],
    [
      "an address of another kind",
      { endpoint: "ftp://api.example.com" },
      "endpoint: got 'ftp://api.example.com'; write an address",
    ],
    ["an address without a scheme", { endpoint: "api.example.com" }, "endpoint: got 'api.example.com'"],
    ["an environment with a space", { environment: "my prod" }, "environment: got 'my prod'; letters"],
    ["an empty alias", { alias: "" }, "alias: got ''"],
    [
      "a timeout of zero",
      { requestTimeout: Duration.seconds(0) },
      "requestTimeout: got 0s; it must be longer than zero",
    ],
    ["a timeout that is a number", { requestTimeout: 30 }, "requestTimeout: got 30; a number has no unit"],
    ["too many retries", { maxRetries: 21 }, "maxRetries: got 21; write a whole number from 0 to 20"],
    ["half a retry", { maxRetries: 0.5 }, "maxRetries: got 0.5"],
    ["a misspelt property", { apikey: "leaked" }, `there is no property "apikey"`],
  ])("is refused for %s", (_name, props, expected) => {
    const make = (): KeyturnProvider => new KeyturnProvider(emptyStack(), "keyturn", props);

    expect(messageOf(make)).toContain(expected);
    expect(messageOf(make)).not.toContain("leaked");
    expect(make).toThrow(KeyturnError);
  });

  test("is refused for a text in place of the props, without showing it", () => {
    const make = (): unknown => Reflect.construct(KeyturnProvider, [emptyStack(), "keyturn", "pb_live_leaked"]);

    expect(messageOf(make)).toContain("its properties are missing; write them as an object");
    expect(messageOf(make)).not.toContain("leaked");
  });

  test("is refused with two credentials", () => {
    const stack = emptyStack();
    const secret = new TerraformVariable(stack, "secret", { type: "string", sensitive: true }).stringValue;

    expect(messageOf(() => new KeyturnProvider(stack, "keyturn", { apiKey: secret, token: secret }))).toContain(
      "apiKey and token are given, but one credential is enough",
    );
  });
});

describe("several providers in a stack", () => {
  test.each<[string, object, string]>([
    ["no alias", {}, "with no alias"],
    ["one alias", { alias: "other" }, `with the alias "other"`],
  ])("are refused if two of them have %s", (_name, props, expected) => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "one", props);
    new KeyturnProvider(stack, "two", props);

    const message = messageOf(() => synthesise(stack));
    expect(message).toContain(
      `publishing/one and publishing/two are both KeyturnProviders ${expected}; give each but one`,
    );
    expect(message.match(/both KeyturnProviders/g)).toHaveLength(1);
  });

  test("are fine if one of them has an alias", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "one");
    new KeyturnProvider(stack, "two", { alias: "two" });

    expect(() => synthesise(stack)).not.toThrow();
  });
});

describe("the installation at synth", () => {
  let folder: string;
  let configuration: string;
  const variableBefore = process.env["TF_CLI_CONFIG_FILE"];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "configuration-"));
    configuration = path.join(folder, "terraform.rc");
    process.env["TF_CLI_CONFIG_FILE"] = configuration;
    jest.mocked(installProvider).mockClear();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    if (variableBefore === undefined) delete process.env["TF_CLI_CONFIG_FILE"];
    else process.env["TF_CLI_CONFIG_FILE"] = variableBefore;
  });

  const warningsOf = (app: App): string[] =>
    Object.values(app.manifest.stacks).flatMap(({ annotations }) => annotations.map(({ message }) => message));

  test("fills the folder of each stack that has a provider, and no other", () => {
    const app = Testing.app();
    new KeyturnProvider(new TerraformStack(app, "one"), "keyturn");
    new KeyturnProvider(new TerraformStack(app, "two"), "keyturn");
    new TerraformStack(app, "none");

    app.synth();

    const plugins = (stack: string): string =>
      path.join(app.outdir, "stacks", stack, "terraform.d/plugins/keyturn.internal/keyturn/keyturn");
    expect(readdirSync(plugins("one"))).toHaveLength(4);
    expect(readdirSync(plugins("two"))).toHaveLength(4);
    expect(existsSync(plugins("none"))).toBe(false);
  });

  test("is done once for a stack with several providers", () => {
    const app = Testing.app();
    const stack = new TerraformStack(app, "one");
    new KeyturnProvider(stack, "first");
    new KeyturnProvider(stack, "second", { alias: "second" });

    app.synth();

    expect(installProvider).toHaveBeenCalledTimes(1);
  });

  test("warns of a CLI configuration that hides the provider", () => {
    writeFileSync(configuration, `provider_installation {\n  direct {}\n}\n`);
    const app = Testing.app();
    new KeyturnProvider(new TerraformStack(app, "one"), "keyturn");

    app.synth();

    expect(warningsOf(app)).toEqual([expect.stringContaining("provider_installation")]);
  });

  test("says nothing where no CLI configuration is in the way", () => {
    const app = Testing.app();
    new KeyturnProvider(new TerraformStack(app, "one"), "keyturn");

    app.synth();

    expect(warningsOf(app)).toEqual([]);
  });
});
