/**
 * A clock that a test moves by hand.
 *
 * Time stands still until `advance`. Whoever sleeps on it wakes up when the time has come, in the order of their waking times.
 */
import type { Clock } from "../model/clock";
import { Instant } from "../model/instant";

interface Sleeper {
  readonly wakesAtMs: number;
  readonly wake: () => void;
}

/** A `Clock` for tests. */
export class FakeClock implements Clock {
  #nowMs: number;
  #sleepers: Sleeper[] = [];

  /** @param start where the clock stands at first; 2026-03-01T12:00:00Z if not given */
  constructor(start: Instant = Instant.parse("2026-03-01T12:00:00Z")) {
    this.#nowMs = start.epochMs;
  }

  now(): Instant {
    return Instant.ofEpochMs(this.#nowMs);
  }

  /** How many are asleep, for tests that wait until somebody is. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Moves the time forward and wakes everyone whose time has come. */
  advance(duration: { readonly ms: number }): void {
    this.#nowMs += duration.ms;
    const due = this.#sleepers.filter(({ wakesAtMs }) => wakesAtMs <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter(({ wakesAtMs }) => wakesAtMs > this.#nowMs);
    for (const { wake } of due.toSorted((one, other) => one.wakesAtMs - other.wakesAtMs)) wake();
  }

  async sleep({ ms }: { readonly ms: number }, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (ms <= 0) return;
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason instanceof Error ? signal.reason : new Error(String(signal?.reason)));
      };
      const sleeper: Sleeper = {
        wakesAtMs: this.#nowMs + ms,
        wake: () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }
}
