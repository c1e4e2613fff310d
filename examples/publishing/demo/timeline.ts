/**
 * The life of every generation, read from the API's own activity log: nothing here is the demo's word for it.
 */
import type { Instant } from "keyturn";
import type { ActivityItem, KeyApiClient } from "keyturn/client";

/** Where a generation is in its life, as its name says. */
export type Phase = "pending" | "active" | "retiring" | "rolledback";

/** What happened to one key. */
export interface GenerationTimeline {
  readonly keyId: string;
  readonly logicalName: string;
  readonly createdAt: Instant;
  /** Each phase that it came into after it was created, in order. */
  readonly phases: readonly { readonly phase: Phase; readonly at: Instant }[];
  /** When it was used, oldest first. The log knows of writes only. */
  readonly usedAt: readonly Instant[];
  /** Undefined if it was not. */
  readonly revokedAt: Instant | undefined;
}

/** The timelines of all keys that were made under one of `logicalNames`, by name and age. */
export async function readTimelines(
  client: KeyApiClient,
  logicalNames: readonly string[],
): Promise<readonly GenerationTimeline[]> {
  const items: ActivityItem[] = [];
  for await (const item of client.activity()) items.push(item);
  const oldestFirst = items.reverse();
  const { keys } = await client.list({ fresh: true });

  const timelines: GenerationTimeline[] = [];
  for (const { action, resourceId: keyId, createdAt, message } of oldestFirst) {
    const logicalName = logicalNames.find((name) => message?.includes(`"${name}~`));
    if (action !== "api_key.created" || keyId === undefined || logicalName === undefined) continue;
    const onKey = oldestFirst.filter(({ resourceId }) => resourceId === keyId);
    timelines.push({
      keyId,
      logicalName,
      createdAt,
      phases: phasesIn(onKey, keys.find(({ id }) => id === keyId)?.name),
      usedAt: oldestFirst
        .filter(({ actorType, metadata }) => actorType === "api_key" && metadata["api_key_id"] === keyId)
        .map((use) => use.createdAt),
      revokedAt: onKey.find((item) => item.action === "api_key.revoked")?.createdAt,
    });
  }
  return timelines.sort((a, b) => compare(a.logicalName, b.logicalName) || b.createdAt.msUntil(a.createdAt));
}

/** Each entry tells the name that the key had before, so the name that it got is in the next one, or still on the key. */
function phasesIn(onKey: readonly ActivityItem[], nameNow: string | undefined): GenerationTimeline["phases"] {
  const names = onKey.map(({ message }) => /"(.+)"/.exec(message ?? "")?.[1]);
  return onKey.flatMap(({ action, createdAt }, index) => {
    const name = index + 1 < names.length ? names[index + 1] : nameNow;
    return action === "api_key.updated" && name !== undefined ? [{ phase: phaseIn(name), at: createdAt }] : [];
  });
}

function phaseIn(name: string): Phase {
  const [, phase] = /~(pending|retiring|rolledback)~/.exec(name) ?? [];
  return (phase as Phase | undefined) ?? "active";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
