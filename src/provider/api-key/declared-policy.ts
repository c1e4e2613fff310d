/**
 * Reads what a configuration declares into the terms of the model, with the defaults where it is silent.
 */
import { Duration } from "../../model/duration";
import { logicalKeyName } from "../../model/logical-key";
import { policyDefaults, type RotationPolicy, type VerificationMode } from "../../model/rotation-policy";

/** The attributes that make up a policy, as validated: texts that parse, or null. */
export interface PolicyAttributes {
  readonly rotation_period: string | null;
  readonly overlap_window: string | null;
  readonly quiet_period: string | null;
  readonly overlap_wait: string | null;
  readonly max_overlap: string | null;
  readonly verification: string | null;
}

/** The policy that a configuration declares. @throws KeyturnError INVALID_VALUE for a text that is no duration */
export function declaredPolicy(attributes: PolicyAttributes): RotationPolicy {
  if (attributes.rotation_period === null) throw new Error("no rotation period is declared");
  const overlap =
    attributes.overlap_window === null ? policyDefaults.overlap : Duration.parse(attributes.overlap_window);
  const quietPeriod =
    attributes.quiet_period === null ? policyDefaults.quietPeriod(overlap) : Duration.parse(attributes.quiet_period);
  return {
    period: Duration.parse(attributes.rotation_period),
    overlap,
    quietPeriod,
    maxOverlap:
      attributes.max_overlap === null
        ? policyDefaults.maxOverlap({ overlap, quietPeriod })
        : Duration.parse(attributes.max_overlap),
    overlapWait:
      attributes.overlap_wait === null ? policyDefaults.overlapWait : Duration.parse(attributes.overlap_wait),
    verification: (attributes.verification as VerificationMode | null) ?? policyDefaults.verification,
  };
}

/** The name of the logical key that a state declares; undefined for a key that was imported and never adopted. */
export function logicalNameOf({
  service,
  environment,
}: {
  readonly service: string | null;
  readonly environment: string | null;
}): string | undefined {
  return service === null || environment === null ? undefined : logicalKeyName({ service, environment });
}
