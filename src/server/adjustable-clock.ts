/**
 * A clock that can be put forward, so that a test of another process need not wait ninety days for a rotation.
 *
 * Only what the clock says moves; sleeping takes as long as ever.
 */
import type { Clock } from "../model/clock";
import { Duration } from "../model/duration";
import type { Instant } from "../model/instant";

/** Another clock, plus what it was put forward by. */
export class AdjustableClock implements Clock {
  #ahead = Duration.seconds(0);

  constructor(private readonly base: Clock) {}

  now(): Instant {
    return this.base.now().plus(this.#ahead);
  }

  advance(seconds: number): void {
    this.#ahead = Duration.seconds(this.#ahead.ms / 1000 + seconds);
  }

  sleep(duration: { readonly ms: number }, signal?: AbortSignal): Promise<void> {
    return this.base.sleep(duration, signal);
  }
}
