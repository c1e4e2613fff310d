import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { SecretStore } from "../../../src/constructs/secret-store";
import { KeyturnError } from "../../../src/model/error";

describe("SecretStore.terraformState", () => {
  test("says in the configuration that the secret is known to be in the state", () => {
    const store = SecretStore.terraformState({ iUnderstandTheSecretIsInState: true });

    expect(store.toTerraform()).toEqual({ terraform_state: { i_understand_the_secret_is_in_state: true } });
  });

  test.each([
    ["false", { iUnderstandTheSecretIsInState: false }],
    ["a text", { iUnderstandTheSecretIsInState: "true" }],
    ["nothing", {}],
  ])("refuses %s as consent", (_name, consent) => {
    const make = (): SecretStore => SecretStore.terraformState(consent as { iUnderstandTheSecretIsInState: true });

    expect(make).toThrow(KeyturnError);
    expect(make).toThrow("{ iUnderstandTheSecretIsInState: true }");
  });
});

const recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

describe("SecretStore.encryptedFile", () => {
  test("names the file and its readers", () => {
    const store = SecretStore.encryptedFile({ path: "/srv/secrets/scheduler.age", recipients: [recipient] });

    expect(store.toTerraform()).toEqual({
      encrypted_file: { path: "/srv/secrets/scheduler.age", recipients: [recipient] },
    });
  });

  test("takes values that are known only when Terraform runs", () => {
    const variable = new TerraformVariable(new TerraformStack(Testing.app(), "publishing"), "readers", {});
    const make = (): unknown[] => [
      SecretStore.encryptedFile({ path: variable.stringValue, recipients: variable.listValue }),
      SecretStore.encryptedFile({ path: `${variable.stringValue}/a.age`, recipients: [variable.stringValue] }),
    ];

    expect(make).not.toThrow();
  });

  test.each([
    ["an empty path", { path: "", recipients: [recipient] }, "relative to the folder that Terraform runs in"],
    ["no path", { recipients: [recipient] }, "the path of an encrypted file is empty"],
    ["no recipients", { path: "a.age", recipients: [] }, "name at least one"],
    ["a recipient that is not in a list", { path: "a.age", recipients: recipient }, "name at least one"],
    ["a recipient of another form", { path: "a.age", recipients: [recipient, "age1x"] }, `the recipient "age1x"`],
    ["a recipient that is no text", { path: "a.age", recipients: [7] }, `the recipient "7"`],
  ])("refuses %s", (_name, target, words) => {
    const make = (): SecretStore => SecretStore.encryptedFile(target as { path: string; recipients: string[] });

    expect(make).toThrow(KeyturnError);
    expect(make).toThrow(words);
  });
});
