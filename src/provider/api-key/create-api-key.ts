/**
 * Creates the next generation of a key. The one before it, if there is one, is retiring afterwards and still works.
 */
import { KeyturnError } from "../../model/error";
import { generationsOf } from "../../model/generations";
import type { ProviderData } from "../provider-data";
import type { GatheredFacts } from "../rotation/gather-facts";
import { makeNewGeneration } from "../rotation/new-generation";
import { declaredApiKey } from "./declared-api-key";
import type { DeclaredApiKey } from "./known-state";
import type { NewGenerations } from "./new-generations";
import { declaredRights, stateAfter, type StateAfter } from "./state-after";

/** Makes a new generation active. @throws KeyturnError after everything has been taken back */
export async function createApiKey(
  attributes: DeclaredApiKey,
  { data, created }: { readonly data: ProviderData; readonly created: NewGenerations },
): Promise<StateAfter> {
  // Read before anything is minted: what cannot be read must not cost a secret.
  const declared = declaredApiKey(attributes, data);
  const { logicalName, policy } = declared;
  return await data.locks.run(logicalName, async () => {
    const request = {
      declared,
      rights: declaredRights(attributes),
      intent: { kind: "rotate", reason: "it is declared" },
      check: (facts: GatheredFacts) => {
        refuseSecondClaim(facts, created);
      },
    } as const;
    const made = await makeNewGeneration(request, data);
    created.remember({
      keyId: made.key.id,
      logicalName,
      createdAt: made.key.createdAt ?? made.facts.now,
      policy,
      proof: made.proof,
    });
    return stateAfter(attributes, declared, made);
  });
}

/** @throws KeyturnError CONFLICT if another resource of the same run has made the active key */
function refuseSecondClaim({ keys, logicalName }: GatheredFacts, created: NewGenerations): void {
  const [active] = generationsOf(keys, logicalName).active;
  if (!active || !created.find(active.id)) return;
  throw new KeyturnError(
    "CONFLICT",
    `the key ${logicalName} is declared twice in this configuration: another resource has just made it (${active.id}). ` +
      "Nothing was changed for this one. Declare the key once, and let both use it",
  );
}
