/**
 * Plans what happens to a key. Pure: it decides from the two states and the snapshot of the last refresh, without a clock.
 *
 * Terraform asks at plan and again at apply, and wants the same answer. So what was not due when the resource was read is not due
 * when a saved plan is applied later either; the plan after that one shows it.
 */
import { path, UNKNOWN, type Path } from "../../framework";
import type { Decision, Intent } from "../../model/decision";
import { phaseOf, type Phase } from "../../model/key-name";
import { decide } from "../../model/lifecycle";
import { logicalKeyName } from "../../model/logical-key";
import type { RotationPolicy } from "../../model/rotation-policy";
import { rotationDueAt } from "../../model/rotation-schedule";
import { Instant } from "../../model/instant";
import type { ApiKeyPlan, ApiKeyState } from "../schema/api-key-schema";
import { declaredPolicy } from "./declared-policy";
import { plannedPolicy, plannedSituation } from "./planned-situation";
import { renamedParts, requestedRotations } from "./replacement-reasons";
import type { Snapshot, Usurper } from "./snapshot";

/** What is planned. */
export interface PlannedApiKey {
  readonly plannedState: ApiKeyPlan;
  /** The attributes that force a replacement. */
  readonly requiresReplace: readonly Path[];
  /** Whether a rotation that was asked for has to wait for a later plan. */
  readonly owesRotation: boolean;
}

/** Plans a key that does not exist yet; also the second half of a replacement. */
export function planCreate(planned: ApiKeyPlan): ApiKeyPlan {
  return { ...planned, name: plannedName(planned), secret: plannedSecret(planned, UNKNOWN) };
}

/** Plans the next step of a key that exists: a replacement, a change in place, or nothing. */
export function planUpdate(prior: ApiKeyState, planned: ApiKeyPlan, snapshot: Snapshot | undefined): PlannedApiKey {
  const policy = plannedPolicy(planned);
  const named: ApiKeyPlan = {
    ...planned,
    name: plannedName(planned),
    rotate_after: plannedRotateAfter(prior, planned, policy),
    secret: plannedSecret(planned, prior.secret),
  };
  // An imported key has no service in its state yet. It is adopted under the declared name first, and rotated by a later plan:
  // the key to retire is found by its name, and one of another name would be taken for somebody else's.
  if (prior.service === null || prior.environment === null) return inPlace(named);
  const renamed = renamedParts(prior, named);
  if (renamed.length > 0) return replacement(named, renamed);
  if (isIncident(prior, named)) return inPlace(withNewGeneration(named));

  const requested = requestedRotations(prior, named);
  const owesRotation = requested.length > 0 || (snapshot?.owesRotation ?? false);
  const phase = priorPhase(prior);
  // Renamed by somebody: for the same reason as above the name is put right first.
  if (phase === undefined) return inPlace(named, owesRotation);
  // A run that was cut short has delivered a newer key: services use it, so it is the one to go on with.
  if (snapshot?.delivered) return inPlace({ ...withNewGeneration(named), id: snapshot.delivered.id }, owesRotation);
  if (takenOverBy(prior, snapshot)) return replacement(named, [path("name")]);

  const isDue = isRotationDue(prior, named, snapshot);
  const reasons = [...requested, ...(isDue || snapshot?.owesRotation ? [path("rotate_after")] : [])];
  const intent: Intent = reasons.length > 0 ? { kind: "rotate", reason: "it is due" } : { kind: "maintain" };
  const situation = policy && snapshot && plannedSituation({ prior, policy, snapshot }, intent);
  if (!situation) {
    if (reasons.length > 0) return replacement(named, reasons);
    // What is decided by a value that is known only after apply cannot be promised now.
    const isUndecided = snapshot !== undefined && (prior.retiring ?? []).length > 0;
    return inPlace({ ...named, retiring: isUndecided ? UNKNOWN : prior.retiring });
  }
  const decisions = decide(situation);
  if (decisions.some(({ kind }) => kind === "mint")) {
    return replacement(named, reasons.length > 0 ? reasons : [path("name")]);
  }
  // The evidence was gathered by the policy of before. Whether a key may go by a new one, the next plan knows.
  const leaving = isSamePolicy(prior, situation.policy) ? decisions : [];
  // What was cut short is finished first, and what was asked for comes after that.
  return inPlace({ ...named, retiring: remaining(prior.retiring, leaving) }, owesRotation);
}

