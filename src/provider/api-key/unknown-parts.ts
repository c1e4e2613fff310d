/**
 * Refuses plans that would have to be made twice: what decides about a key must be known when it is planned, since a plan that is reviewed
 * and the apply of it must come to the same.
 */
import { path, UNKNOWN, type DiagnosticText, type Path } from "../../framework";
import { logicalKeyName } from "../../model/logical-key";
import { phaseOf } from "../../model/key-name";
import type { ApiKeyPlan, ApiKeyState } from "../schema/api-key-schema";

/** What is wrong, and with which attribute. */
export type UnknownPart = DiagnosticText & { readonly path: Path };

/** The attributes of a key that exists on whose values everything depends, and which are known only after apply. */
export function unknownParts(prior: ApiKeyState, planned: ApiKeyPlan): readonly UnknownPart[] {
  const { service, environment } = prior;
  // What is imported is adopted first, whatever else is said of it.
  if (service === null || environment === null) return [];
  const logicalName = logicalKeyName({ service, environment });
  const wasRolledBack = (prior.retiring ?? []).some(({ name }) => name && phaseOf(name, logicalName) === "rolledBack");
  return [
    ...(planned.compromised === UNKNOWN ? ["compromised" as const] : []),
    ...(planned.rotation_period === UNKNOWN ? ["rotation_period" as const] : []),
    ...(planned.overlap_window === UNKNOWN && wasRolledBack ? ["overlap_window" as const] : []),
  ].map((attribute) => ({
    summary: "A value must be known to plan a key",
    detail:
      `${attribute} of the key ${logicalName} is known only after apply, and it decides ${decides[attribute]}. ` +
      "Nobody could review such a plan. Write the value into the configuration, or apply what it depends on first.",
    path: path(attribute),
  }));
}

const decides = {
  compromised: "whether every key of this name is revoked at once",
  rotation_period: "whether the key is replaced",
  overlap_window: "when the key that was rolled back to is replaced",
} as const;
