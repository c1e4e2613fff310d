/**
 * The state and the snapshot of a key whose new generation has just become active.
 */
import { fingerprintOf } from "../../model/fingerprint";
import type { Secret } from "../../model/secret";
import type { NewGeneration } from "../rotation/new-generation";
import type { DeclaredKey } from "../rotation/declared-key";
import { rotationDueAt } from "../../model/rotation-schedule";
import type { ApiKeyState } from "../schema/api-key-schema";
import { identityAttributes, leftoversAttribute } from "./api-key-state";
import type { DeclaredApiKey } from "./known-state";
import { encodeSnapshot } from "./snapshot";
import { leftoversBeside, takeSnapshot } from "./take-snapshot";

/** What Terraform keeps of the key. */
export interface StateAfter {
  readonly state: ApiKeyState;
  /** The private data. */
  readonly private: unknown;
}

/** What else the state says. */
export interface StateSettings {
  /** Under which the fingerprint of the secret is made. @default - there is no fingerprint */
  readonly fingerprintKey?: Secret | undefined;
  /** Whether a rotation that was asked for has yet to come. @default false */
  readonly owesRotation?: boolean;
}

/** @param attributes what the configuration declares */
export function stateAfter(
  attributes: DeclaredApiKey,
  { logicalName, policy, isInState }: DeclaredKey,
  { key, secret, proof, facts }: NewGeneration,
  { fingerprintKey, owesRotation = false }: StateSettings,
): StateAfter {
  const createdAt = key.createdAt ?? facts.now;
  const leftovers = leftoversBeside(key, facts);
  const otherNames = leftovers.map(({ name }) => name);
  return {
    state: {
      ...attributes,
      ...identityAttributes(key.id, createdAt),
      name: logicalName,
      rotate_after: rotationDueAt(createdAt, policy, { logicalName, otherNames }).toString(),
      secret: isInState && secret ? secret.reveal() : null,
      // An earlier run has delivered a secret that is not known here: then that of before would be the wrong one.
      secret_fingerprint: secret && fingerprintKey ? fingerprintOf(secret, fingerprintKey) : null,
      retiring: leftoversAttribute(leftovers),
      // With a namesake no generation is made.
      namesake: null,
    },
    private: encodeSnapshot(takeSnapshot(key, facts, { proof, owesRotation })),
  };
}

/** What is declared of the rights of a key. */
export function declaredRights({ scopes, pinterest_account_ids: accounts }: DeclaredApiKey): {
  readonly scopes: readonly string[];
  readonly pinterestAccountIds: readonly string[] | undefined;
} {
  return { scopes: scopes ?? [], pinterestAccountIds: accounts ?? undefined };
}
