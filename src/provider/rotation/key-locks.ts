/**
 * Lets one piece of work at a time touch the keys of one logical name.
 *
 * Terraform works on ten resources at once, and two of them may mean the same name: one that is renamed in the configuration, or
 * one that moves to another index of a count. What one of them has just promoted must not be a leftover to the other.
 */

/** One lock for each name. */
export class KeyLocks {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` when everything that came before it for this name has ended, in any way. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
