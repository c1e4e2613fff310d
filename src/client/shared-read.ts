/**
 * One request for any number of readers, who never see data from before a write that they know of.
 *
 * A write counts when it starts and again when it finishes. What was asked for before the last such count is given to nobody who
 * comes after it. At most one request is under way and one more waits for it, so a crowd of readers costs two requests at the most;
 * the price is that a reader may wait for a request whose answer is not for it.
 */
import type { Clock } from "../model/clock";
import type { Instant } from "../model/instant";

/** Reads something that is the same for everybody. */
export interface SharedRead<T> {
  /** Joins a request or starts one. With `fresh`, only a request that starts after this call will do. */
  read(options: { readonly fresh: boolean }): Promise<T>;
  /** Does something that makes the present data out of date, as soon as it begins and again when it ends in any way. */
  write<R>(action: () => Promise<R>): Promise<R>;
}

/** What a shared read needs to know. */
export interface SharedReadOptions<T> {
  readonly request: () => Promise<T>;
  readonly clock: Clock;
  /** How long data may be given out after it came; 0 means that it is not kept. */
  readonly maxAgeMs: number;
}

/** Shares the requests of `request` among its readers. A failure reaches those who wait for it, and is forgotten. */
export function shareReads<T>({ request, clock, maxAgeMs }: SharedReadOptions<T>): SharedRead<T> {
  let writes = 0;
  let running: { readonly writes: number; readonly promise: Promise<T> } | undefined;
  let queued: { readonly promise: Promise<T>; readonly begin: () => void } | undefined;
  let kept: { readonly writes: number; readonly data: T; readonly cameAt: Instant } | undefined;

  function start(): Promise<T> {
    const writesBefore = writes;
    const promise = request();
    running = { writes: writesBefore, promise };
    const finish = (): void => {
      running = undefined;
      const next = queued;
      queued = undefined;
      next?.begin();
    };
    // Registered before any reader's own handler, so that no reader runs between the end of one request and the start of the next.
    promise.then(
      (data) => {
        kept = { writes: writesBefore, data, cameAt: clock.now() };
        finish();
      },
      () => {
        finish();
      },
    );
    return promise;
  }

  function startNext(): Promise<T> {
    if (!queued) {
      let begin = (): void => undefined;
      const promise = new Promise<T>((resolve) => {
        begin = () => {
          resolve(start());
        };
      });
      queued = { promise, begin };
    }
    return queued.promise;
  }

  return {
    read: ({ fresh }) => {
      if (!fresh && kept?.writes === writes && isYoung(kept.cameAt)) return Promise.resolve(kept.data);
      if (!running) return start();
      return !fresh && running.writes === writes ? running.promise : startNext();
    },
    write: async (action) => {
      writes += 1;
      try {
        return await action();
      } finally {
        writes += 1;
      }
    },
  };

  /** A clock that was set back makes an age negative, and nobody knows how old the data is. */
  function isYoung(cameAt: Instant): boolean {
    const ageMs = cameAt.msUntil(clock.now());
    return ageMs >= 0 && ageMs < maxAgeMs;
  }
}
