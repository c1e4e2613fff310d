/**
 * What the activity log says of keys, kept small and found fast by what a key is called.
 *
 * Only entries of keys and of workers are kept: no other is a use of a key. What names a key in an entry is not documented, so every
 * short text that could be a name or an id is kept with the place where it stood.
 */
import type { ActivityItem } from "../client";
import type { Instant } from "../model/instant";
import { maxNameLength } from "../model/key-name";

/** An entry of the log, without its prose. */
export interface Activity {
  readonly at: Instant;
  /** Whether a key did it; if not, a worker went on with what somebody had begun. */
  readonly isByKey: boolean;
  readonly succeeded: boolean;
  /** Whether it is about keys, so that a key's id in it may well be that of another key than the actor's. */
  readonly isAboutKeys: boolean;
  readonly requestId: string | undefined;
  readonly resourceId: string | undefined;
  readonly texts: readonly PlacedText[];
}

/** A text in an entry: `actor` if it stands for who did it, `key` if its field speaks of a key or an actor, and otherwise `other`. */
export interface PlacedText {
  readonly text: string;
  readonly place: "actor" | "key-id" | "key" | "other";
}

/** `api_key.updated`, `ApiKey`, `keys`; but not `keyword`. */
const keyWord = /(?:^|[^a-z]|api)keys?(?:[^a-z]|$)/i;

/** How deep metadata is searched. */
const maxDepth = 4;

/** The entries of one reading of the log. */
export class ActivityIndex {
  readonly #byText = new Map<string, Activity[]>();
  readonly #byKeyRequest = new Map<string, Activity[]>();
  readonly #workByRequest = new Map<string, Activity[]>();
  readonly #workByResource = new Map<string, Activity[]>();

  /** Adds an entry, if any key may ask about it. */
  add(item: ActivityItem): void {
    const activity = activityOf(item);
    if (!activity) return;
    for (const { text } of activity.texts) addTo(this.#byText, text, activity);
    if (activity.isByKey) addTo(this.#byKeyRequest, activity.requestId, activity);
    else if (activity.requestId !== undefined) addTo(this.#workByRequest, activity.requestId, activity);
    else addTo(this.#workByResource, activity.resourceId, activity);
  }

  /** Entries with that text in any place. */
  withText(text: string): readonly Activity[] {
    return this.#byText.get(text) ?? [];
  }

  /** Entries of keys in that request. */
  ofRequest(requestId: string): readonly Activity[] {
    return this.#byKeyRequest.get(requestId) ?? [];
  }

  /** What workers did in the same request, and what they did without a request to the same resource. */
  workAfter({ requestId, resourceId }: Activity): {
    readonly ofRequest: readonly Activity[];
    readonly onResource: readonly Activity[];
  } {
    return {
      ofRequest: (requestId !== undefined && this.#workByRequest.get(requestId)) || [],
      onResource: (resourceId !== undefined && this.#workByResource.get(resourceId)) || [],
    };
  }
}

function addTo(map: Map<string, Activity[]>, text: string | undefined, activity: Activity): void {
  if (text === undefined) return;
  const found = map.get(text);
  if (!found) map.set(text, [activity]);
  else if (found.at(-1) !== activity) found.push(activity);
}

function activityOf(item: ActivityItem): Activity | undefined {
  if (item.actorType !== "api_key" && item.actorType !== "worker") return undefined;
  return {
    at: item.createdAt,
    isByKey: item.actorType === "api_key",
    succeeded: item.status === "success",
    isAboutKeys: keyWord.test(item.action) || keyWord.test(item.resourceType ?? ""),
    requestId: item.requestId,
    resourceId: item.resourceId,
    texts: [
      ...placed(item.actorLabel, "actor"),
      ...placed(item.actorUserId, "actor"),
      ...Object.entries(item.metadata).flatMap(([field, value]) => textsIn(value, field, maxDepth)),
    ],
  };
}

function textsIn(value: unknown, field: string, depth: number): readonly PlacedText[] {
  if (typeof value === "string") return placed(value, placeOf(field));
  if (typeof value !== "object" || value === null || depth === 0) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    textsIn(inner, `${field}.${name}`, depth - 1),
  );
}

function placed(text: string | undefined, place: PlacedText["place"]): readonly PlacedText[] {
  return text === undefined || text === "" || text.length > maxNameLength ? [] : [{ text, place }];
}

function placeOf(field: string): PlacedText["place"] {
  if (!/key|actor/i.test(field)) return "other";
  return /id$/i.test(field) ? "key-id" : "key";
}
