import { App, TerraformOutput, TerraformResource, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { ApiKeySecret } from "../../../src/constructs/api-key-secret";
import { KeyturnProvider } from "../../../src/constructs/keyturn-provider";
import { addKey, emptyStack, messageOf, synthesise } from "../../support/stack";

jest.mock("../../../src/provider/schema/provider-package", () =>
  jest.requireActual<object>("../../support/stub-provider-package"),
);

function stackWithProvider(): TerraformStack {
  const stack = emptyStack();
  new KeyturnProvider(stack, "keyturn");
  return stack;
}

describe("the secret of a key", () => {
  test("is read back after the key was made, from where the key is delivered to", () => {
    const stack = stackWithProvider();
    new ApiKeySecret(stack, "secret", { key: addKey(stack, "scheduler") });

    expect(synthesise(stack).ephemeral).toEqual({
      keyturn_api_key_secret: {
        secret: {
          service: "scheduler",
          environment: "prod",
          deliver_to: "${keyturn_api_key.scheduler.deliver_to}",
          key_id: "${keyturn_api_key.scheduler.id}",
        },
      },
    });
  });

  test("is read by the provider instance of its key", () => {
    const stack = stackWithProvider();
    const provider = new KeyturnProvider(stack, "other", { alias: "other" });
    new ApiKeySecret(stack, "secret", { key: addKey(stack, "scheduler", { provider }) });

    expect(synthesise(stack).ephemeral?.["keyturn_api_key_secret"]?.["secret"]).toMatchObject({
      provider: "keyturn.other",
    });
  });

  test("goes into the write-only argument of another resource, with the generation of the key as its version", () => {
    const stack = stackWithProvider();
    const { secret, generation, keyId } = new ApiKeySecret(stack, "secret", { key: addKey(stack, "scheduler") });
    const entry = new TerraformResource(stack, "entry", { terraformResourceType: "locker_entry" });
    entry.addOverride("secret_wo", secret);
    entry.addOverride("secret_wo_version", generation);
    entry.addOverride("note", `key ${keyId}`);

    expect(synthesise(stack).resource?.["locker_entry"]?.["entry"]).toEqual({
      secret_wo: "${ephemeral.keyturn_api_key_secret.secret.secret}",
      secret_wo_version: "${keyturn_api_key.scheduler.generation}",
      note: "key ${ephemeral.keyturn_api_key_secret.secret.key_id}",
    });
  });

  test("can stand beside others, at any depth of the tree", () => {
    const stack = stackWithProvider();
    for (const service of ["scheduler", "worker"]) {
      const scope = new Construct(stack, service);
      new ApiKeySecret(scope, "secret", { key: addKey(stack, `${service}-key`, { service }) });
    }

    const blocks = synthesise(stack).ephemeral?.["keyturn_api_key_secret"] ?? {};
    expect(Object.values(blocks).map(({ service }) => service)).toEqual(["scheduler", "worker"]);
  });

  test.each([
    ["nothing", undefined],
    ["the name of a key", "scheduler-prod"],
  ])("is not that of %s", (_name, key) => {
    const stack = stackWithProvider();
    expect(messageOf(() => new ApiKeySecret(stack, "secret", { key: key as never }))).toContain(
      "write the ApiKey whose secret is read back",
    );
  });

  test("stays in the stack of its key", () => {
    const stack = stackWithProvider();
    const key = addKey(stack, "scheduler");
    const other = new TerraformStack(App.of(stack), "other");
    expect(messageOf(() => new ApiKeySecret(other, "secret", { key }))).toContain("is in another stack");
  });

  test("is not that of many keys at once", () => {
    const stack = stackWithProvider();
    const key = addKey(stack, "scheduler", { count: 2 });
    expect(messageOf(() => new ApiKeySecret(stack, "secret", { key }))).toContain("has count or forEach");
  });

  test("is refused where the stack is written as HCL, in which cdktf would leave it out", () => {
    const stack = stackWithProvider();
    new ApiKeySecret(stack, "secret", { key: addKey(stack, "scheduler") });
    new TerraformOutput(stack, "anything", { value: "x" });
    expect(messageOf(() => stack.toHclTerraform())).toContain("synthesise without --hcl");
  });
});
