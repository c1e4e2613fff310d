/**
 * The names that this process has planned to create keys for, and has not created yet.
 *
 * A run that was killed may leave an object set aside for destruction, and nothing in its place. The next plan destroys the one and
 * creates the other, and the destruction must not be refused although the key is in use: the creation comes first, and retires it. The two
 * are planned at the same time, so whoever plans the destruction waits a little for the creation.
 */
import type { Clock } from "../../model/clock";
import { soon } from "./soon";

/** The memory of one process. */
export class PlannedCreations {
  readonly #names = new Set<string>();

  add(logicalName: string): void {
    this.#names.add(logicalName);
  }

  remove(logicalName: string): void {
    this.#names.delete(logicalName);
  }

  /** Whether a key of that name is to be created. Waits for it, if need be, for some seconds. */
  async has(logicalName: string, clock: Clock, signal: AbortSignal): Promise<boolean> {
    return await soon(() => this.#names.has(logicalName), clock, signal);
  }
}
