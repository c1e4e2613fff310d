/**
 * Finds the entries of the activity log that speak of one key.
 *
 * Every doubt is kept as one: what certainly was this key may prove that it is in use, and what perhaps was this key may only keep
 * it. So a doubt never ends a key's life, whether the key is the old one or the new one.
 */
import { Duration } from "../model/duration";
import type { Instant } from "../model/instant";
import { logicalNameIn } from "../model/key-name";
import type { Activity, ActivityIndex, PlacedText } from "./activity-index";
import type { HeldName, KnownRead, WatchedKey } from "./evidence-source";
import { renamingSlack } from "./key-values";

/** How long a worker may go on with what a key has begun, if nothing but the resource joins the two. */
const longestJob = Duration.days(1);

type Match = "certain" | "possible";

/** The latest entries that speak of a key. */
export interface LatestActivity {
  readonly certainAt: Instant | undefined;
  readonly possibleAt: Instant | undefined;
}

/**
 * When the key was active last.
 *
 * - An entry of a key that calls it by its id, or by the name that it had then, is certain.
 * - Within two seconds of a renaming a name may mean the key before or the key after: possible for both.
 * - A worker's entry in the same request is possible: it is the key's work, and comes later than the key's own call. Without a request
 *   it is possible if it is about a resource that the key touched in the day before. A longer reach would let the work of others on
 *   the same resource keep a key for ever.
 * - An id or name anywhere else is possible. In an entry about keys it may be that of a key which was renamed, not of the one that did it.
 *
 * Entries of keyturn's own read are passed over.
 */
export function latestActivity(
  index: ActivityIndex,
  key: WatchedKey,
  ownRequestId: string | undefined,
): LatestActivity {
  let certainAt: Instant | undefined;
  let possibleAt: Instant | undefined;
  for (const activity of mentionsOf(index, key)) {
    const match = matchOf(activity, key);
    if (!match || (ownRequestId !== undefined && activity.requestId === ownRequestId)) continue;
    if (match === "certain") certainAt = latest(certainAt, activity.at);
    possibleAt = latest(possibleAt, activity.at);
    if (!activity.isByKey) continue;
    for (const { at } of laterWork(index, activity)) possibleAt = latest(possibleAt, at);
  }
  return { certainAt, possibleAt };
}

/** What is known of how the log notes reads. */
export interface NotedRead {
  readonly at: Instant;
  /** Whether it was noted with the key's id, which does not change. */
  readonly hasId: boolean;
}

/** Looks for the trace of a read that is known to have happened; undefined if there is none that names its key. */
export function findKnownRead(index: ActivityIndex, { key, requestId }: KnownRead): NotedRead | undefined {
  // A refused call is often noted where a good one is not.
  for (const { at, texts } of index.ofRequest(requestId).filter(({ succeeded }) => succeeded)) {
    const hasId = texts.some(({ text }) => text === key.id);
    // Its name was that of a pending key then, with a nonce that is forgotten by now.
    if (hasId || texts.some(({ text }) => logicalNameIn(text) === key.logicalName)) return { at, hasId };
  }
  return undefined;
}

/** From when on the names of a key are known without a gap, up to the present; undefined if its present name is not known. */
export function namesKnownFrom(names: readonly HeldName[]): Instant | "always" | undefined {
  let start = names.find(({ to }) => to === undefined);
  while (start?.from) {
    const { from } = start;
    const before = names.find(({ to }) => to && Math.abs(to.msUntil(from)) <= renamingSlack.ms);
    if (!before || before === start) return from;
    start = before;
  }
  return start && "always";
}

function mentionsOf(index: ActivityIndex, key: WatchedKey): ReadonlySet<Activity> {
  const texts = [key.id, ...key.names.map(({ name }) => name)];
  return new Set(texts.flatMap((text) => index.withText(text)));
}

function matchOf(activity: Activity, key: WatchedKey): Match | undefined {
  const matches = activity.texts
    .map((placed) => matchOfText(placed, activity, key))
    .filter((match) => match !== undefined);
  return matches.includes("certain") ? "certain" : matches[0];
}

function matchOfText({ text, place }: PlacedText, activity: Activity, key: WatchedKey): Match | undefined {
  const isId = text === key.id;
  const held = isId ? "certain" : heldAt(text, activity.at, key);
  if (!held) return undefined;
  if (!activity.isByKey || place === "other") return "possible";
  if (place !== "actor" && (activity.isAboutKeys || activity.resourceId === key.id)) return "possible";
  // Names may be given twice; ids are not.
  if (!isId && !activity.isAboutKeys && namesAnotherKey(activity, key)) return "possible";
  return held;
}

/** Whether the key had that name then. */
function heldAt(name: string, at: Instant, { names }: WatchedKey): Match | undefined {
  const spans = names.filter((held) => held.name === name);
  const distances = spans.map(({ from, to }) =>
    Math.min(from ? from.msUntil(at) : Infinity, to ? at.msUntil(to) : Infinity),
  );
  if (distances.some((inside) => inside > renamingSlack.ms)) return "certain";
  return distances.some((inside) => inside >= -renamingSlack.ms) ? "possible" : undefined;
}

function namesAnotherKey({ texts }: Activity, key: WatchedKey): boolean {
  const ids = texts.filter(({ place }) => place === "key-id").map(({ text }) => text);
  return ids.length > 0 && !ids.includes(key.id);
}

function laterWork(index: ActivityIndex, activity: Activity): readonly Activity[] {
  const { ofRequest, onResource } = index.workAfter(activity);
  const inTime = onResource.filter(({ at }) => {
    const ms = activity.at.msUntil(at);
    return ms >= 0 && ms <= longestJob.ms;
  });
  return [...ofRequest, ...inTime];
}

function latest(one: Instant | undefined, other: Instant): Instant {
  return one?.isAfter(other) ? one : other;
}
