/**
 * A key as the API lists it: everything that can be known of a key without its secret.
 *
 * Only `id` and `name` are certain. Older deployments send nothing else, so a field that is undefined means "the API did not say",
 * which for `lastUsedAt` covers both "never" and "unknown".
 */
import type { Instant } from "./instant";

/** A key without its secret. */
export interface ListedKey {
  /** Public, stable, never reused. */
  readonly id: string;
  /** A label, which may change. For keyturn's own keys it carries the phase; see `key-name.ts`. */
  readonly name: string;
  /** The project that the key belongs to. */
  readonly workspaceId?: string | undefined;
  /** What the key may do. Undefined is not "nothing": it is not known. */
  readonly scopes?: readonly string[] | undefined;
  /** The only accounts that the key may act for. Undefined means all of them, or not known. */
  readonly pinterestAccountIds?: readonly string[] | undefined;
  /** How the key came to be: `manual`, `oauth`, or a word that the API has learned since. */
  readonly source?: string | undefined;
  /** The application that an `oauth` key was made for. */
  readonly clientName?: string | undefined;
  /** Who let that application in. */
  readonly authorizedByEmail?: string | undefined;
  /** The last use that the API has noted. How fine and how late it notes is up to the API. */
  readonly lastUsedAt?: Instant | undefined;
  readonly createdAt?: Instant | undefined;
  /** `createdAt` as the API wrote it, with all of its digits. */
  readonly createdAtText?: string | undefined;
  /** Set once the key no longer works. */
  readonly revokedAt?: Instant | undefined;
}
