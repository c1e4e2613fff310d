/**
 * The id of a version of a secret, which says whose secret is in it: `keyturn-1f0c2a9b-KEY_ID`, the hash being that of the logical key's name.
 *
 * It is the client request token of the call that makes the version, so that a repeated call makes no second one. DescribeSecret shows it
 * without the right to read secrets. Tags could not do this: they are per secret, and a Terraform configuration that owns the secret takes
 * away those that it does not know. Versions that others make get a random UUID from AWS's tools, so they look different.
 */
import { createHash } from "node:crypto";

/** Whose secret a version holds. */
export type Whose =
  /** Of this logical key. Without a key id there is none in it: it stands for "no secret", because AWS always has a current version. */
  | { readonly kind: "ours"; readonly keyId: string | undefined }
  /** Put there by keyturn for another logical key. */
  | { readonly kind: "other-key" }
  | { readonly kind: "stranger" };

/** AWS asks for 32 to 64 characters. */
const shortest = 32;

/** What is left of 64 characters after the mark and the hash. A UUID has 36. */
const keyIdPattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,45}[A-Za-z0-9])?$/;

const versionPattern = /^keyturn-([0-9a-f]{8})-(.*)$/;

/** Whether the id of a key can stand in the id of a version. All that the API gives out can, but nothing promises it. */
export function fitsVersionId(keyId: string): boolean {
  return keyIdPattern.test(keyId);
}

/** The id of the version for a key, or, without a key id, of the one that says that there is no secret. Filled up with hyphens. */
export function versionIdOf(keyName: string, keyId: string | undefined): string {
  return `keyturn-${hashOf(keyName)}-${keyId ?? ""}`.padEnd(shortest, "-");
}

/** Whose version it is, as seen by one logical key. */
export function whoseVersion(versionId: string, keyName: string): Whose {
  const [, hash, rest = ""] = versionPattern.exec(versionId) ?? [];
  if (hash === undefined) return { kind: "stranger" };
  if (hash !== hashOf(keyName)) return { kind: "other-key" };
  return { kind: "ours", keyId: rest.replace(/-+$/, "") || undefined };
}

function hashOf(keyName: string): string {
  return createHash("sha256").update(keyName).digest("hex").slice(0, 8);
}
