/**
 * What may be declared as a Kubernetes Secret: checked when a configuration is made, when Terraform reads it, and when the Secret is opened.
 *
 * The forms of names are those of the Kubernetes documentation, "Object Names and IDs" and "Secrets". Whether the cluster, the namespace
 * and the rights are there is found out when the Secret is checked.
 */

/** A data key of a Kubernetes Secret that a key's secret is delivered to. */
export interface KubernetesSecretTarget {
  readonly namespace: string;
  /** The name of the Secret. It is created if there is none. */
  readonly name: string;
  /** The data key whose value is the secret. @default "api-key" */
  readonly key?: string;
  /** The context of the kubeconfig. @default - the service account of the pod, or else the current context of the kubeconfig */
  readonly context?: string;
}

/** The data key that is used where none is declared. */
export const defaultDataKey = "api-key";

/** What comes after a data key to make the data key of the previous secret. */
export const previousDataKeySuffix = ".previous";

/** Kubernetes takes 253 characters. */
const longestDataKey = 253 - previousDataKeySuffix.length;
const longestName = 253;
const longestNamespace = 63;

const labelPattern = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const subdomainPattern = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const dataKeyPattern = /^[-._a-zA-Z0-9]+$/;

/** Something that is wrong with one attribute of a target. */
export interface KubernetesSecretTargetProblem {
  readonly attribute: keyof KubernetesSecretTarget;
  /** A sentence without its end: the value, why it cannot be used, and what can. */
  readonly problem: string;
}

/** What is wrong with a target, without regard to the attributes that it leaves out; those may be unknown yet. */
export function kubernetesSecretTargetProblems(
  target: Partial<KubernetesSecretTarget>,
): readonly KubernetesSecretTargetProblem[] {
  const found: Readonly<Record<keyof KubernetesSecretTarget, string | undefined>> = {
    namespace: target.namespace === undefined ? undefined : namespaceProblem(target.namespace),
    name: target.name === undefined ? undefined : nameProblem(target.name),
    key: target.key === undefined ? undefined : dataKeyProblem(target.key),
    context: target.context === undefined ? undefined : contextProblem(target.context),
  };
  return (Object.keys(found) as (keyof KubernetesSecretTarget)[]).flatMap((attribute) => {
    const problem = found[attribute];
    return problem === undefined ? [] : [{ attribute, problem }];
  });
}

/**
 * The same text for targets that are one place. Two data keys of one Secret are: what is noted about the keys in it is noted once for the
 * whole Secret. Two contexts may lead to one cluster; nobody can tell from their names.
 */
export function kubernetesSecretTargetPlace({ namespace, name, context }: KubernetesSecretTarget): string {
  return `kubernetes_secret ${JSON.stringify(context ?? "")} ${namespace}/${name}`;
}

function namespaceProblem(namespace: string): string | undefined {
  if (namespace.length <= longestNamespace && labelPattern.test(namespace)) return undefined;
  return `the namespace ${JSON.stringify(namespace)} cannot be one of Kubernetes; write up to ${longestNamespace} lower-case letters, digits and hyphens, with a letter or digit at both ends`;
}

function nameProblem(name: string): string | undefined {
  if (name.length <= longestName && subdomainPattern.test(name)) return undefined;
  return `the name ${JSON.stringify(name)} cannot be that of a Kubernetes Secret; write up to ${longestName} lower-case letters, digits, hyphens and dots, with a letter or digit at the ends and beside each dot`;
}

function dataKeyProblem(key: string): string | undefined {
  const shown = JSON.stringify(key);
  if (key.endsWith(previousDataKeySuffix)) {
    return `the data key ${shown} ends with ${previousDataKeySuffix}, which marks the data key of a previous secret; name it otherwise`;
  }
  const isFile = key !== "." && !key.startsWith("..");
  if (key.length <= longestDataKey && dataKeyPattern.test(key) && isFile) return undefined;
  return `the data key ${shown} cannot be one of a Kubernetes Secret; write up to ${longestDataKey} letters, digits, hyphens, underscores and dots, and not two dots at the beginning`;
}

function contextProblem(context: string): string | undefined {
  if (context.trim() !== "") return undefined;
  return "the context of a Kubernetes Secret is empty; name one of the kubeconfig, as kubectl config get-contexts lists them, or leave it out";
}
