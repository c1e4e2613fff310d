/**
 * Refuses plans that would end the last key of a logical key while somebody may use it, or while it is protected.
 */
import type { DiagnosticText } from "../../framework";
import { judgeLastKey } from "../../model/end-of-key";
import { lastUsedObservation } from "../../model/evidence";
import { phaseOf } from "../../model/key-name";
import { logicalKeyName } from "../../model/logical-key";
import type { MissingCondition } from "../../model/retirement";
import { noticedWithin } from "../rotation/prove-key";
import type { ApiKeyState } from "../schema/api-key-schema";
import { declaredPolicy } from "./declared-policy";
import type { Snapshot, Usurper } from "./snapshot";

/** What the plan is about to do to the key. */
type Ending = "destroy" | "rename";

/** Why the key may not end now, or undefined if it may. Pure: it goes by the last refresh, and the apply looks again. */
export function endRefused(
  prior: ApiKeyState,
  snapshot: Snapshot | undefined,
  ending: Ending,
): DiagnosticText | undefined {
  const { id, service, environment } = prior;
  // An imported key to which nothing was applied is left alone by its destruction.
  if (id === null || service === null || environment === null || prior.rotation_period === null) return undefined;
  const logicalName = logicalKeyName({ service, environment });
  // One that another key has taken over from ends by the rules of retirement.
  const isReplaced = replacedBy(prior, snapshot) !== undefined;
  if (prior.deletion_protection) {
    return {
      summary: "The key is protected",
      detail:
        `The key ${logicalName} (${id}) has deletion_protection, and ${consequence[ending]}. ` +
        "If that is wanted, apply deletion_protection = false first.",
    };
  }
  // Without a snapshot the apply has to decide, which looks again in any case.
  if (isReplaced || prior.force_revoke || !snapshot) return undefined;
  const { readAt, proof, seen } = snapshot;
  const key = seen.get(id);
  const observations = [
    lastUsedObservation(key?.lastUsedAt, { noticedWithin: noticedWithin(proof), now: readAt }),
    ...(key?.observations ?? []),
  ];
  const verdict = judgeLastKey(
    { observations, provenAt: proof.provenAt },
    { policy: declaredPolicy(prior), now: readAt },
  );
  return verdict.kind === "due" ? undefined : mayBeInUse(prior, verdict.missing, ending);
}

/** The refusal to end a key of which that is said. */
export function mayBeInUse(prior: ApiKeyState, missing: readonly MissingCondition[], ending: Ending): DiagnosticText {
  return {
    summary: "The key may be in use",
    detail:
      `The key ${prior.service ?? ""}-${prior.environment ?? ""} (${prior.id ?? ""}) of ${prior.owner ?? "an unknown owner"} is not revoked, ` +
      `because ${missing.map(({ reason }) => reason).join(", and ")}; ${consequence[ending]}. ${remedy[ending]}`,
  };
}

/** The active key that has taken over from this one. */
export function replacedBy(
  { service, environment, name }: ApiKeyState,
  snapshot: Snapshot | undefined,
): Usurper | undefined {
  if (service === null || environment === null || name === null) return undefined;
  const phase = phaseOf(name, logicalKeyName({ service, environment }));
  return phase === "retiring" || phase === "rolledBack" ? snapshot?.usurper : undefined;
}

const consequence: Record<Ending, string> = {
  destroy: "this plan would end it without a successor",
  rename:
    "a new service or environment means a new key, and this plan would end the old one without a successor of its name",
};

const remedy: Record<Ending, string> = {
  destroy:
    "Take it out of use first. To revoke it all the same, apply force_revoke = true, and then destroy it. " +
    "If it is in the state only because an earlier apply could not end it, declare a key of its service and environment again: that replaces it.",
  rename:
    "Declare the new name as a key of its own, let the services change over, and then take the old one away. " +
    "To replace it all the same, apply force_revoke = true first.",
};
