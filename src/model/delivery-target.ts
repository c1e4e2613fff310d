/**
 * The kinds of places that a key's secret is delivered to, but for Terraform's own state: what each kind may say, and where it is.
 *
 * The constructs, the provider's validation and the stores go by this one table. A new kind is one entry here, its attributes in the
 * provider's schema, and its store.
 */
import path from "node:path";
import {
  awsSecretsManagerTargetPlace,
  awsSecretsManagerTargetProblems,
  type AwsSecretsManagerTarget,
} from "./aws-secrets-manager-target";
import { encryptedFileTargetProblems, type EncryptedFileTarget } from "./encrypted-file-target";
import {
  githubActionsSecretTargetPlace,
  githubActionsSecretTargetProblems,
  type GitHubActionsSecretTarget,
} from "./github-actions-secret-target";
import {
  kubernetesSecretTargetPlace,
  kubernetesSecretTargetProblems,
  type KubernetesSecretTarget,
} from "./kubernetes-secret-target";
import { vaultKvDefaults, vaultKvTargetPlace, vaultKvTargetProblems, type VaultKvTarget } from "./vault-kv-target";

/** What is said of a place of each kind. The names of the kinds are those of the provider's schema. */
export interface DeliveryTargets {
  readonly encrypted_file: EncryptedFileTarget;
  readonly aws_secrets_manager: AwsSecretsManagerTarget;
  readonly vault_kv: VaultKvTarget;
  readonly kubernetes_secret: KubernetesSecretTarget;
  readonly github_actions_secret: GitHubActionsSecretTarget;
}

/** The name of a kind, as the provider's schema has it. */
export type DeliveryTargetKind = keyof DeliveryTargets;

/** A place with its kind. */
export type DeliveryTarget = {
  [Kind in DeliveryTargetKind]: { readonly kind: Kind } & DeliveryTargets[Kind];
}[DeliveryTargetKind];

/** One thing that is wrong with a place. */
export interface TargetProblem {
  /** In camel case. */
  readonly attribute: string;
  /** A sentence without its end. */
  readonly problem: string;
}

interface Rules<Target> {
  /** Attributes that are not known yet are left out, and no problem. */
  readonly problems: (target: Partial<Target>) => readonly TargetProblem[];
  /** The same text for the same place. */
  readonly place: (target: Target) => string;
  /** In words for messages: `the encrypted file /srv/secrets/scheduler.age`. */
  readonly words: (target: Target) => string;
  /** What holds for an attribute that is left out on purpose, where the rules ask for it. */
  readonly whenLeftOut?: Partial<Target>;
}

const rules: { readonly [Kind in DeliveryTargetKind]: Rules<DeliveryTargets[Kind]> } = {
  encrypted_file: {
    problems: encryptedFileTargetProblems,
    place: ({ path: file }) => path.resolve(file),
    words: ({ path: file }) => `the encrypted file ${file}`,
  },
  aws_secrets_manager: {
    problems: awsSecretsManagerTargetProblems,
    place: awsSecretsManagerTargetPlace,
    words: ({ secretId, region }) =>
      `the secret ${secretId} in AWS Secrets Manager${region === undefined ? "" : ` (${region})`}`,
    whenLeftOut: { createIfMissing: false },
  },
  vault_kv: {
    problems: vaultKvTargetProblems,
    place: vaultKvTargetPlace,
    words: ({ mount, path: secret }) => `the Vault secret ${mount ?? vaultKvDefaults.mount}/${secret}`,
  },
  kubernetes_secret: {
    problems: kubernetesSecretTargetProblems,
    place: kubernetesSecretTargetPlace,
    words: ({ namespace, name }) => `the Kubernetes Secret ${namespace}/${name}`,
  },
  github_actions_secret: {
    problems: githubActionsSecretTargetProblems,
    place: githubActionsSecretTargetPlace,
    words: ({ repository, name, environment }) =>
      `the GitHub Actions secret ${name} of ${environment ? `the environment ${environment} of ` : ""}${repository}`,
  },
};

/** All kinds, in the order of the schema. */
export const deliveryTargetKinds = Object.keys(rules) as readonly DeliveryTargetKind[];

/** Everything that is wrong with a place. @param attributes in camel case, without those that are not known yet */
export function targetProblems(
  kind: DeliveryTargetKind,
  attributes: Readonly<Record<string, unknown>>,
): readonly TargetProblem[] {
  return rulesOf(kind).problems(attributes);
}

/** What holds for attributes of this kind that are left out on purpose. */
export function targetDefaults(kind: DeliveryTargetKind): Readonly<Record<string, unknown>> {
  return rulesOf(kind).whenLeftOut ?? {};
}

/** The same text for two places that are one. */
export function targetPlace(target: DeliveryTarget): string {
  return `${target.kind} ${rulesOf(target.kind).place({ ...target })}`;
}

/** What and where, in words for messages. */
export function targetWords(target: DeliveryTarget): string {
  return rulesOf(target.kind).words({ ...target });
}

/**
 * The rules of a kind for values of any kind. The type checker cannot see that whoever calls them has matched the two.
 */
function rulesOf(kind: DeliveryTargetKind): Rules<Readonly<Record<string, unknown>>> {
  return rules[kind] as unknown as Rules<Readonly<Record<string, unknown>>>;
}
