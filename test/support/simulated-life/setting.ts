/**
 * What is fixed in a simulated life of a key: how the API behaves, which policy holds, and who uses the secret.
 *
 * Times are short so that a history spans many rotations. They are no borders of anything, so that nothing fits by chance.
 */
import fc from "fast-check";
import { Duration } from "../../../src/model/duration";
import type { RotationPolicy, VerificationMode } from "../../../src/model/rotation-policy";

/** How a service gets its secret. */
export type Habit =
  /** It reads the store well within every overlap. */
  | "on schedule"
  /** It reads the store again only when the overlap is almost over. */
  | "late"
  /** It never reads the store again. */
  | "never";

/** What does not change in a history. */
export interface Setting {
  readonly verification: VerificationMode;
  readonly quietMinutes: number;
  /** `last_used_at` is rounded down to a multiple of this. Undefined if the API does not keep it. */
  readonly granularityMs: number | undefined;
  /** A use is noted only if the one noted before is as long ago. */
  readonly intervalMs: number;
  /** How long after a use `last_used_at` shows it. */
  readonly lagMs: number;
  readonly hasActivityLog: boolean;
  readonly listsRevokedKeys: boolean;
  readonly tellsCreation: boolean;
  readonly stores: 1 | 2;
  readonly services: readonly Habit[];
  /** How long one request takes. */
  readonly stepMs: number;
  /** How far the clock of the machine that keyturn runs on is ahead of the API's. */
  readonly clientAheadMs: number;
}

export const overlap = Duration.minutes(67);
export const period = Duration.minutes(409);

/** The policy of a setting. */
export function policyOf({ verification, quietMinutes }: Setting): RotationPolicy {
  return {
    period,
    overlap,
    quietPeriod: Duration.minutes(quietMinutes),
    maxOverlap: Duration.days(7),
    overlapWait: Duration.minutes(0),
    verification,
  };
}

/** Whether anything tells of uses. Without it no key may be ended on evidence. */
export function hasEvidence({ granularityMs, hasActivityLog }: Setting): boolean {
  return granularityMs !== undefined || hasActivityLog;
}

const minuteMs = 60_000;

/** Any setting. */
export const settings: fc.Arbitrary<Setting> = fc.record({
  verification: fc.constantFrom<VerificationMode>("evidence", "evidence", "evidence", "time-only"),
  quietMinutes: fc.constantFrom(13, 29, 61),
  granularityMs: fc.constantFrom(1, 1, 1_000, minuteMs, 15 * minuteMs, 60 * minuteMs, 1_440 * minuteMs, undefined),
  intervalMs: fc.constantFrom(0, 0, 10 * minuteMs, 60 * minuteMs),
  lagMs: fc.constantFrom(0, 0, 700, 45_000, 11 * minuteMs, 40 * minuteMs),
  hasActivityLog: fc.boolean(),
  listsRevokedKeys: fc.boolean(),
  tellsCreation: fc.constantFrom(true, true, true, false),
  stores: fc.constantFrom<1 | 2>(1, 2),
  services: fc.array(fc.constantFrom<Habit>("on schedule", "late", "never"), { minLength: 1, maxLength: 3 }),
  stepMs: fc.constantFrom(0, 150, 4_000),
  clientAheadMs: fc.constantFrom(0, 3_600_000, -3_600_000, 86_400_000),
});
