/**
 * Answers a leak: revokes every generation of a key first, and then makes a new one, in the place of the one in the state.
 *
 * It is a change in place and no replacement, because only a change in place knows the state of before: a creation could not tell a
 * leak that is reported from one that was answered long ago and is still written down, and would revoke first at every rotation.
 */
import type { Diagnostics } from "../../framework";
import type { ListedKey } from "../../model/listed-key";
import type { ProviderData } from "../provider-data";
import { makeNewGeneration } from "../rotation/new-generation";
import { declaredApiKey } from "./declared-api-key";
import type { DeclaredApiKey } from "./known-state";
import { reportIncident } from "./report-incident";
import { declaredRights, stateAfter, type StateAfter } from "./state-after";

/**
 * @param keyId the key in the state, which is revoked whatever somebody has named it since
 * @throws KeyturnError; what was revoked until then stays revoked, and the next run goes on
 */
export async function answerIncident(
  { keyId, attributes }: { readonly keyId: string | null; readonly attributes: DeclaredApiKey },
  { data, diagnostics }: { readonly data: ProviderData; readonly diagnostics: Diagnostics },
): Promise<StateAfter> {
  const declared = declaredApiKey(attributes, data);
  const incident = attributes.compromised ?? "";
  return await data.locks.run(declared.logicalName, async () => {
    let before: readonly ListedKey[] = [];
    const request = {
      declared,
      keyId,
      rights: declaredRights(attributes),
      intent: { kind: "answer-incident", incident },
      check: ({ keys }: { readonly keys: readonly ListedKey[] }) => {
        before = keys;
      },
    } as const;
    const made = await makeNewGeneration(request, data);
    const left = new Set(made.facts.keys.map(({ id }) => id));
    const revoked = before.filter(({ id, revokedAt }) => !left.has(id) && revokedAt === undefined);
    reportIncident({ incident, logicalName: declared.logicalName, revoked, successorId: made.key.id }, diagnostics);
    return stateAfter(attributes, declared, made, data);
  });
}
