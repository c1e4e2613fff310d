/**
 * The times that govern a key, as they are declared, with the defaults of the provider.
 */
import { Duration } from "../model/duration";
import { policyDefaults } from "../model/rotation-policy";
import type { DeclaredAttributes } from "./declared-key";
import { isHidden, type Shown } from "./shown";

/** Each undefined where it, or what its default is made of, is not shown. */
export interface DeclaredTimes {
  readonly period: Duration | undefined;
  readonly overlap: Duration | undefined;
  readonly quietPeriod: Duration | undefined;
  readonly maxOverlap: Duration | undefined;
}

/** The times of a key. */
export function declaredTimes(key: DeclaredAttributes): DeclaredTimes {
  const overlap = timeOr(key.overlapWindow, () => policyDefaults.overlap);
  const quietPeriod = timeOr(key.quietPeriod, () => overlap && policyDefaults.quietPeriod(overlap));
  return {
    period: timeOr(key.rotationPeriod, () => undefined),
    overlap,
    quietPeriod,
    maxOverlap: timeOr(
      key.maxOverlap,
      () => overlap && quietPeriod && policyDefaults.maxOverlap({ overlap, quietPeriod }),
    ),
  };
}

/** What ends its overlaps; undefined where that is not shown. */
export function declaredVerification({ verification }: DeclaredAttributes): string | undefined {
  if (isHidden(verification)) return undefined;
  return verification ?? policyDefaults.verification;
}

function timeOr(text: Shown<string>, otherwise: () => Duration | undefined): Duration | undefined {
  if (text === null) return otherwise();
  if (isHidden(text)) return undefined;
  try {
    return Duration.parse(text);
  } catch {
    // The provider has checked it, unless an expression or an older version wrote it; nothing can be computed from it.
    return undefined;
  }
}
