import type { ActivityItem } from "../../../src/client";
import { ActivityIndex } from "../../../src/evidence/activity-index";
import { findKnownRead, latestActivity, namesKnownFrom } from "../../../src/evidence/activity-match";
import type { HeldName, WatchedKey } from "../../../src/evidence/evidence-source";
import { Instant } from "../../../src/model/instant";
import { watchedKey } from "../../support/watched-key";

const border = Instant.parse("2026-03-01T12:00:00Z");
const retiringName = "scheduler-prod~retiring~20260301t120000z0a1b2c3d";
const pendingName = "scheduler-prod~pending~20260301t115950z0a1b2c3d";

/** The key that was active up to the border. */
const old = watchedKey({
  id: "old-id",
  names: [
    { name: "scheduler-prod", from: undefined, to: border },
    { name: retiringName, from: border, to: undefined },
  ],
});
/** The key that has been active from the border on. */
const successor = watchedKey({ id: "new-id", names: [{ name: "scheduler-prod", from: border, to: undefined }] });

/** So many seconds after the border. */
const at = (seconds: number): Instant => border.plus({ ms: seconds * 1000 });

let nextId = 0;
function entry(seconds: number, changes: Partial<ActivityItem> = {}): ActivityItem {
  return {
    id: `entry-${nextId++}`,
    createdAt: at(seconds),
    actorType: "api_key",
    actorUserId: undefined,
    actorLabel: undefined,
    category: "publishing",
    action: "pin.created",
    status: "success",
    resourceType: "pin",
    resourceId: undefined,
    message: undefined,
    metadata: {},
    requestId: undefined,
    retentionDays: 90,
    ...changes,
  };
}

function indexOf(...items: readonly ActivityItem[]): ActivityIndex {
  const index = new ActivityIndex();
  for (const item of items) index.add(item);
  return index;
}

/** What is known of both keys, in seconds after the border. */
function activityOf(items: readonly ActivityItem[], key: WatchedKey, ownRequestId?: string): (number | undefined)[] {
  const { certainAt, possibleAt } = latestActivity(indexOf(...items), key, ownRequestId);
  return [certainAt, possibleAt].map((instant) => instant && border.msUntil(instant) / 1000);
}

const never = [undefined, undefined];
const certainly = (seconds: number): (number | undefined)[] => [seconds, seconds];
const perhaps = (seconds: number): (number | undefined)[] => [undefined, seconds];

describe("an entry of a key", () => {
  test.each<[string, Partial<ActivityItem>, (number | undefined)[], (number | undefined)[]]>([
    ["by its id in the metadata", { metadata: { api_key_id: "old-id" } }, certainly(60), never],
    ["by its id deep in the metadata", { metadata: { request: { actor: { id: "old-id" } } } }, certainly(60), never],
    ["by its id in a list", { metadata: { key_ids: ["old-id"] } }, certainly(60), never],
    ["by its id as the label", { actorLabel: "old-id" }, certainly(60), never],
    ["by its id as the actor's", { actorUserId: "old-id" }, certainly(60), never],
    [
      "by its id in an entry about keys",
      { metadata: { api_key_id: "old-id" }, action: "api_key.updated", resourceType: "ApiKey" },
      perhaps(60),
      never,
    ],
    [
      "by its id in an entry about keywords",
      { metadata: { api_key_id: "old-id" }, action: "keyword.created", resourceType: "keywords" },
      certainly(60),
      never,
    ],
    ["by its id in a field of any name", { metadata: { reference: "old-id" } }, perhaps(60), never],
    ["by its present name as the label", { actorLabel: retiringName }, certainly(60), never],
    ["by its present name in the metadata", { metadata: { api_key_name: retiringName } }, certainly(60), never],
    ["by its present name in a field of any name", { metadata: { title: retiringName } }, perhaps(60), never],
    ["by the name that is its successor's now", { actorLabel: "scheduler-prod" }, never, certainly(60)],
    ["by name and id", { actorLabel: retiringName, metadata: { api_key_id: "old-id" } }, certainly(60), never],
    [
      "by its successor's name and its own id",
      { actorLabel: "scheduler-prod", metadata: { api_key_id: "old-id" } },
      certainly(60),
      perhaps(60),
    ],
    ["by the name of a third key", { actorLabel: "reporter-prod" }, never, never],
    ["by nothing", {}, never, never],
    ["that failed", { actorLabel: retiringName, status: "failed" }, certainly(60), never],
    ["of a user", { actorType: "user", actorLabel: retiringName, metadata: { api_key_id: "old-id" } }, never, never],
  ])("%s is read for the old key and for its successor", (_name, changes, expectedOfOld, expectedOfNew) => {
    const items = [entry(60, changes)];
    expect(activityOf(items, old)).toEqual(expectedOfOld);
    expect(activityOf(items, successor)).toEqual(expectedOfNew);
  });

  test("by the credential that manages keys is not a use of the key that it manages", () => {
    const management = { resourceType: "api_key", action: "api_key.updated", actorLabel: "keyturn-management" };
    const items = [
      entry(60, { ...management, resourceId: "new-id", metadata: { api_key_id: "management-id" } }),
      entry(61, { ...management, resourceId: "new-id", metadata: { target_key_id: "new-id", name: "scheduler-prod" } }),
    ];
    expect(activityOf(items, successor)).toEqual(perhaps(61));
  });

  test("that manages itself is a use of it by its label", () => {
    const items = [entry(60, { action: "api_key.updated", resourceId: "new-id", actorLabel: "scheduler-prod" })];
    expect(activityOf(items, successor)).toEqual(certainly(60));
  });
});

