/**
 * Asks the configured sources of evidence before a plan ends the last key of a logical key: they may know of a use that nobody else has
 * seen. A reading does not ask them, since most keys are not about to end.
 */
import type { DiagnosticText } from "../../framework";
import { findKey } from "../../model/key-index";
import { decide } from "../../model/lifecycle";
import type { ProviderData } from "../provider-data";
import { gatherFacts } from "../rotation/gather-facts";
import { situationOf } from "../rotation/key-facts";
import { underOwnName } from "../rotation/own-name";
import { noProof } from "../rotation/prove-key";
import type { ApiKeyState } from "../schema/api-key-schema";
import { declaredApiKey } from "./declared-api-key";
import { mayBeInUse } from "./guard-end";
import type { Snapshot } from "./snapshot";

/** Why the key may not be destroyed, as the sources say; undefined if they do not object, or if there are none. */
export async function objectionToEnd(
  prior: ApiKeyState,
  snapshot: Snapshot | undefined,
  { data, signal }: { readonly data: ProviderData; readonly signal: AbortSignal },
): Promise<DiagnosticText | undefined> {
  const [, ...configured] = data.evidence;
  const isAdopted = prior.service !== null && prior.environment !== null && prior.rotation_period !== null;
  if (configured.length === 0 || prior.id === null || !isAdopted || prior.force_revoke) return undefined;
  const declared = declaredApiKey(prior, data);
  const listing = await data.client().list({ signal });
  const facts = await gatherFacts(
    {
      declared,
      listing: underOwnName(listing, { keyId: prior.id, logicalName: declared.logicalName }),
      proof: snapshot?.proof ?? noProof,
      inState: { id: prior.id, createdAt: undefined },
      sources: data.evidence,
      fresh: false,
      about: "end",
    },
    signal,
  );
  const key = findKey(facts.keys, prior.id);
  const decision = decide(situationOf(facts, { kind: "end", force: false })).find(
    (each) => each.kind === "keep" && each.key === key,
  );
  return decision?.kind === "keep" ? mayBeInUse(prior, decision.missing, "destroy") : undefined;
}
