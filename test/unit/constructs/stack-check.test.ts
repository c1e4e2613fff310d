import { existsSync } from "node:fs";
import path from "node:path";
import { TerraformIterator, TerraformStack, TerraformVariable, Testing, Token } from "cdktf";
import { KeyturnProvider } from "../../../src/constructs/keyturn-provider";
import { addKey, emptyStack, messageOf, synthesise } from "../../support/stack";

jest.mock("../../../src/provider/schema/provider-package", () =>
  jest.requireActual<object>("../../support/stub-provider-package"),
);

describe("a stack with several keys", () => {
  test("is refused if one key is declared twice, with both paths", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    addKey(stack, "one");
    addKey(stack, "two");

    const message = messageOf(() => synthesise(stack));

    expect(message).toContain("scheduler-prod is declared twice, by publishing/one and publishing/two");
    expect(message.match(/declared twice/g)).toHaveLength(1);
  });

  test("is refused if two keys get the same name from different parts", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    addKey(stack, "one", { service: "a-b", environment: "c" });
    addKey(stack, "two", { service: "a", environment: "b-c" });

    expect(messageOf(() => synthesise(stack))).toContain("a-b-c is declared twice");
  });

  test.each([
    ["another service", { service: "worker" }],
    ["another environment", { environment: "stage" }],
  ])("is fine if they differ by %s", (_name, changes) => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    addKey(stack, "one");
    addKey(stack, "two", changes);

    expect(() => synthesise(stack)).not.toThrow();
  });

  test.each([
    ["a count", { count: 2 }],
    ["a forEach", { forEach: TerraformIterator.fromList(["a", "b"]) }],
  ])("is refused if a key with %s gives all of its keys one name", (_name, repetition) => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    addKey(stack, "one", repetition);

    expect(messageOf(() => synthesise(stack))).toContain("every one of its keys would be named scheduler-prod");
  });

  test("is fine if a repeated key takes its name from the repetition", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    const forEach = TerraformIterator.fromList(["a", "b"]);
    addKey(stack, "one", { forEach, service: forEach.value as string });

    expect(() => synthesise(stack)).not.toThrow();
  });

  test("is refused if a key names no provider and all of them have an alias", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "other", { alias: "other", environment: "stage" });
    addKey(stack, "one");

    expect(messageOf(() => synthesise(stack))).toContain("every KeyturnProvider of its stack has an alias");
  });

  test("is fine if they are in different workspaces", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    const provider = new KeyturnProvider(stack, "other", { alias: "other", projectId: "p2" });
    addKey(stack, "one");
    addKey(stack, "two", { provider });

    expect(() => synthesise(stack)).not.toThrow();
  });

  test("is refused if one key is declared for two providers with the same settings", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    const provider = new KeyturnProvider(stack, "other", { alias: "other" });
    addKey(stack, "one");
    addKey(stack, "two", { provider });

    expect(messageOf(() => synthesise(stack))).toContain("tell them apart by projectId or endpoint");
  });

  test("is fine if their names are not known yet", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    const service = new TerraformVariable(stack, "service", { type: "string" }).stringValue;
    addKey(stack, "one", { service });
    addKey(stack, "two", { service });

    expect(() => synthesise(stack)).not.toThrow();
  });
});