/** The active key that has taken the place of this one, without the doing of this state or without its knowledge. */
export function takenOverBy(prior: ApiKeyState, snapshot: Snapshot | undefined): Usurper | undefined {
  const phase = priorPhase(prior);
  const isReplaced = phase === "retiring" || phase === "rolledBack";
  return isReplaced && !snapshot?.delivered ? snapshot?.usurper : undefined;
}

function withNewGeneration(planned: ApiKeyPlan): ApiKeyPlan {
  return {
    ...planned,
    id: UNKNOWN,
    created_at: UNKNOWN,
    rotate_after: UNKNOWN,
    generation: UNKNOWN,
    secret: plannedSecret(planned, UNKNOWN),
    secret_fingerprint: UNKNOWN,
    retiring: UNKNOWN,
    namesake: UNKNOWN,
  };
}

/** A secret that is not delivered to the state is null there, and the plan says so. */
function plannedSecret({ deliver_to: targets }: ApiKeyPlan, delivered: ApiKeyPlan["secret"]): ApiKeyPlan["secret"] {
  if (targets === null || targets === UNKNOWN) return delivered;
  const mayBeInState = targets.some((target) => target === UNKNOWN || target.terraform_state !== null);
  return mayBeInState ? delivered : null;
}

function replacement(planned: ApiKeyPlan, requiresReplace: readonly Path[]): PlannedApiKey {
  return { plannedState: withNewGeneration(planned), requiresReplace, owesRotation: false };
}

function inPlace(plannedState: ApiKeyPlan, owesRotation = false): PlannedApiKey {
  return { plannedState, requiresReplace: [], owesRotation };
}

/** Whether a leak was reported that had not been reported before. */
export function isIncident(prior: ApiKeyState, { compromised }: Pick<ApiKeyPlan, "compromised">): boolean {
  return compromised !== null && compromised !== prior.compromised;
}

function priorPhase({ service, environment, name }: ApiKeyState): Phase | undefined {
  if (service === null || environment === null || name === null) return undefined;
  return phaseOf(name, logicalKeyName({ service, environment }));
}

function plannedName({ service, environment }: ApiKeyPlan): ApiKeyPlan["name"] {
  if (typeof service !== "string" || typeof environment !== "string") return UNKNOWN;
  return logicalKeyName({ service, environment });
}

function plannedRotateAfter(
  prior: ApiKeyState,
  planned: ApiKeyPlan,
  policy: RotationPolicy | undefined,
): ApiKeyPlan["rotate_after"] {
  const logicalName = plannedName(planned);
  if (!policy || typeof logicalName !== "string" || prior.created_at === null) return UNKNOWN;
  const otherNames = (prior.retiring ?? []).flatMap(({ name }) => (name === null ? [] : [name]));
  return rotationDueAt(Instant.parse(prior.created_at), policy, { logicalName, otherNames }).toString();
}

function isRotationDue(prior: ApiKeyState, planned: ApiKeyPlan, snapshot: Snapshot | undefined): boolean {
  // While a new period is not known, the old one holds.
  const dueAt = typeof planned.rotate_after === "string" ? planned.rotate_after : prior.rotate_after;
  return snapshot !== undefined && dueAt !== null && !snapshot.readAt.isBefore(Instant.parse(dueAt));
}

function isSamePolicy(prior: ApiKeyState, { verification, overlap, quietPeriod }: RotationPolicy): boolean {
  if (prior.rotation_period === null) return false;
  const before = declaredPolicy(prior);
  return (
    before.verification === verification && before.overlap.ms === overlap.ms && before.quietPeriod.ms === quietPeriod.ms
  );
}

/** The keys beside this one that stay. */
function remaining(retiring: ApiKeyState["retiring"], decisions: readonly Decision[]): ApiKeyState["retiring"] {
  const leaving = new Set(decisions.flatMap((decision) => (decision.kind === "revoke" ? [decision.key.id] : [])));
  return retiring && retiring.filter(({ id }) => id === null || !leaving.has(id));
}
