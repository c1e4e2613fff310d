/**
 * The life of every generation, read from the API's own activity log: nothing here is the demo's word for it.
 */
import type { Instant } from "keyturn";
import type { ActivityItem, KeyApiClient } from "keyturn/client";

/** When each thing happened to one key; undefined for what has not. */
export interface GenerationTimeline {
  readonly keyId: string;
  readonly logicalName: string;
  readonly createdAt: Instant;
  readonly activeAt: Instant | undefined;
  readonly firstUsedAt: Instant | undefined;
  readonly retiredAt: Instant | undefined;
  readonly revokedAt: Instant | undefined;
}

/** The timelines of all keys that were made under one of `logicalNames`, by name and age. */
export async function readTimelines(
  client: KeyApiClient,
  logicalNames: readonly string[],
): Promise<readonly GenerationTimeline[]> {
  const oldestFirst: ActivityItem[] = [];
  for await (const item of client.activity()) oldestFirst.unshift(item);

  const timelines: GenerationTimeline[] = [];
  for (const created of oldestFirst.filter(({ action }) => action === "api_key.created")) {
    const { resourceId: keyId, createdAt, message } = created;
    const logicalName = logicalNames.find((name) => message?.includes(`"${name}~`));
    if (keyId === undefined || logicalName === undefined) continue;
    const onKey = oldestFirst.filter(({ resourceId }) => resourceId === keyId);
    // A key is renamed twice in its life: when it becomes active, and when it is replaced.
    const [active, retired] = onKey.filter(({ action }) => action === "api_key.updated");
    timelines.push({
      keyId,
      logicalName,
      createdAt,
      activeAt: active?.createdAt,
      firstUsedAt: oldestFirst.find((item) => item.actorType === "api_key" && item.metadata["api_key_id"] === keyId)
        ?.createdAt,
      retiredAt: retired?.createdAt,
      revokedAt: onKey.find(({ action }) => action === "api_key.revoked")?.createdAt,
    });
  }
  return timelines.sort((a, b) => compare(a.logicalName, b.logicalName) || b.createdAt.msUntil(a.createdAt));
}

/**
 * What is wrong with the life of a service's keys: there must be one generation and its successor, and the first must have ended
 * after the second was used.
 */
export function timelineProblems(timelines: readonly GenerationTimeline[], logicalName: string): readonly string[] {
  const [first, second, ...more] = timelines.filter((each) => each.logicalName === logicalName);
  if (!first || !second || more.length > 0) return [`${logicalName} has not had exactly two generations`];
  const problems: string[] = [];
  if (!first.firstUsedAt || !second.firstUsedAt) problems.push(`a generation of ${logicalName} was never used`);
  if (!first.revokedAt) problems.push(`the first generation of ${logicalName} was not revoked`);
  if (first.revokedAt && second.firstUsedAt && !first.revokedAt.isAfter(second.firstUsedAt)) {
    problems.push(`the first generation of ${logicalName} was revoked before the second was in use`);
  }
  if (second.retiredAt || second.revokedAt)
    problems.push(`the second generation of ${logicalName} did not stay active`);
  return problems;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The timelines as a table, in seconds since the first key was created. */
export function renderTimelines(timelines: readonly GenerationTimeline[]): string {
  const start = Math.min(...timelines.map(({ createdAt }) => createdAt.epochMs));
  const seconds = (instant: Instant | undefined): string =>
    instant === undefined ? "-" : `${((instant.epochMs - start) / 1000).toFixed(1)} s`;
  const rows = [
    ["key", "key id", "created", "active", "first used", "retired", "revoked"],
    ...timelines.map((each) => [
      each.logicalName,
      each.keyId.slice(0, 8),
      ...[each.createdAt, each.activeAt, each.firstUsedAt, each.retiredAt, each.revokedAt].map(seconds),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   ")}`.trimEnd())
    .join("\n");
}