describe("around the renaming", () => {
  const labelled = { actorLabel: "scheduler-prod" };
  test.each<[number, (number | undefined)[], (number | undefined)[]]>([
    [-3600, certainly(-3600), never],
    [-2.5, certainly(-2.5), never],
    [-2, perhaps(-2), perhaps(-2)],
    [0, perhaps(0), perhaps(0)],
    [2, perhaps(2), perhaps(2)],
    [2.5, never, certainly(2.5)],
  ])("an entry by name at %d s is read for the old key and for its successor", (seconds, ofOld, ofNew) => {
    expect(activityOf([entry(seconds, labelled)], old)).toEqual(ofOld);
    expect(activityOf([entry(seconds, labelled)], successor)).toEqual(ofNew);
  });

  test("an id settles whose it is", () => {
    const items = [entry(1, { ...labelled, metadata: { api_key_id: "new-id" } })];
    expect(activityOf(items, successor)).toEqual(certainly(1));
    expect(activityOf(items, old)).toEqual(perhaps(1));
  });
});

describe("an entry of a worker", () => {
  const call = entry(60, { actorLabel: retiringName, requestId: "r1", resourceId: "pin-1" });
  const work = (seconds: number, changes: Partial<ActivityItem>): ActivityItem =>
    entry(seconds, { actorType: "worker", action: "pin.published", ...changes });
  const day = 86_400;

  test.each<[string, ActivityItem, number]>([
    ["in the same request", work(90, { requestId: "r1" }), 90],
    ["in the same request, days later", work(60 + 3 * day, { requestId: "r1" }), 60 + 3 * day],
    ["in another request", work(90, { requestId: "r2", resourceId: "pin-1" }), 60],
    ["without a request, on the same resource", work(90, { resourceId: "pin-1" }), 90],
    ["without a request, on the same resource a day later", work(60 + day, { resourceId: "pin-1" }), 60 + day],
    ["without a request, on the same resource long after", work(61 + day, { resourceId: "pin-1" }), 60],
    ["without a request, on another resource", work(90, { resourceId: "pin-2" }), 60],
    ["without anything in common", work(90, {}), 60],
    ["that names the key", work(90, { metadata: { api_key_id: "old-id" } }), 90],
  ])("%s never proves a use, and may keep the key", (_name, later, possible) => {
    expect(activityOf([later, call], old)).toEqual([60, possible]);
  });

  test("is nothing to a key that did not begin it", () => {
    expect(activityOf([work(90, { requestId: "r1", resourceId: "pin-1" }), call], successor)).toEqual(never);
  });
});

describe("keyturn's own read", () => {
  const read = { requestId: "proof", action: "api.read", resourceType: undefined };
  const known = { key: successor, at: at(-5), requestId: "proof" };

  test("is not a use, however late it is noted", () => {
    const items = [entry(60, { ...read, metadata: { api_key_id: "new-id" } })];
    expect(activityOf(items, successor, "proof")).toEqual(never);
    expect(activityOf(items, successor)).toEqual(certainly(60));
  });

  test.each<[string, Partial<ActivityItem>, { hasId: boolean } | undefined]>([
    ["by id", { metadata: { api_key_id: "new-id" } }, { hasId: true }],
    ["by the name that it had then", { actorLabel: pendingName }, { hasId: false }],
    ["by both", { actorLabel: pendingName, metadata: { api_key_id: "new-id" } }, { hasId: true }],
    ["without its name", { actorLabel: "API key" }, undefined],
    ["as refused", { actorLabel: pendingName, status: "failed" }, undefined],
    ["as another request", { actorLabel: pendingName, requestId: "r1" }, undefined],
    ["as the work of a worker", { actorType: "worker", metadata: { api_key_id: "new-id" } }, undefined],
  ])("that is noted %s shows what the log notes", (_name, changes, expected) => {
    const found = findKnownRead(indexOf(entry(-5, { ...read, ...changes })), known);
    expect(found).toEqual(expected && { ...expected, at: at(-5) });
  });
});

describe("the names of a key are known", () => {
  const held = (name: string, from: number | undefined, to: number | undefined): HeldName => ({
    name,
    from: from === undefined ? undefined : at(from),
    to: to === undefined ? undefined : at(to),
  });
  test.each<[string, HeldName[], Instant | "always" | undefined]>([
    ["from the beginning", [held("a", undefined, 0), held("b", 0, undefined)], "always"],
    ["in any order", [held("b", 0, undefined), held("a", undefined, 0)], "always"],
    ["across a moment between two names", [held("a", undefined, 0), held("b", 2, undefined)], "always"],
    ["from a gap on", [held("a", undefined, 0), held("b", 10, undefined)], at(10)],
    ["over three names", [held("a", -20, -10), held("b", -10, 0), held("c", 0, undefined)], at(-20)],
    ["from its only name on", [held("c", 0, undefined)], at(0)],
    ["not at all without a present name", [held("a", undefined, 0)], undefined],
    ["not at all without any name", [], undefined],
  ])("%s", (_name, names, expected) => {
    expect(namesKnownFrom(names)).toEqual(expected);
  });
});
