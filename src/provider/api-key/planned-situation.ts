/**
 * A key's situation as planning sees it: from the state and the snapshot of the last refresh, without a clock and without asking anybody.
 */
import { UNKNOWN } from "../../framework";
import type { Intent } from "../../model/decision";
import { Instant } from "../../model/instant";
import type { Situation } from "../../model/lifecycle";
import type { ListedKey } from "../../model/listed-key";
import { logicalKeyName } from "../../model/logical-key";
import type { RotationPolicy } from "../../model/rotation-policy";
import { situationOf } from "../rotation/key-facts";
import { noticedWithin } from "../rotation/prove-key";
import type { ApiKeyPlan, ApiKeyState } from "../schema/api-key-schema";
import { declaredPolicy } from "./declared-policy";
import type { Snapshot } from "./snapshot";

/** What a plan decides from. */
export interface PlanningBasis {
  readonly prior: ApiKeyState;
  readonly policy: RotationPolicy;
  readonly snapshot: Snapshot;
}

/** The situation; undefined for a key that was imported and not yet adopted. */
export function plannedSituation({ prior, policy, snapshot }: PlanningBasis, intent: Intent): Situation | undefined {
  const { id, service, environment } = prior;
  if (id === null || service === null || environment === null) return undefined;
  const { proof, readAt, seen } = snapshot;
  const facts = {
    logicalName: logicalKeyName({ service, environment }),
    keys: keysIn(prior, snapshot),
    now: readAt,
    policy,
    provenAt: proof.provenAt,
    noticedWithin: noticedWithin(proof),
    delivery: (keyId: string) => seen.get(keyId)?.delivery ?? "unknown",
    observations: (keyId: string) => seen.get(keyId)?.observations ?? [],
  };
  return situationOf(facts, intent);
}

function keysIn(prior: ApiKeyState, { seen }: Snapshot): readonly ListedKey[] {
  return [prior, ...(prior.retiring ?? [])].flatMap(({ id, name, created_at: createdAt }) =>
    id === null || name === null
      ? []
      : [
          {
            id,
            name,
            createdAt: createdAt === null ? undefined : Instant.parse(createdAt),
            lastUsedAt: seen.get(id)?.lastUsedAt,
          },
        ],
  );
}

/** The policy that is planned; undefined while a part of it is known only after apply. */
export function plannedPolicy(planned: ApiKeyPlan): RotationPolicy | undefined {
  const { rotation_period, overlap_window, quiet_period, overlap_wait, max_overlap, verification } = planned;
  if (
    typeof rotation_period !== "string" ||
    overlap_window === UNKNOWN ||
    quiet_period === UNKNOWN ||
    overlap_wait === UNKNOWN ||
    max_overlap === UNKNOWN ||
    verification === UNKNOWN
  ) {
    return undefined;
  }
  return declaredPolicy({ rotation_period, overlap_window, quiet_period, overlap_wait, max_overlap, verification });
}
