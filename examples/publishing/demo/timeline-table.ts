/**
 * Prints timelines as a table, in seconds since the first key was created.
 */
import type { Instant } from "keyturn";
import type { GenerationTimeline, Phase } from "./timeline";

const columns = ["created", "active", "first use", "retired", "rolled back", "active again", "last use", "revoked"];

export function renderTimelines(timelines: readonly GenerationTimeline[]): string {
  const start = Math.min(...timelines.map(({ createdAt }) => createdAt.epochMs));
  const seconds = (instant: Instant | undefined): string =>
    instant === undefined ? "-" : ((instant.epochMs - start) / 1000).toFixed(1);
  const rows = [
    ["key", "key id", ...columns],
    ...timelines.map((each) => [each.logicalName, each.keyId.slice(0, 8), ...instantsOf(each).map(seconds)]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

/** In the order of the columns. */
function instantsOf({ createdAt, phases, usedAt, revokedAt }: GenerationTimeline): readonly (Instant | undefined)[] {
  const [active, activeAgain] = into(phases, "active");
  const [retired] = into(phases, "retiring");
  const [rolledBack] = into(phases, "rolledback");
  return [createdAt, active, usedAt[0], retired, rolledBack, activeAgain, usedAt.at(-1), revokedAt];
}

function into(phases: GenerationTimeline["phases"], phase: Phase): readonly Instant[] {
  return phases.filter((each) => each.phase === phase).map(({ at }) => at);
}
