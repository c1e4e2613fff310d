/**
 * What can be done with the key API. The way in is `createKeyApiClient`.
 *
 * Every call throws KeyApiError for what the API or the network does wrong, and takes a signal that ends it with ABORTED.
 */
import type { Instant } from "../model/instant";
import type { ListedKey } from "../model/listed-key";
import type { Secret } from "../model/secret";
import type { ActivityFilters, ActivityItem, ActivityPage } from "./activity";
import type { ProjectListing } from "./projects";

/** What every call takes. */
export interface CallOptions {
  /** Ends the call. @default - it runs to its end */
  readonly signal?: AbortSignal | undefined;
}

/** How a list is read. */
export interface ListOptions extends CallOptions {
  /** Whether only a request that starts after this call will do. @default false */
  readonly fresh?: boolean | undefined;
}

/** The keys of the project, and when the API said so. */
export interface KeyListing {
  readonly keys: readonly ListedKey[];
  /**
   * The API's own time when it answered, cut to whole seconds, as the `Date` header has it: up to a second before the real instant.
   * An answer without that header is an UNEXPECTED_ANSWER: no other clock may decide about keys.
   */
  readonly servedAt: Instant;
}

/** A key to be made. */
export interface NewKey {
  readonly name: string;
  /** At least one: the API gives a key without scopes all of them. Older deployments ignore them, so compare with the key that comes back. */
  readonly scopes: readonly string[];
  /** @default - the key may act for all accounts */
  readonly pinterestAccountIds?: readonly string[] | undefined;
}

/** A key that has just been made, with the only copy of its secret. */
export interface CreatedKey {
  readonly key: ListedKey;
  readonly secret: Secret;
}

/** What to change of a key; at least one of them. */
export interface KeyChanges {
  /** @default - the name stays */
  readonly name?: string | undefined;
  /** At least one. @default - the scopes stay */
  readonly scopes?: readonly string[] | undefined;
  /** Null lets the key act for all accounts. @default - the accounts stay */
  readonly pinterestAccountIds?: readonly string[] | null | undefined;
}

/** What became of a revocation: `revoked` now, or `absent` because the API knows no such key (any more). */
export type Revocation = "revoked" | "absent";

/** Whether a secret lets its holder in. */
export interface Authentication {
  readonly authenticates: boolean;
  /** As in `KeyListing`. A use that the API notes for this call is not later than a second after it. */
  readonly servedAt: Instant;
  /** What the API calls this call, also in its activity log; undefined if it does not say. */
  readonly requestId: string | undefined;
}

/** A client of the key API, for one project. */
export interface KeyApiClient {
  /**
   * Lists the keys. Any number of calls at the same time, and within `listMaxAge`, share one request and one result;
   * none of them gets data from before a write of this client that had finished when it was called.
   */
  list(options?: ListOptions): Promise<KeyListing>;
  /**
   * Makes a key. It is never made twice: if it may have been made, but its secret has not come back, the error is OUTCOME_UNKNOWN.
   * The key may then turn up in the list, even a little later; a name that nothing else has finds it.
   * Ended by its signal while under way, it is OUTCOME_UNKNOWN, too.
   */
  create(key: NewKey, options?: CallOptions): Promise<CreatedKey>;
  /** Changes a key, and gives it as it then is. It may be sent more than once, which makes no difference. */
  update(id: string, changes: KeyChanges, options?: CallOptions): Promise<ListedKey>;
  /** Revokes a key. It may be sent more than once, so `absent` may also mean that the first of several tries did it. */
  revoke(id: string, options?: CallOptions): Promise<Revocation>;
  /**
   * Tries a secret with one cheap call that reads. A key that lacks the scope for it authenticates all the same.
   * The API may note the call as a use of the key, so it counts as a write: no list from before it is given out after it.
   */
  authenticates(secret: Secret, options?: CallOptions): Promise<Authentication>;
  /** Reads the activity log to its end, a page at a time. The API may leave out what only read. */
  activity(filters?: ActivityFilters, options?: CallOptions): AsyncIterable<ActivityItem>;
  /** The same, in the pages in which it comes, each with what the API says of the log. */
  activityPages(filters?: ActivityFilters, options?: CallOptions): AsyncIterable<ActivityPage>;
  /** Lists the projects that the client's credential can see. */
  projects(options?: CallOptions): Promise<ProjectListing>;
  /** Ends all connections. Calls under way and later ones end with ABORTED, or OUTCOME_UNKNOWN where a key may have been made. */
  close(): Promise<void>;
}
