/**
 * What a reviewer must not overlook in a plan, and what nobody may forget: wider rights, keys that outlive their overlap, leaks.
 */
import { path, UNKNOWN, type DiagnosticText, type Path } from "../../framework";
import type { Decision } from "../../model/decision";
import { generationsOf } from "../../model/generations";
import { targetPlace, targetWords } from "../../model/delivery-target";
import { decide } from "../../model/lifecycle";
import { logicalKeyName } from "../../model/logical-key";
import { phaseSince } from "../../model/key-name";
import { tookOverAt } from "../../model/retirement";
import type { ApiKeyPlan, ApiKeyState } from "../schema/api-key-schema";
import { deliveryTarget, deliveryTargets, type PlannedTarget } from "./delivery-targets";
import { isIncident, takenOverBy } from "./plan-api-key";
import { plannedPolicy, plannedSituation } from "./planned-situation";
import type { Snapshot } from "./snapshot";

interface Change {
  readonly prior: ApiKeyState;
  readonly planned: ApiKeyPlan;
  readonly snapshot: Snapshot | undefined;
}

/** A warning, and the attribute that it is about. */
export type PlanWarning = DiagnosticText & { readonly path?: Path };

/** All warnings about a change of a key that exists. Pure, as the plan itself. */
export function planWarnings(change: Change): readonly PlanWarning[] {
  return [
    ...widerScopes(change),
    ...widerAccounts(change),
    ...incident(change),
    ...adopted(change),
    ...droppedTargets(change),
    ...takenOver(change),
    ...namesake(change),
    ...overstaying(change),
  ];
}

function widerScopes({ prior, planned }: Change): readonly PlanWarning[] {
  const { scopes } = planned;
  if (scopes === UNKNOWN || scopes === null || prior.scopes === null) return [];
  const added = scopes.filter((scope) => scope === UNKNOWN || !prior.scopes?.includes(scope));
  if (added.length === 0) return [];
  const detail = `The key ${nameOf(prior)} may do more than before: its scopes are ${listed(prior.scopes)} now, and ${listed(scopes)} are planned.`;
  return [{ summary: "The key gets wider rights", detail, path: path("scopes") }];
}

function widerAccounts({ prior, planned }: Change): readonly PlanWarning[] {
  const { pinterest_account_ids: accounts } = planned;
  // Null means all accounts; for an imported key it may also mean that nothing is known.
  if (accounts === UNKNOWN || prior.pinterest_account_ids === null || prior.service === null) return [];
  const isWider =
    accounts === null || accounts.some((id) => id === UNKNOWN || !prior.pinterest_account_ids?.includes(id));
  if (!isWider) return [];
  const detail =
    `The key ${nameOf(prior)} may act for more accounts than before: for ${listed(prior.pinterest_account_ids)} now, ` +
    `and for ${accounts === null ? "all accounts of the workspace" : listed(accounts)} as planned.`;
  return [{ summary: "The key gets wider rights", detail, path: path("pinterest_account_ids") }];
}

function incident({ prior, planned }: Change): readonly PlanWarning[] {
  const { compromised: report } = planned;
  if (prior.service === null || report === UNKNOWN || !isIncident(prior, planned)) return [];
  const ids = [...(prior.retiring ?? []).map(({ id }) => id), prior.id].filter((id) => id !== null);
  const detail =
    `Because of ${report ?? "a leak"}, the apply revokes ${ids.length === 1 ? "the key" : "the keys"} ${ids.join(", ")} of ${nameOf(prior)} first, and then makes a new one. ` +
    "Until that is delivered, and services have read it, they have no key that works.";
  return [{ summary: "Compromised keys are revoked first", detail, path: path("compromised") }];
}

/** What an import does not take along, and must not be taken for granted. */
function adopted({ prior, planned }: Change): readonly PlanWarning[] {
  if (prior.service !== null) return [];
  const warnings: PlanWarning[] = [];
  const others = prior.retiring ?? [];
  if (others.length > 0 && planned.name !== prior.name) {
    const detail =
      `The key ${prior.id ?? ""} is renamed from ${prior.name ?? "(unknown)"}, and these older keys of that name, which still work, are not taken along: ` +
      `${others.map(({ id, name }) => `${name ?? ""} (${id ?? ""})`).join(", ")}. Nothing manages them then. Revoke them by hand when they are not in use.`;
    warnings.push({ summary: "Older keys are left behind", detail });
  }
  if (planned.compromised !== null) {
    const detail =
      `The key ${prior.id ?? ""} has just been imported, so nobody knows whether ${String(planned.compromised)} is about it and was answered. It is taken as answered, ` +
      "and the key goes on working. If it has leaked, change the text of compromised once it is adopted: that revokes it first.";
    warnings.push({ summary: "A leak is taken as answered", detail, path: path("compromised") });
  }
  return warnings;
}

