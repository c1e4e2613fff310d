/**
 * Plans a change of a key that exists, with everything that a reviewer is to know about it, and refuses what must not happen.
 */
import type { Diagnostics, PlanModification } from "../../framework";
import type { apiKeySchema, ApiKeyPlan, ApiKeyState } from "../schema/api-key-schema";
import { endRefused } from "./guard-end";
import { planUpdate, takenOverBy } from "./plan-api-key";
import { planWarnings } from "./plan-warnings";
import { renamedParts } from "./replacement-reasons";
import { unknownParts } from "./unknown-parts";
import { encodeSnapshot, type Snapshot, type Usurper } from "./snapshot";

/** The plan, and what is to be said about it in `diagnostics`. */
export function planChange(
  prior: ApiKeyState,
  proposed: ApiKeyPlan,
  { snapshot, diagnostics }: { readonly snapshot: Snapshot | undefined; readonly diagnostics: Diagnostics },
): PlanModification<typeof apiKeySchema> {
  const { plannedState: planned, requiresReplace, owesRotation } = planUpdate(prior, proposed, snapshot);
  const refusal =
    prior.service !== null && renamedParts(prior, planned).length > 0 && endRefused(prior, snapshot, "rename");
  if (refusal) diagnostics.error(refusal);
  for (const unknown of unknownParts(prior, planned)) diagnostics.error(unknown);
  const usurper = takenOverBy(prior, snapshot);
  if (usurper?.usedAt) diagnostics.error(claimedElsewhere(prior, usurper));
  for (const warning of planWarnings({ prior, planned, snapshot })) diagnostics.warning(warning);
  return {
    plannedState: planned,
    requiresReplace,
    ...(snapshot &&
      snapshot.owesRotation !== owesRotation && { private: encodeSnapshot({ ...snapshot, owesRotation }) }),
  };
}

/** Whoever uses the other key was given its secret, and not by this state. */
function claimedElsewhere(
  prior: ApiKeyState,
  { id, usedAt }: Usurper,
): { readonly summary: string; readonly detail: string } {
  const name = `${prior.service ?? ""}-${prior.environment ?? ""}`;
  return {
    summary: "Another configuration manages this key",
    detail:
      `The key ${prior.id ?? ""} of this state was replaced as ${name} by ${id}, which this state does not know, and which has been in use since: it was last used at ${String(usedAt)}. ` +
      "So another configuration declares the same key, or a newer state was lost. Nothing is planned, since the two would replace each other's key again and again. " +
      `Take the key out of one of the configurations. To go on here, take it out of the other, and then run: terraform state rm, and terraform import with the id ${id}.`,
  };
}
