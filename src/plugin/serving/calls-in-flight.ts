/**
 * Counts the calls that have begun and not ended, so that the process never ends in the middle of one.
 *
 * A call that its client has given up still counts: an apply goes on whether or not anybody waits for its answer.
 */
export class CallsInFlight {
  #count = 0;
  #waiting: (() => void)[] = [];

  async track<Result>(call: () => Promise<Result>): Promise<Result> {
    this.#count++;
    try {
      return await call();
    } finally {
      this.#count--;
      if (this.#count === 0) {
        this.#waiting.splice(0).forEach((resolve) => {
          resolve();
        });
      }
    }
  }

  /** Resolves as soon as no call is in flight. */
  async untilNone(): Promise<void> {
    if (this.#count > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
