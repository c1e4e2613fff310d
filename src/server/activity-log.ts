/**
 * What happened, newest first, in pages.
 *
 * Entries expire after the retention that was in force when they were written. A cursor stays good while entries are added.
 */
import { randomUUID } from "node:crypto";
import { maxActivityPageSize, type ActivityItemBody, type ActivityPageBody } from "../api/activity";
import type { Clock } from "../model/clock";
import { Duration } from "../model/duration";
import type { Instant } from "../model/instant";
import { ApiFailure } from "./api-failure";
import type { BehaviourSwitch } from "./behaviour";

/** What is known of an event; the log adds id, time and retention. */
export type ActivityEvent = Omit<ActivityItemBody, "id" | "retention_days" | "expires_at" | "created_at">;

/** An entry, numbered so that a cursor can name its place. */
export interface ActivityEntry {
  readonly sequence: number;
  readonly projectId: string;
  readonly expiresAtMs: number;
  readonly createdAtMs: number;
  readonly item: ActivityItemBody;
}

/** What a page is to contain. Absent means no restriction. */
export interface ActivityQuery {
  /** 1 to 200. @default 50 */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly category?: string | undefined;
  readonly action?: string | undefined;
  readonly status?: string | undefined;
  readonly resource_type?: string | undefined;
  /** Inclusive. */
  readonly since?: Instant | undefined;
}

const filterFields = ["category", "action", "status", "resource_type"] as const;
const defaultPageSize = 50;
/** The oldest entries beyond this are dropped, so that a server that runs for months does not grow. */
const maxEntries = 100_000;

/** The activity of all projects. */
export class ActivityLog {
  readonly #entries: ActivityEntry[] = [];
  #nextSequence = 1;
  #listener: (entry: ActivityEntry) => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly behaviour: BehaviourSwitch,
    entries: readonly ActivityEntry[] = [],
  ) {
    this.#entries.push(...entries);
    this.#nextSequence = (entries.at(-1)?.sequence ?? 0) + 1;
  }

  /** Calls back for every entry from now on. */
  listen(listener: (entry: ActivityEntry) => void): void {
    this.#listener = listener;
  }

  append(projectId: string, event: ActivityEvent): void {
    const { retentionDays } = this.behaviour.current;
    const createdAt = this.clock.now();
    const expiresAt = createdAt.plus(Duration.days(retentionDays));
    const item: ActivityItemBody = {
      id: randomUUID(),
      ...event,
      retention_days: retentionDays,
      expires_at: expiresAt.toString(),
      created_at: createdAt.toString(),
    };
    const entry: ActivityEntry = {
      sequence: this.#nextSequence++,
      projectId,
      expiresAtMs: expiresAt.epochMs,
      createdAtMs: createdAt.epochMs,
      item,
    };
    this.#entries.push(entry);
    if (this.#entries.length > maxEntries * 1.1) this.#entries.splice(0, this.#entries.length - maxEntries);
    this.#listener(entry);
  }

  /**
   * One page of a project's activity.
   * @throws ApiFailure 400 `invalid_cursor`
   */
  page(projectId: string, query: ActivityQuery): ActivityPageBody {
    const { retentionDays, endlessCursor } = this.behaviour.current;
    const limit = Math.min(query.limit ?? defaultPageSize, maxActivityPageSize);
    const found = this.#find(projectId, query, limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1)?.sequence ?? 1;
    const hasMore = found.length > limit || endlessCursor;
    return {
      items: shown.map(({ item }) => item),
      next_cursor: hasMore ? cursorBefore(last) : null,
      current_retention_days: retentionDays,
      current_retention_label: `${retentionDays} days`,
    };
  }

  #find(projectId: string, query: ActivityQuery, atMost: number): ActivityEntry[] {
    const before = query.cursor === undefined ? Infinity : sequenceOf(query.cursor);
    const nowMs = this.clock.now().epochMs;
    const found: ActivityEntry[] = [];
    for (let index = this.#entries.length - 1; index >= 0 && found.length < atMost; index--) {
      const entry = this.#entries[index];
      if (
        entry &&
        entry.sequence < before &&
        entry.projectId === projectId &&
        entry.expiresAtMs > nowMs &&
        (query.since === undefined || entry.createdAtMs >= query.since.epochMs) &&
        filterFields.every((field) => query[field] === undefined || entry.item[field] === query[field])
      ) {
        found.push(entry);
      }
    }
    return found;
  }
}

function cursorBefore(sequence: number): string {
  return Buffer.from(`before:${sequence}`).toString("base64url");
}

function sequenceOf(cursor: string): number {
  const [, sequence] = /^before:(\d+)$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (sequence === undefined) {
    throw new ApiFailure(400, "invalid_cursor", "The cursor is not one that this API handed out.");
  }
  return Number(sequence);
}
