/**
 * Where the secret of a key is delivered to. Each store is one object of the attribute `deliver_to`.
 */
import { Token } from "cdktf";
import {
  encryptedFilePathProblem,
  recipientListProblem,
  recipientProblem,
  type EncryptedFileTarget,
} from "../model/encrypted-file-target";
import { KeyturnError } from "../model/error";

/** A place that a key's secret is written to. Made by one of the static functions. */
export class SecretStore {
  private constructor(
    /** Which kind of store it is, as Terraform names it. */
    readonly kind: "terraform_state" | "encrypted_file",
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

  /**
   * Writes the secret to a file on the machine that runs Terraform, encrypted with age: `age --decrypt -i key.txt PATH` prints it.
   * The secret before it is kept in `PATH.previous`, so that a rotation can be rolled back. Neither is ever in clear text on the disk.
   *
   * A path that is not absolute is relative to the folder that Terraform runs in, which is the folder of the synthesised stack: prefer
   * an absolute one. The file's folder must exist when Terraform runs. A file that was not put there for this key is not overwritten.
   *
   * @param target the file, and the public keys of its readers: at least one
   * @throws KeyturnError INVALID_VALUE if the path cannot be meant, or if a recipient is not of the form `age1…`
   */
  static encryptedFile(target: EncryptedFileTarget): SecretStore {
    const { path, recipients } = target;
    const problem = pathProblem(path) ?? recipientsProblem(recipients);
    if (problem !== undefined) throw new KeyturnError("INVALID_VALUE", `SecretStore.encryptedFile: ${problem}`);
    return new SecretStore("encrypted_file", { path, recipients: [...recipients] });
  }

  /** The element of `deliver_to` that stands for this store. */
  toTerraform(): Record<string, unknown> {
    return { [this.kind]: this.settings };
  }
}

/** What comes from JavaScript may be of any type. Tokens are known only when Terraform runs, and the provider checks them then. */
function pathProblem(path: unknown): string | undefined {
  if (Token.isUnresolved(path)) return undefined;
  return encryptedFilePathProblem(typeof path === "string" ? path : "");
}

function recipientsProblem(recipients: unknown): string | undefined {
  if (Token.isUnresolved(recipients)) return undefined;
  if (!Array.isArray(recipients)) return recipientListProblem([]);
  const problems = recipients.map((recipient: unknown) =>
    Token.isUnresolved(recipient) ? undefined : recipientProblem(String(recipient)),
  );
  return recipientListProblem(recipients) ?? problems.find((problem) => problem !== undefined);
}
