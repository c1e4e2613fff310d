/**
 * Creates the next generation of a key. The one before it, if there is one, is retiring afterwards and still works.
 */
import type { Diagnostics } from "../../framework";
import { KeyturnError } from "../../model/error";
import { generationsOf } from "../../model/generations";
import { leftoversOf } from "../../model/leftover";
import type { ProviderData } from "../provider-data";
import type { GatheredFacts } from "../rotation/gather-facts";
import { makeNewGeneration, type NewGeneration } from "../rotation/new-generation";
import { declaredApiKey } from "./declared-api-key";
import type { DeclaredApiKey } from "./known-state";
import type { NewGenerations } from "./new-generations";
import { declaredRights, stateAfter, type StateAfter } from "./state-after";

/** What a creation is done with. */
export interface CreateContext {
  readonly data: ProviderData;
  readonly created: NewGenerations;
  readonly diagnostics: Diagnostics;
}

/** Makes a new generation active. @throws KeyturnError after everything has been taken back */
export async function createApiKey(
  attributes: DeclaredApiKey,
  { data, created, diagnostics }: CreateContext,
): Promise<StateAfter> {
  // Read before anything is minted: what cannot be read must not cost a secret.
  const declared = declaredApiKey(attributes, data);
  const { logicalName, policy } = declared;
  return await data.locks.run(logicalName, async () => {
    let facts: GatheredFacts | undefined;
    const request = {
      declared,
      rights: declaredRights(attributes),
      intent: { kind: "rotate", reason: "it is declared" },
      check: (found: GatheredFacts) => {
        facts = found;
        refuseSecondClaim(found, created);
      },
    } as const;
    const made = await makeNewGeneration(request, data);
    created.remember({
      keyId: made.key.id,
      logicalName,
      createdAt: made.key.createdAt ?? made.facts.now,
      policy,
      proof: made.proof,
      compromised: attributes.compromised,
    });
    reportUnanswered(attributes.compromised, { facts, made }, diagnostics);
    return stateAfter(attributes, declared, made, data);
  });
}

/**
 * A creation cannot know whether a leak was answered. Where it replaces nothing, somebody may have revoked the leaked key by hand, and
 * then the older generations still wait for their answer.
 */
function reportUnanswered(
  compromised: string | null,
  { facts, made }: { readonly facts: GatheredFacts | undefined; readonly made: NewGeneration },
  diagnostics: Diagnostics,
): void {
  if (compromised === null || !facts || generationsOf(facts.keys, facts.logicalName).active.length > 0) return;
  const others = leftoversOf(generationsOf(made.facts.keys, made.facts.logicalName));
  if (others.length === 0) return;
  diagnostics.warning({
    summary: "Older keys of a compromised one still work",
    detail:
      `There was no active key named ${facts.logicalName}, so ${made.key.id} was made, but these older ones were not revoked because of ${compromised}: ` +
      `${others.map(({ id, name }) => `${name} (${id})`).join(", ")}. They end by the usual rules. If the leak is of them, too, revoke them by hand, ` +
      "or change the text of compromised, which revokes every key of this name first.",
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
