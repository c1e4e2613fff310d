/**
 * A place that the secret of one logical key is read from: what a store is to somebody who delivers nothing.
 *
 * Every `Store` is one. Where reading needs less than delivering, as with an encrypted file, a reader of its own needs no more than that.
 */
import type { HeldKeys, HeldSecret } from "./store";

/** Like a `Store`, with the same errors, but for all that writes. */
export interface StoreReader {
  /** What and where, in words for messages: `the encrypted file /srv/secrets/scheduler.age`. */
  readonly description: string;

  /** Which key's secret is here now. Needs no right to read the secret. */
  current(): Promise<Pick<HeldKeys, "current" | "foreign">>;

  /** The current secret. Undefined if there is none of this logical key. */
  read(): Promise<HeldSecret | undefined>;
}
