/**
 * The activity log, read to its end.
 *
 * The API filters by neither actor nor key, and what names a key in an item is not documented: whoever looks for a key compares its
 * id, its name and its former names with `actorLabel`, `resourceId` and the texts in `metadata`.
 */
import { activityPageBody, maxActivityPageSize, type ActivityItemBody } from "../api/activity";
import type { Instant } from "../model/instant";
import { reader, readInstant } from "./content";
import { unexpectedError } from "./describe-error";
import { apiTimeOf, readReply } from "./read-reply";
import type { AuthenticatedExchange } from "./session";

/** Which entries are wanted. Without any filter, all that the plan's retention has kept. */
export interface ActivityFilters {
  /** @default - every category */
  readonly category?: string | undefined;
  /** @default - every action */
  readonly action?: string | undefined;
  /** `success`, `failed`, `queued`, `canceled`. @default - every status */
  readonly status?: string | undefined;
  /** @default - every type of resource */
  readonly resourceType?: string | undefined;
  /** The first instant that counts. @default - from the oldest entry kept */
  readonly since?: Instant | undefined;
}

/** One entry of the activity log. */
export interface ActivityItem {
  readonly id: string;
  readonly createdAt: Instant;
  /** `user`, `api_key`, `system`, `worker`, `admin`, `billing`, or a word that the API has learned since. */
  readonly actorType: string;
  readonly actorUserId: string | undefined;
  /** Whatever the API calls the actor; for a key probably its name at that time. */
  readonly actorLabel: string | undefined;
  readonly category: string;
  readonly action: string;
  readonly status: string;
  readonly resourceType: string | undefined;
  readonly resourceId: string | undefined;
  readonly message: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Joins the entries that one request left. */
  readonly requestId: string | undefined;
  /** How many days the API keeps this entry; undefined if it does not say. */
  readonly retentionDays: number | undefined;
}

/** Some entries of the activity log, and what the API says of the log. */
export interface ActivityPage {
  readonly items: readonly ActivityItem[];
  /** How many days the API keeps an entry under the present plan; undefined if it does not say. */
  readonly retentionDays: number | undefined;
  /** As in `KeyListing`. What happened later is not on this page. */
  readonly servedAt: Instant;
}

/**
 * Reads every matching entry, a page at a time, as the caller asks for more.
 * @throws KeyApiError
 */
export async function* readActivity(
  exchange: AuthenticatedExchange,
  filters: ActivityFilters,
  signal: AbortSignal | undefined,
): AsyncGenerator<ActivityItem, void, undefined> {
  for await (const { items } of readActivityPages(exchange, filters, signal)) yield* items;
}

/**
 * Reads every page of matching entries, as the caller asks for more. There is at least one, which may be empty.
 * @throws KeyApiError
 */
export async function* readActivityPages(
  exchange: AuthenticatedExchange,
  filters: ActivityFilters,
  signal: AbortSignal | undefined,
): AsyncGenerator<ActivityPage, void, undefined> {
  let cursor: string | undefined;
  do {
    const reply = await exchange(
      { method: "GET", path: "/v1/activity-logs", query: query(filters, cursor), purpose: "read the activity log" },
      signal,
    );
    const { items, retentionDays, next } = readReply(reply, readPage);
    yield { items, retentionDays, servedAt: apiTimeOf(reply) };
    // Some deployments hand out a cursor to a page with nothing on it.
    if (items.length === 0) return;
    if (next !== undefined && next === cursor) throw unexpectedError(reply, "its cursor leads to itself");
    cursor = next;
  } while (cursor !== undefined);
}

function query(filters: ActivityFilters, cursor: string | undefined): URLSearchParams {
  const all = {
    limit: String(maxActivityPageSize),
    cursor,
    category: filters.category,
    action: filters.action,
    status: filters.status,
    resource_type: filters.resourceType,
    since: filters.since?.toString(),
  };
  return new URLSearchParams(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function readPage(json: unknown): Omit<ActivityPage, "servedAt"> & { readonly next: string | undefined } {
  const page = reader(activityPageBody)(json);
  return {
    items: page.items.map(activityItem),
    retentionDays: page.current_retention_days ?? undefined,
    next: page.next_cursor ?? undefined,
  };
}

function activityItem(body: ActivityItemBody): ActivityItem {
  return {
    id: body.id,
    createdAt: readInstant("created_at", body.created_at),
    actorType: body.actor_type,
    actorUserId: body.actor_user_id ?? undefined,
    actorLabel: body.actor_label ?? undefined,
    category: body.category,
    action: body.action,
    status: body.status,
    resourceType: body.resource_type ?? undefined,
    resourceId: body.resource_id ?? undefined,
    message: body.message ?? undefined,
    metadata: body.metadata ?? {},
    requestId: body.request_id ?? undefined,
    retentionDays: body.retention_days ?? undefined,
  };
}
