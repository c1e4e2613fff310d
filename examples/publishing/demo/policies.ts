/**
 * The times of the two acts: days in production, seconds here. The variables are those of the example's `settings.ts`.
 */

/** How long a key lives in the first act. */
export const periodSeconds = 15;

/** How long a replaced key must have been quiet. */
export const quietSeconds = 3;

/** How long the overlap of the second act lasts: longer than a roll-back and a plan after it take. */
export const longOverlapSeconds = 20;

/** Keys come due, and a deploy waits until the old ones may go. */
export const shortLives = {
  PUBLISHING_ROTATION_PERIOD: `${periodSeconds}s`,
  PUBLISHING_OVERLAP: "6s",
  PUBLISHING_QUIET_PERIOD: `${quietSeconds}s`,
};

/** Keys live as long as in the example, and are replaced because somebody has left. No deploy waits for the end of an overlap. */
export const longOverlap = {
  PUBLISHING_EVENT: "2026-03-14 Kim left",
  PUBLISHING_OVERLAP: `${longOverlapSeconds}s`,
  PUBLISHING_OVERLAP_WAIT: "1s",
  PUBLISHING_QUIET_PERIOD: `${quietSeconds}s`,
};
