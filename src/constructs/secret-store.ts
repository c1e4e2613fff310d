/**
 * Where the secret of a key is delivered to. Each store is one object of the attribute `deliver_to`.
 */
import { KeyturnError } from "../model/error";

/** A place that a key's secret is written to. Made by one of the static functions. */
export class SecretStore {
  private constructor(
    /** Which kind of store it is, as Terraform names it. */
    readonly kind: "terraform_state",
    private readonly settings: Readonly<Record<string, unknown>>,
  ) {}

  /**
   * Keeps the secret in Terraform's state, from where `ApiKey.secret` hands it to other resources of the stack.
   *
   * Whoever can read the state can read the secret, so the state must be kept like one: encrypted, and open to few.
   *
   * @param consent says in writing that this is known; it takes nothing but `true`
   * @throws KeyturnError INVALID_VALUE if the consent is missing
   */
  static terraformState(consent: { readonly iUnderstandTheSecretIsInState: true }): SecretStore {
    const { iUnderstandTheSecretIsInState: isUnderstood } = consent as { iUnderstandTheSecretIsInState: unknown };
    if (isUnderstood !== true) {
      throw new KeyturnError(
        "INVALID_VALUE",
        "SecretStore.terraformState puts the secret into Terraform's state, where everybody who reads the state can read it; " +
          "pass { iUnderstandTheSecretIsInState: true } if that is wanted",
      );
    }
    return new SecretStore("terraform_state", { i_understand_the_secret_is_in_state: true });
  }

  /** The element of `deliver_to` that stands for this store. */
  toTerraform(): Record<string, unknown> {
    return { [this.kind]: this.settings };
  }
}
