import { NullProvider } from "@cdktf/provider-null/lib/provider";
import type { TerraformStack } from "cdktf";
import { KeyturnProvider } from "../../../src/constructs/keyturn-provider";
import { Rollout, type RolloutProps } from "../../../src/constructs/rollout";
import { addKey, emptyStack, messageOf, synthesise } from "../../support/stack";

jest.mock("../../../src/provider/schema/provider-package", () =>
  jest.requireActual<object>("../../support/stub-provider-package"),
);

function stackWithRollout(changes: Readonly<Record<string, unknown>> = {}): TerraformStack {
  const stack = emptyStack();
  new KeyturnProvider(stack, "keyturn");
  new NullProvider(stack, "null");
  const key = addKey(stack, "scheduler");
  new Rollout(stack, "rollout", { key, command: "./redeploy.sh", ...changes });
  return stack;
}

const commandOf = (stack: TerraformStack): Readonly<Record<string, unknown>> | undefined =>
  Object.values(synthesise(stack).resource?.["null_resource"] ?? {})[0];

describe("a rollout", () => {
  test("runs its command whenever the key is another one, and after it was made", () => {
    expect(commandOf(stackWithRollout())).toEqual({
      triggers: { key_id: "${keyturn_api_key.scheduler.id}" },
      depends_on: ["keyturn_api_key.scheduler"],
      provisioner: [{ "local-exec": { command: "./redeploy.sh" } }],
    });
  });

  test.each<[string, readonly string[], Record<string, unknown>]>([
    [
      "a program with arguments",
      ["kubectl", "rollout", "restart"],
      { interpreter: ["kubectl", "rollout"], command: "restart" },
    ],
    ["a program alone", ["./redeploy.sh"], { interpreter: ["/usr/bin/env"], command: "./redeploy.sh" }],
  ])("runs %s without a shell", (_name, command, expected) => {
    expect(commandOf(stackWithRollout({ command }))?.["provisioner"]).toEqual([{ "local-exec": expected }]);
  });

  test("passes environment variables and a folder to the command, and keeps them out of the state", () => {
    const stack = stackWithRollout({ environment: { SECRET_VERSION: "7" }, workingDirectory: "/srv" });

    expect(commandOf(stack)).toMatchObject({
      triggers: { key_id: "${keyturn_api_key.scheduler.id}" },
      provisioner: [
        { "local-exec": { command: "./redeploy.sh", environment: { SECRET_VERSION: "7" }, working_dir: "/srv" } },
      ],
    });
  });

  test("says at synth which provider is missing, and how to add it", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    new Rollout(stack, "rollout", { key: addKey(stack, "scheduler"), command: "true" });

    expect(messageOf(() => synthesise(stack))).toContain(`add new NullProvider(this, "null")`);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["an empty command", { command: "" }, "command: got ''; write a line for the shell, or a program"],
    ["an empty list", { command: [] }, "command: got []; write a line for the shell"],
    ["a program without a name", { command: ["", "x"] }, "command: got [ '', 'x' ]; write a line"],
    ["a key's id in place of the key", { key: "k1" }, "key: got 'k1'; write the ApiKey"],
    [
      "a variable that is a number",
      { environment: { A: 1 } },
      "environment.A: got 1; an environment variable is a text",
    ],
  ])("is refused for %s", (_name, changes, expected) => {
    expect(messageOf(() => stackWithRollout(changes as Partial<RolloutProps>))).toContain(expected);
  });
});
