import { TerraformIterator, TerraformStack, TerraformVariable, Testing } from "cdktf";
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
    const provider = new KeyturnProvider(stack, "other", { alias: "other" });
    addKey(stack, "one");
    addKey(stack, "two", { provider });

    expect(() => synthesise(stack)).not.toThrow();
  });

  test("is fine if their names are not known yet", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    const service = new TerraformVariable(stack, "service", { type: "string" }).stringValue;
    addKey(stack, "one", { service });
    addKey(stack, "two", { service });

    expect(() => synthesise(stack)).not.toThrow();
  });

  test("does not mind the same key in another stack", () => {
    const app = Testing.app();
    for (const id of ["one", "two"]) {
      const stack = new TerraformStack(app, id);
      new KeyturnProvider(stack, "keyturn");
      addKey(stack, "scheduler");
    }

    expect(() => {
      app.synth();
    }).not.toThrow();
  });
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
