/**
 * The one place where the time of day comes from.
 *
 * Everything else takes a `Clock`, so that tests can move time and a plan can be computed twice with the same result.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Duration } from "./duration";
import { Instant } from "./instant";

/** Tells the time, and waits. */
export interface Clock {
  now(): Instant;
  /**
   * Resolves after that time has passed on this clock.
   * @throws the signal's reason, as soon as it is aborted
   */
  sleep(duration: Duration | { readonly ms: number }, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Instant.ofEpochMs(Date.now()),
  sleep: async ({ ms }, signal) => {
    signal?.throwIfAborted();
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
