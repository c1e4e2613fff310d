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
