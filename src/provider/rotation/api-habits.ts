/**
 * What this process has found out about how the API notes the use of keys, which no source tells.
 *
 * Many an API notes no more than one use in a while, to spare its database. Its `last_used_at` stands still then, however much a key is
 * used. Whether this one does is found out once for each process, with the first secret that is tried.
 */

/** The memory of one process. */
export class ApiHabits {
  #notesEveryUse: boolean | undefined;

  /** Whether the API notes every use. @param find tries it */
  async notesEveryUse(find: () => Promise<boolean>): Promise<boolean> {
    this.#notesEveryUse ??= await find();
    return this.#notesEveryUse;
  }
}
