/**
 * What may be declared as a secret of HashiCorp Vault or OpenBao: checked when a configuration is made, when Terraform reads it, and when
 * the secret is opened.
 *
 * How names are written: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
 */

/** A secret in a key-value engine, version 2, that a key's secret is delivered to. Credentials are never part of it. */
export interface VaultKvTarget {
  /** The path of the secret in the engine: `publishing/scheduler-prod`. */
  readonly path: string;
  /** Where the engine is mounted. @default "secret" */
  readonly mount?: string;
  /** The field of the secret that holds the key's secret. @default "value" */
  readonly field?: string;
  /** The address of the server. @default - `VAULT_ADDR` or `BAO_ADDR` */
  readonly address?: string;
  /** The namespace. @default - `VAULT_NAMESPACE` or `BAO_NAMESPACE`, or none */
  readonly namespace?: string;
}

/** What holds where a target does not say. */
export const vaultKvDefaults = { mount: "secret", field: "value" } as const;

interface VaultKvProblem {
  readonly attribute: keyof VaultKvTarget;
  /** A sentence without its end. */
  readonly problem: string;
}

/** Everything that is wrong with a target. @param target without the attributes that are not known yet: a missing one is no problem */
export function vaultKvTargetProblems(target: Partial<VaultKvTarget>): readonly VaultKvProblem[] {
  const { path, mount, field, address, namespace } = target;
  const found: Readonly<Record<keyof VaultKvTarget, string | undefined>> = {
    path: path === undefined ? undefined : pathProblem("path", path),
    mount: mount === undefined ? undefined : pathProblem("mount", mount),
    field: field?.trim() === "" ? "the field is empty; name the one that holds the secret, such as api_key" : undefined,
    address: address === undefined ? undefined : addressProblem(address),
    namespace: namespace === undefined ? undefined : pathProblem("namespace", namespace),
  };
  return Object.entries(found).flatMap(([attribute, problem]) =>
    problem === undefined ? [] : [{ attribute: attribute as keyof VaultKvTarget, problem }],
  );
}

/** The same text for the same place. */
export function vaultKvTargetPlace({ path, mount, address, namespace }: VaultKvTarget): string {
  return [address ?? "", namespace ?? "", mount ?? vaultKvDefaults.mount, path].map(trimmed).join(" ");
}

/** Without the slashes at both ends, which Vault does not mind. */
export function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, "");
}

function pathProblem(what: string, path: string): string | undefined {
  const quoted = JSON.stringify(path);
  if (trimmed(path) === "") return `the ${what} ${quoted} is empty`;
  if (/\p{Cc}/u.test(path)) return `the ${what} ${quoted} has a character that steers a terminal`;
  if (
    trimmed(path)
      .split("/")
      .some((part) => part === "" || part === "." || part === "..")
  ) {
    return `the ${what} ${quoted} has an empty part, or one of dots; write publishing/scheduler-prod`;
  }
  if (what === "path" && /^(?:data|metadata)\//.test(trimmed(path))) {
    return `the path ${quoted} begins with a part of Vault's own addresses; leave it out, as the command line of Vault does`;
  }
  return undefined;
}

function addressProblem(address: string): string | undefined {
  const quoted = JSON.stringify(address);
  const allowed = `the address ${quoted} is not one of a server, such as https://vault.acme.example:8200`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol) || url.search || url.hash) return allowed;
  if (url.username || url.password) return "the address of Vault has a credential in it; give that in the environment";
  return undefined;
}
