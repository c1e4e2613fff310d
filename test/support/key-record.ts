/** Keys as the embedded server keeps them, for tests of its store. */
import { Instant } from "../../src/model/instant";
import type { KeyRecord } from "../../src/server/store/key-record";

/** A live key of `project-1`; `changes` says what is different. */
export function keyRecord(changes: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id: "key-1",
    projectId: "project-1",
    name: "scheduler-prod",
    scopes: ["read", "write"],
    accountIds: null,
    source: "manual",
    clientName: null,
    authorizedByEmail: null,
    createdAt: Instant.parse("2026-03-01T12:00:00Z"),
    lastUsedAt: null,
    revokedAt: null,
    secretHash: `hash of ${changes.id ?? "key-1"}`,
    ...changes,
  };
}
