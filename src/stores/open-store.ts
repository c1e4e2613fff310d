/** Makes the stores of a key from its declared delivery targets. Nothing is read or written before a store is used. */
import { targetPlace, targetWords, type DeliveryTarget } from "../model/delivery-target";
import { KeyturnError } from "../model/error";
import { AwsSecretsManagerStore } from "./aws-secrets-manager/aws-secrets-manager-store";
import { EncryptedFileStore } from "./encrypted-file";
import { GitHubActionsSecretStore } from "./github-actions/github-actions-secret-store";
import { VaultKvStore } from "./vault/vault-kv-store";
import { KubernetesSecretStore } from "./kubernetes/kubernetes-secret-store";
import type { Store, StoreContext } from "./store";

/**
 * @returns one store for each target, in the same order
 * @throws KeyturnError INVALID_VALUE if a target cannot be meant, or if two of them are one place
 */
export function openStores(targets: readonly DeliveryTarget[], context: StoreContext): readonly Store[] {
  const stores = targets.map((target) => openStore(target, context));
  const places = targets.map(targetPlace);
  const repeated = targets.find((_target, index) => places.indexOf(places[index] ?? "") !== index);
  if (repeated !== undefined) {
    throw new KeyturnError(
      "INVALID_VALUE",
      `${targetWords(repeated)} is named as a delivery target twice; name it once`,
    );
  }
  return stores;
}

/** @throws KeyturnError INVALID_VALUE if the target cannot be meant */
export function openStore(target: DeliveryTarget, context: StoreContext): Store {
  switch (target.kind) {
    case "encrypted_file":
      return new EncryptedFileStore(target, context);
    case "aws_secrets_manager":
      return new AwsSecretsManagerStore(target, context);
    case "vault_kv":
      return new VaultKvStore(target, context);
    case "kubernetes_secret":
      return new KubernetesSecretStore(target, context);
    case "github_actions_secret":
      return new GitHubActionsSecretStore(target, context);
    default:
      return target satisfies never;
  }
}
