/** Limits for requests of stores in tests. */
import { systemClock } from "../../src/model/clock";
import type { HttpLimits } from "../../src/stores/http";

/** Tries as often as usual, without waiting. */
export const impatient: Partial<HttpLimits> = {
  random: () => 0,
  clock: { now: () => systemClock.now(), sleep: async () => undefined },
};