/** A place that is not delivered to any more goes on handing out a secret that will end one day. */
function droppedTargets({ prior, planned }: Change): readonly PlanWarning[] {
  const { deliver_to: targets } = planned;
  if (targets === UNKNOWN || targets === null || targets.includes(UNKNOWN)) return [];
  const places = new Set(targets.map(placeOf));
  const dropped = deliveryTargets(prior.deliver_to ?? []).filter((target) => !places.has(targetPlace(target)));
  return dropped.map((target) => ({
    summary: "A delivery target is given up",
    detail:
      `The key ${nameOf(prior)} is not delivered to ${targetWords(target)} any more. It keeps the secret of the key ${prior.id ?? ""}, ` +
      "which the next rotation ends, and whoever still reads it there loses access then. Make sure that nobody does, and remove it.",
    path: path("deliver_to"),
  }));
}

function placeOf(target: PlannedTarget | typeof UNKNOWN): string | undefined {
  const place = target === UNKNOWN ? undefined : deliveryTarget(target);
  return place && targetPlace(place);
}

function takenOver({ prior, snapshot }: Change): readonly PlanWarning[] {
  const usurper = takenOverBy(prior, snapshot);
  if (!usurper || usurper.usedAt) return [];
  const detail =
    `The key ${prior.id ?? ""} of this state was replaced as ${nameOf(prior)} by ${usurper.id}, which this state does not know. ` +
    "Either a run was cut short, or another configuration declares the same key. Nobody has been seen to use the other one, so this plan makes a new key, " +
    "and both older ones stay until they are certainly not in use. If another configuration declares it, take it out of one of them.";
  return [{ summary: "The key was replaced outside of this state", detail }];
}

/** Only a hand can give a second key the name. Until one of them is renamed, no rotation is possible. */
function namesake({ prior, snapshot }: Change): readonly PlanWarning[] {
  const usurper = snapshot?.usurper;
  if (!usurper || prior.name !== nameOf(prior)) return [];
  const detail =
    `Besides the key ${prior.id ?? ""} of this state, the key ${usurper.id} is named ${nameOf(prior)}, too, and nobody knows which one is in use. ` +
    "Neither is rotated nor revoked. Rename the one that is not in use, or revoke it by hand.";
  return [{ summary: "Several keys have one name", detail }];
}

/** Keys whose overlap is over, and which have to stay all the same. */
function overstaying({ prior, planned, snapshot }: Change): readonly PlanWarning[] {
  const policy = plannedPolicy(planned);
  const situation = policy && snapshot && plannedSituation({ prior, policy, snapshot }, { kind: "phase-out" });
  if (!situation) return [];
  const [active] = generationsOf(situation.keys, situation.logicalName).active;
  if (!active) return [];
  return decide(situation)
    .filter(isOverstaying)
    .map(({ key, missing }) => {
      // The overlap begins again with every newer key, but the longest one does not.
      const since = phaseSince(key.name) ?? tookOverAt(key, active);
      const isTooLong = since !== undefined && !situation.now.isBefore(since.plus(policy.maxOverlap));
      const why = missing.map(({ reason }) => reason).join(", and ");
      return {
        // Terraform folds warnings of one summary, and each key is to be named.
        summary: `A replaced key of ${nameOf(prior)} ${isTooLong ? "has outlived its longest overlap" : "outlives its overlap"}`,
        detail:
          `The key ${key.name} (${key.id}), owned by ${prior.owner ?? "nobody that is known"}, still works${since ? `; it was replaced at ${since}` : ""}` +
          `${isTooLong ? `, longer than max_overlap (${policy.maxOverlap}) ago` : ""}. It stays, because ${why}. ` +
          "Find the services that still use it, or revoke it by hand if there are none.",
        path: path("retiring"),
      };
    });
}

function isOverstaying(decision: Decision): decision is Extract<Decision, { readonly kind: "keep" }> {
  return decision.kind === "keep" && decision.missing.every(({ condition }) => condition !== "overlap");
}

function nameOf({ service, environment, name }: ApiKeyState): string {
  return service === null || environment === null ? (name ?? "") : logicalKeyName({ service, environment });
}

function listed(values: readonly (string | typeof UNKNOWN)[]): string {
  return values.map((value) => (value === UNKNOWN ? "(known after apply)" : value)).join(", ");
}
