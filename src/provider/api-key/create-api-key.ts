/**
 * Creates the next generation of a key. The one before it, if there is one, is retiring afterwards and still works.
 */
import type { ProviderData } from "../provider-data";
import type { KnownSuccessor } from "../rotation/retire-key";
import { rotateKey } from "../rotation/rotate-key";
import type { ApiKeyState } from "../schema/api-key-schema";
import { identityAttributes, leftoversAttribute } from "./api-key-state";
import { declaredLogicalName, declaredPolicy } from "./declared-policy";
import { takeSnapshot, type Snapshot } from "./evidence";
import type { DeclaredApiKey } from "./known-state";

/** A key that was just created. */
export interface CreatedApiKey {
  readonly state: ApiKeyState;
  readonly snapshot: Snapshot;
  /** What the end of its predecessor is judged by. */
  readonly successor: KnownSuccessor & { readonly keyId: string };
}

/** Makes a new generation active. @throws KeyturnError after everything has been taken back */
export async function createApiKey(declared: DeclaredApiKey, data: ProviderData): Promise<CreatedApiKey> {
  const client = data.client();
  const logicalName = declaredLogicalName(declared);
  // Read before anything is minted: what cannot be read must not cost a secret.
  const policy = declaredPolicy(declared);
  const isInState = isDeliveredToState(declared);
  const { key, secret, proof, leftovers } = await data.locks.run(
    logicalName,
    async () =>
      await rotateKey(
        client,
        {
          logicalName,
          scopes: declared.scopes ?? [],
          pinterestAccountIds: declared.pinterest_account_ids ?? undefined,
        },
        data.nonce,
      ),
  );
  const { servedAt, provenAt, noticedWithin } = proof;
  const createdAt = key.createdAt ?? servedAt;
  return {
    successor: { keyId: key.id, policy, provenAt, noticedWithin },
    snapshot: takeSnapshot({ readAt: servedAt, key, proof, leftovers }),
    state: {
      ...declared,
      ...identityAttributes(key.id, createdAt),
      name: logicalName,
      rotate_after: createdAt.plus(policy.period).toString(),
      secret: isInState ? secret.reveal() : null,
      retiring: leftoversAttribute(leftovers),
    },
  };
}

function isDeliveredToState({ deliver_to: targets }: DeclaredApiKey): boolean {
  return (targets ?? []).some((target) => target.terraform_state?.i_understand_the_secret_is_in_state === true);
}