describe("an app with two stacks that declare one key", () => {
  type Settings = Readonly<Record<string, unknown>>;

  /** What a synth of the app says: nothing if it is fine. */
  function problemOf(one: Settings, two: Settings): string {
    const app = Testing.app();
    for (const [id, settings] of Object.entries({ one, two })) {
      const stack = new TerraformStack(app, id);
      new KeyturnProvider(stack, "keyturn", settings);
      addKey(stack, "scheduler");
    }
    try {
      app.synth();
    } catch (error) {
      expect(existsSync(path.join(app.outdir, "stacks", "one", "cdk.tf.json"))).toBe(false);
      return String(error);
    }
    return "";
  }

  const token = (): string => Token.asString({ Ref: "x" });

  test.each<[string, Settings, Settings]>([
    ["no settings", {}, {}],
    [
      "the same settings",
      { endpoint: "https://api.example.com", projectId: "p1", environment: "prod" },
      { endpoint: "https://API.example.com/", projectId: "p1", environment: "prod" },
    ],
    [
      "the same login",
      { login: { email: "a@b.example", password: token() } },
      { login: { email: "a@b.example", password: token() } },
    ],
    ["settings that differ in waiting only", { maxRetries: 1 }, { maxRetries: 2 }],
  ])("is refused if their providers have %s, before anything is written", (_name, one, two) => {
    const problem = problemOf(one, two);

    expect(problem).toContain(
      "the key scheduler-prod is declared twice, by one/scheduler and two/scheduler; each would revoke the other's. " +
        "Their providers have the same settings",
    );
    expect(problem.match(/declared twice/g)).toHaveLength(1);
  });

  test.each<[string, Settings, Settings]>([
    ["addresses", { endpoint: "https://a.example" }, { endpoint: "https://b.example" }],
    ["projects", { projectId: "p1" }, { projectId: "p2" }],
    ["environments", { environment: "prod" }, {}],
    ["logins", { login: { email: "a@b.example", password: token() } }, {}],
    ["keys, which only Terraform knows", { apiKey: token() }, { apiKey: token() }],
    ["tokens, which only Terraform knows", { token: token() }, { token: token() }],
    ["projects, which only Terraform knows", { projectId: token() }, { projectId: token() }],
  ])("is fine if their providers have other %s", (_name, one, two) => {
    expect(problemOf(one, two)).toBe("");
  });

  test("is refused at the stack that is concerned, and not at a third", () => {
    const app = Testing.app();
    const stacks = ["one", "two", "three"].map((id) => {
      const stack = new TerraformStack(app, id);
      new KeyturnProvider(stack, "keyturn");
      addKey(stack, "scheduler", { service: id === "three" ? "worker" : "scheduler" });
      return stack;
    });

    const isRefused = stacks.map((stack) => {
      try {
        synthesise(stack);
        return false;
      } catch {
        return true;
      }
    });
    expect(isRefused).toEqual([true, true, false]);
  });
});

test("a key with a provider of another stack is refused", () => {
  const app = Testing.app();
  const provider = new KeyturnProvider(new TerraformStack(app, "one"), "keyturn", { alias: "main" });
  const two = new TerraformStack(app, "two");
  new KeyturnProvider(two, "keyturn");
  addKey(two, "scheduler", { provider });

  expect(messageOf(() => synthesise(two))).toContain(
    "the key two/scheduler has the provider one/keyturn of another stack; give it one of its own stack",
  );
});

describe("a key in a provider that is for one environment", () => {
  test.each<[string, "default" | "chosen"]>([
    ["the provider without an alias", "default"],
    ["the provider that it chose", "chosen"],
  ])("is refused if it is for another, by %s", (_name, kind) => {
    const stack = emptyStack();
    const provider = new KeyturnProvider(stack, "keyturn", {
      environment: "stage",
      ...(kind === "chosen" && { alias: "stage" }),
    });
    addKey(stack, "scheduler", kind === "chosen" ? { provider } : {});

    expect(messageOf(() => synthesise(stack))).toContain(
      `the key publishing/scheduler is for the environment "prod", but its provider publishing/keyturn is for "stage"`,
    );
  });

  test("is fine if it is for the same, whichever was declared first", () => {
    const stack = emptyStack();
    addKey(stack, "scheduler");
    new KeyturnProvider(stack, "keyturn", { environment: "prod" });

    expect(() => synthesise(stack)).not.toThrow();
  });

  test("is fine if it chose a provider that is for no environment", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "stage", { environment: "stage" });
    const provider = new KeyturnProvider(stack, "any", { alias: "any" });
    addKey(stack, "scheduler", { provider });

    expect(() => synthesise(stack)).not.toThrow();
  });
});

test("a key without any keyturn provider is refused at synth", () => {
  const stack = emptyStack();
  addKey(stack, "scheduler");

  expect(messageOf(() => synthesise(stack))).toContain("provider");
});
