/**
 * Where the secret of a key is delivered to. Each store is one object of the attribute `deliver_to`.
 */
import { Token } from "cdktf";
import { snakeCase } from "../model/attribute-names";
import type { AwsSecretsManagerTarget } from "../model/aws-secrets-manager-target";
import { targetDefaults, targetProblems, type DeliveryTargetKind } from "../model/delivery-target";
import type { EncryptedFileTarget } from "../model/encrypted-file-target";
import type { GitHubActionsSecretTarget } from "../model/github-actions-secret-target";
import type { KubernetesSecretTarget } from "../model/kubernetes-secret-target";
import type { VaultKvTarget } from "../model/vault-kv-target";
import { KeyturnError } from "../model/error";

/** A place that a key's secret is written to. Made by one of the static functions. */
export class SecretStore {
  private constructor(
    /** Which kind of store it is, as Terraform names it. */
    readonly kind: "terraform_state" | DeliveryTargetKind,
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
    // What comes from JavaScript may lack something: then it is empty, and refused as that.
    const given = { path: "", recipients: [], ...definedIn(target) };
    return SecretStore.at("encrypted_file", given, "SecretStore.encryptedFile");
  }

  /**
   * Writes the secret to AWS Secrets Manager: `AWSCURRENT` is the current one, `AWSPREVIOUS` the one before, so that a rotation can be
   * rolled back. Tags say whose it is. Needs the package `@aws-sdk/client-secrets-manager` in the project; credentials and region come from the
   * environment, as for every program of AWS.
   *
   * The secret must exist, without a value or put there for this key before, unless `createIfMissing` is true. Needs the rights
   * `secretsmanager:DescribeSecret`, `PutSecretValue`, `UpdateSecretVersionStage` and `TagResource` on it, `GetSecretValue` only to read it back.
   *
   * @param target the secret, by name or ARN
   * @throws KeyturnError INVALID_VALUE if it cannot be meant
   */
  static awsSecretsManager(target: AwsSecretsManagerTarget): SecretStore {
    return SecretStore.at("aws_secrets_manager", target, "SecretStore.awsSecretsManager");
  }

  /**
   * Writes the secret to a key-value engine, version 2, of HashiCorp Vault or OpenBao. The secret before it stays as the version before,
   * so that a rotation can be rolled back; custom metadata say whose each version is. Address and credential come from the environment where
   * Terraform runs: `VAULT_ADDR`, and `VAULT_TOKEN`, or `VAULT_ROLE_ID` with `VAULT_SECRET_ID`, or `VAULT_K8S_ROLE`.
   *
   * @param target the path, and where it is not as usual, the mount, the field, the address and the namespace
   * @throws KeyturnError INVALID_VALUE if it cannot be meant
   */
  static vaultKv(target: VaultKvTarget): SecretStore {
    return SecretStore.at("vault_kv", target, "SecretStore.vaultKv");
  }

  /**
   * Writes the secret to a data key of a Kubernetes Secret, and keeps the one before it beside it, so that a rotation can be rolled back.
   * Credentials come from `KUBECONFIG`, the service account of the pod, or `~/.kube/config` where Terraform runs, never from code. They need
   * `get` and `patch` on the Secret, and `create` where it is not there yet.
   *
   * @param target the Secret; `key` is its data key, `api-key` if it is left out, and `context` that of the kubeconfig
   * @throws KeyturnError INVALID_VALUE if it cannot be meant
   */
  static kubernetesSecret(target: KubernetesSecretTarget): SecretStore {
    return SecretStore.at("kubernetes_secret", target, "SecretStore.kubernetesSecret");
  }

  /**
   * Writes the secret to a secret of GitHub Actions, and whose it is to a variable beside it, `NAME_KEYTURN`. The token comes from
   * `GITHUB_TOKEN` or `GH_TOKEN` where Terraform runs, and needs the right to write secrets and variables.
   *
   * GitHub gives no secret back, so a key that is delivered there can be rotated, but not rolled back.
   *
   * @param target the repository and the name of the secret; with `environment`, the secret of that environment
   * @throws KeyturnError INVALID_VALUE if it cannot be meant
   */
  static githubActionsSecret(target: GitHubActionsSecretTarget): SecretStore {
    return SecretStore.at("github_actions_secret", target, "SecretStore.githubActionsSecret");
  }

  private static at(kind: DeliveryTargetKind, target: object, maker: string): SecretStore {
    const [first] = targetProblems(kind, { ...targetDefaults(kind), ...resolvedAttributes(target) });
    if (first) throw new KeyturnError("INVALID_VALUE", `${maker}: ${first.problem}`);
    const settings = Object.entries(target).filter(([, value]) => value !== undefined && value !== null);
    return new SecretStore(
      kind,
      Object.fromEntries(settings.map(([name, value]) => [snakeCase(name), value as unknown])),
    );
  }

  /** The element of `deliver_to` that stands for this store. */
  toTerraform(): Record<string, unknown> {
    return { [this.kind]: this.settings };
  }
}

function definedIn(target: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(target).filter(([, value]) => value !== undefined && value !== null));
}

/** What is known at synth. Tokens are known only when Terraform runs, and the provider checks them then. */
function resolvedAttributes(target: object): Record<string, unknown> {
  const resolved: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(target) as [string, unknown][]) {
    if (value === undefined || value === null || Token.isUnresolved(value)) continue;
    // What comes from JavaScript may be of any type.
    const elements = Array.isArray(value) ? value.filter((each) => !Token.isUnresolved(each)).map(String) : undefined;
    if (elements?.length === 0 && Array.isArray(value) && value.length > 0) continue;
    resolved[name] = elements ?? value;
  }
  return resolved;
}
