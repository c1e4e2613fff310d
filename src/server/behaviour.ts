/**
 * What the contract leaves open, as switches.
 *
 * Each switch stands for a question that no public source of the API settles; a client must work with every setting.
 */

/** How the embedded server answers where the contract leaves it open. */
export interface Behaviour {
  /**
   * Whether two keys that are not revoked may have one name in a project. If not, the second gets 409 `name_taken`.
   * @default false
   */
  readonly uniqueNames: boolean;
  /**
   * Whether revoked keys stay in the list, with `revoked_at`.
   * @default false
   */
  readonly listsRevokedKeys: boolean;
  /**
   * What revoking a revoked key answers.
   * @default 404
   */
  readonly secondDelete: 204 | 404;
  /**
   * Whether the server is an older deployment: list items are `id` and `name` only, and scopes and account limits are ignored.
   * @default false
   */
  readonly namesOnly: boolean;
  /**
   * Whether a key may create keys. If not, only a person's token may, and a key gets 403 `user_required`.
   * @default true
   */
  readonly keysMayCreateKeys: boolean;
  /**
   * What names the key in an activity item: its name at that time as `actor_label`, its id in `metadata`, or both.
   * @default "label-and-id"
   */
  readonly keyInActivity: "label" | "id" | "label-and-id";
  /**
   * Whether requests that only read are logged as activity.
   * @default false
   */
  readonly logsReads: boolean;
  /**
   * Whether the last page of the activity log carries a cursor too, which leads to an empty page.
   * @default false
   */
  readonly endlessCursor: boolean;
  /**
   * Whether `last_used_at` is kept. If not, it is null for every key.
   * @default true
   */
  readonly keepsLastUsed: boolean;
  /**
   * `last_used_at` is rounded down to a multiple of this, in milliseconds.
   * @default 1
   */
  readonly lastUsedGranularityMs: number;
  /**
   * A use is noted only if the one that was noted last is at least as long ago, in milliseconds, as many an API does to spare its database.
   * @default 0: every use is noted
   */
  readonly lastUsedIntervalMs: number;
  /**
   * How long after a use `last_used_at` shows it, in milliseconds of the server's clock.
   * @default 0
   */
  readonly lastUsedLagMs: number;
  /**
   * The shape of error bodies: with `error` beside `detail`, with `error` inside `detail`, with `message` and `code` inside `detail`,
   * or a sentence only. Validation errors (422) and unexpected ones (500) have a shape of their own in every setting.
   * @default "current"
   */
  readonly errorShape: "current" | "nested" | "message" | "plain";
  /**
   * How long a person's token is good, in seconds of the server's clock.
   * @default 3600
   */
  readonly tokenLifetimeSeconds: number;
  /**
   * How long activity is kept, in days.
   * @default 90
   */
  readonly retentionDays: number;
}

/** What holds where nothing is switched. */
export const defaultBehaviour: Behaviour = {
  uniqueNames: false,
  listsRevokedKeys: false,
  secondDelete: 404,
  namesOnly: false,
  keysMayCreateKeys: true,
  keyInActivity: "label-and-id",
  logsReads: false,
  endlessCursor: false,
  keepsLastUsed: true,
  lastUsedGranularityMs: 1,
  lastUsedIntervalMs: 0,
  lastUsedLagMs: 0,
  errorShape: "current",
  tokenLifetimeSeconds: 3600,
  retentionDays: 90,
};

/** The switches as they are now. They can be moved while the server runs. */
export class BehaviourSwitch {
  #current: Behaviour;

  constructor(changes: Partial<Behaviour> = {}) {
    this.#current = { ...defaultBehaviour, ...changes };
  }

  /** The present setting. Every change makes a new object, so whoever caches by it notices. */
  get current(): Behaviour {
    return this.#current;
  }

  change(changes: Partial<Behaviour>): void {
    this.#current = { ...this.#current, ...changes };
  }
}
