/**
 * Why a key is to be replaced by a new generation, besides its age: what the configuration asks for.
 */
import { path, UNKNOWN, type Path } from "../../framework";
import type { ApiKeyPlan, ApiKeyState } from "../schema/api-key-schema";

/** The attributes whose change asks for a new generation of the same logical key. */
export function requestedRotations(prior: ApiKeyState, planned: ApiKeyPlan): readonly Path[] {
  const reasons: Path[] = [];
  if (hasNewTrigger(prior.rotation_triggers, planned.rotation_triggers)) reasons.push(path("rotation_triggers"));
  if (hasNewTarget(prior.deliver_to, planned.deliver_to)) reasons.push(path("deliver_to"));
  return reasons;
}

/** Whether the configuration now means another logical key. */
export function renamedParts(prior: ApiKeyState, planned: ApiKeyPlan): readonly Path[] {
  return (["service", "environment"] as const)
    .filter((part) => prior[part] !== planned[part])
    .map((part) => path(part));
}

/** A trigger that is gone asks for nothing: it stands for an event that is not worth remembering any more. */
function hasNewTrigger(prior: ApiKeyState["rotation_triggers"], planned: ApiKeyPlan["rotation_triggers"]): boolean {
  // A value that is not known yet may turn out to be the same, but a plan may not promise that.
  if (planned === UNKNOWN) return true;
  return Object.entries(planned ?? {}).some(([key, value]) => prior?.[key] !== value);
}

/** The secret of the present key cannot be read back, so a new place can only be given a new one. */
function hasNewTarget(prior: ApiKeyState["deliver_to"], planned: ApiKeyPlan["deliver_to"]): boolean {
  if (planned === UNKNOWN) return true;
  const before = new Set((prior ?? []).map(canonical));
  return (planned ?? []).some((target) => !before.has(canonical(target)));
}

/** The same text for the same target, in whatever order its parts and its recipients are. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part === UNKNOWN) return { unknown: true };
    if (Array.isArray(part)) return part.map((each: unknown) => JSON.stringify(each)).sort();
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
