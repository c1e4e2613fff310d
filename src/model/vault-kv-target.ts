/**
 * What may be declared as a secret in a KV engine (version 2) of Vault or OpenBao: checked when a configuration is made, when Terraform
 * reads it, and when the store is opened. Pure: whether the engine is there, and may be written, is found out when it is checked.
 */
import { isLoopback } from "./loopback";

/** A secret in a KV engine that a key's secret is delivered to. Credentials are never part of it. */
export interface VaultKvTarget {
  /** The address of the server, `https://vault.internal:8200`. @default - what `BAO_ADDR` or `VAULT_ADDR` says where Terraform runs */
  readonly address?: string;
  /** Where the engine is mounted, without slashes at its ends. @default "secret" */
  readonly mount?: string;
  /** The path of the secret in the engine, as `vault kv get` takes it: without `data/`. */
  readonly path: string;
  /** The field of the secret that holds the key's secret. Beside it is only `keyturn`, which says whose it is. @default "value" */
  readonly field?: string;
  /** The namespace that the engine is in. @default - what `BAO_NAMESPACE` or `VAULT_NAMESPACE` says, or else the root namespace */
  readonly namespace?: string;
}

/** One thing that is wrong with a target, and the attribute that has to change. */
export interface VaultKvTargetProblem {
  readonly attribute: keyof VaultKvTarget;
  /** A sentence without its end. */
  readonly problem: string;
}

/** What holds where a target says nothing. */
export const vaultKvDefaults = { mount: "secret", field: "value" } as const;

/** The field beside it, which says whose the secret is and of which version. */
export const vaultKvRecordField = "keyturn";

/** The longest name of a field. It stands in the metadata of the secret, where there is little room. */
const longestField = 128;

/**
 * Everything that is wrong with a target.
 * @param target without the attributes that are not known yet: a missing one is no problem
 */
export function vaultKvTargetProblems(target: Partial<VaultKvTarget>): readonly VaultKvTargetProblem[] {
  const { address, mount, path, field, namespace } = target;
  const found: Readonly<Record<keyof VaultKvTarget, string | undefined>> = {
    address: address === undefined ? undefined : vaultAddressProblem(address),
    mount: mount === undefined ? undefined : pathProblem(mount, "mount", "secret"),
    path: path === undefined ? undefined : pathProblem(path, "path", "publishing/scheduler-prod"),
    field: field === undefined ? undefined : fieldProblem(field),
    namespace: namespace === undefined ? undefined : namespaceProblem(namespace),
  };
  return Object.entries(found).flatMap(([attribute, problem]) =>
    problem === undefined ? [] : [{ attribute: attribute as keyof VaultKvTarget, problem }],
  );
}

/** The same text for the same place. Two fields of one secret are one place, since a delivery writes the whole secret. */
export function vaultKvTargetPlace({ address, mount, path, namespace }: VaultKvTarget): string {
  const server = address === undefined ? "" : URL.canParse(address) ? plainAddress(address) : address;
  return `vault_kv ${JSON.stringify([server, namespace ?? "", mount ?? vaultKvDefaults.mount, path])}`;
}

/** What is wrong with the address of a server. Says the host at most, since the rest may be a token that was pasted there. */
export function vaultAddressProblem(address: string): string | undefined {
  if (!URL.canParse(address)) {
    return "the address of Vault is not a URL; write one like https://vault.internal:8200";
  }
  const { protocol, hostname, host, username, password, search, hash } = new URL(address);
  if (protocol !== "https:" && protocol !== "http:") {
    return "the address of Vault does not begin with https://; write one like https://vault.internal:8200";
  }
  if (username !== "" || password !== "") {
    return "the address of Vault has a user name or a password in it; credentials come from environment variables";
  }
  if (protocol === "http:" && !isLoopback(hostname)) {
    return `the address of Vault is plain http to ${host}, which would show secrets to the network; use https`;
  }
  if (search !== "" || hash !== "") {
    return `the address of Vault has a query or a fragment after ${host}; give the address alone`;
  }
  return undefined;
}

/** An address without what makes no difference. */
export function plainAddress(address: string): string {
  const { origin, pathname } = new URL(address);
  return origin + pathname.replace(/\/+$/, "");
}

function pathProblem(text: string, name: "mount" | "path", example: string): string | undefined {
  const shown = JSON.stringify(text);
  if (text.trim() === "") return `the ${name} of a KV engine is empty; write one like ${example}`;
  if (text.startsWith("/") || text.endsWith("/")) {
    return `the ${name} ${shown} begins or ends with a slash; write it without`;
  }
  const parts = text.split("/");
  if (parts.includes("")) return `the ${name} ${shown} has two slashes in a row; write one`;
  if (parts.some((part) => part === "." || part === "..")) {
    return `the ${name} ${shown} has a part . or .., which servers resolve; write the path out`;
  }
  if (parts.some((part) => part !== part.trim())) {
    return `the ${name} ${shown} has a part that begins or ends with a blank; write it without`;
  }
  if (hasControlCharacter(text)) return `the ${name} ${shown} has a control character; take it out`;
  return undefined;
}

function fieldProblem(field: string): string | undefined {
  if (field.trim() === "") return "the field is empty; name the field that is to hold the secret, such as value";
  if (hasControlCharacter(field)) return `the field ${JSON.stringify(field)} has a control character; take it out`;
  if (field === vaultKvRecordField) {
    return `the field ${field} is where every version says whose secret it is; take another one, such as value`;
  }
  const size = encodeURIComponent(field).length;
  if (size <= longestField) return undefined;
  return `the name of the field is too long: it takes ${size} characters when it is encoded, and may take ${longestField}`;
}

function namespaceProblem(namespace: string): string | undefined {
  const shown = JSON.stringify(namespace);
  if (namespace.trim() === "") return "the namespace is empty; leave it out for the root namespace";
  if (/^\/|\/$/.test(namespace)) return `the namespace ${shown} begins or ends with a slash; write it without`;
  // It is sent as a header.
  if (!/^[\x21-\x7e]+$/.test(namespace)) {
    return `the namespace ${shown} has a character that cannot be sent: it may have letters, digits and signs of ASCII, and no blank`;
  }
  return undefined;
}

function hasControlCharacter(text: string): boolean {
  // Half of a pair of UTF-16 is no character either.
  return /[\p{Cc}\p{Cs}]/u.test(text);
}
