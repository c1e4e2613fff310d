/**
 * Plans what happens to a key. Pure: it decides from the two states and the snapshot of the last refresh, without a clock.
 *
 * Terraform asks at plan and again at apply, and wants the same answer. So what was not due when the resource was read is not due
 * when a saved plan is applied later either; the plan after that one shows it.
 */
import { path, UNKNOWN, type Path } from "../../framework";
import { Duration } from "../../model/duration";
import { Instant } from "../../model/instant";
import { phaseOf } from "../../model/key-name";
import { logicalKeyName } from "../../model/logical-key";
import type { RotationPolicy } from "../../model/rotation-policy";
import type { ApiKeyPlan, ApiKeyState } from "../schema/api-key-schema";
import { declaredPolicy } from "./declared-policy";
import { successorEvidence, type Snapshot } from "./evidence";
import { judgeLeftover } from "./judge-leftover";

/** What is planned, and which attributes force a replacement. */
export interface PlannedApiKey {
  readonly plannedState: ApiKeyPlan;
  readonly requiresReplace: readonly Path[];
}

/** Plans a key that does not exist yet; also the second half of a replacement. */
export function planCreate(planned: ApiKeyPlan): ApiKeyPlan {
  return { ...planned, name: plannedName(planned) };
}

/** Plans the next step of a key that exists: a replacement, a change in place, or nothing. */
export function planUpdate(prior: ApiKeyState, planned: ApiKeyPlan, snapshot: Snapshot | undefined): PlannedApiKey {
  const named: ApiKeyPlan = {
    ...planned,
    name: plannedName(planned),
    rotate_after: plannedRotateAfter(prior, planned),
  };
  const requiresReplace = replacementReasons(prior, named, snapshot);
  if (requiresReplace.length > 0) {
    return {
      plannedState: {
        ...named,
        id: UNKNOWN,
        created_at: UNKNOWN,
        rotate_after: UNKNOWN,
        generation: UNKNOWN,
        secret: UNKNOWN,
        retiring: UNKNOWN,
      },
      requiresReplace,
    };
  }
  return { plannedState: { ...named, retiring: plannedRetiring(prior, named, snapshot) }, requiresReplace };
}

function plannedName({ service, environment }: ApiKeyPlan): ApiKeyPlan["name"] {
  if (typeof service !== "string" || typeof environment !== "string") return UNKNOWN;
  return logicalKeyName({ service, environment });
}

function plannedRotateAfter(prior: ApiKeyState, { rotation_period: period }: ApiKeyPlan): ApiKeyPlan["rotate_after"] {
  if (typeof period !== "string" || prior.created_at === null) return UNKNOWN;
  return Instant.parse(prior.created_at).plus(Duration.parse(period)).toString();
}

function replacementReasons(prior: ApiKeyState, planned: ApiKeyPlan, snapshot: Snapshot | undefined): Path[] {
  // An imported key has no service in its state yet. It is adopted under the declared name first, and rotated by a later plan:
  // the key to retire is found by its name, and one of another name would be taken for somebody else's.
  if (prior.service === null || prior.environment === null) return [];

  const reasons: Path[] = [];
  if (prior.service !== planned.service) reasons.push(path("service"));
  if (prior.environment !== planned.environment) reasons.push(path("environment"));
  if (reasons.length > 0) return reasons;

  const logicalName = logicalKeyName({ service: prior.service, environment: prior.environment });
  const phase = prior.name === null ? undefined : phaseOf(prior.name, logicalName);
  // A run that was cut short, or another state, has put a newer key into this one's place.
  if (phase === "retiring") return [path("name")];
  // Renamed by somebody: for the same reason as above the name is put right first.
  if (phase !== "active") return [];

  if (!sameTriggers(prior.rotation_triggers, planned.rotation_triggers)) reasons.push(path("rotation_triggers"));
  // While a new period is not known, the old one holds.
  const dueAt = typeof planned.rotate_after === "string" ? planned.rotate_after : prior.rotate_after;
  if (snapshot && dueAt !== null && !snapshot.readAt.isBefore(Instant.parse(dueAt))) reasons.push(path("rotate_after"));
  return reasons;
}

function sameTriggers(prior: ApiKeyState["rotation_triggers"], planned: ApiKeyPlan["rotation_triggers"]): boolean {
  // A value that is not known yet may turn out to be the same, but a plan may not promise that.
  if (planned === UNKNOWN) return false;
  const before = Object.entries(prior ?? {});
  const after = Object.entries(planned ?? {});
  return before.length === after.length && after.every(([key, value]) => prior?.[key] === value);
}

/** The keys beside this one that stay: all but those that may be revoked by what the refresh saw. */
function plannedRetiring(
  prior: ApiKeyState,
  planned: ApiKeyPlan,
  snapshot: Snapshot | undefined,
): ApiKeyPlan["retiring"] {
  const { retiring } = prior;
  if (!snapshot || retiring === null || retiring.length === 0) return retiring;
  const policy = knownPolicy(planned);
  // What is decided by a value that is known only after apply cannot be promised now.
  if (!policy || typeof planned.name !== "string") return UNKNOWN;
  const createdAt = prior.created_at === null ? undefined : Instant.parse(prior.created_at);
  const successor = successorEvidence(snapshot, createdAt);
  const context = { logicalName: planned.name, policy, now: snapshot.readAt };
  return retiring.filter(({ id, name, created_at: created }) => {
    const evidence = id === null ? undefined : snapshot.retiring.get(id);
    if (!evidence || name === null) return true;
    const leftover = { name, createdAt: created === null ? undefined : Instant.parse(created), ...evidence };
    return judgeLeftover(leftover, successor, context).kind === "kept";
  });
}

function knownPolicy(planned: ApiKeyPlan): RotationPolicy | undefined {
  const { rotation_period, overlap_window, quiet_period, overlap_wait, verification } = planned;
  if (
    typeof rotation_period !== "string" ||
    overlap_window === UNKNOWN ||
    quiet_period === UNKNOWN ||
    overlap_wait === UNKNOWN ||
    verification === UNKNOWN
  ) {
    return undefined;
  }
  return declaredPolicy({ rotation_period, overlap_window, quiet_period, overlap_wait, verification });
}
