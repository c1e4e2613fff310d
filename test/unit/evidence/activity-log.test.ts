import { KeyApiError, KeyturnError, type ActivityItem, type ActivityPage, type ErrorCode } from "../../../src/client";
import { createActivityLogSource } from "../../../src/evidence/activity-log";
import type { EvidenceWindow } from "../../../src/evidence/evidence-source";
import { Duration } from "../../../src/model/duration";
import { Instant } from "../../../src/model/instant";
import { FakeClock } from "../../../src/testing";
import { watchedKey } from "../../support/watched-key";

const now = Instant.parse("2026-03-01T12:00:00Z");
const hoursAgo = (hours: number): Instant => now.minus(Duration.hours(hours));
const key = watchedKey();
const successor = watchedKey({ id: "new-id" });

/** The trace of the proof, a day ago. */
const proof: ActivityItem = {
  id: "1",
  createdAt: hoursAgo(24),
  actorType: "api_key",
  actorUserId: undefined,
  actorLabel: undefined,
  category: "integration",
  action: "api.read",
  status: "success",
  resourceType: undefined,
  resourceId: undefined,
  message: undefined,
  metadata: { api_key_id: successor.id },
  requestId: "proof",
  retentionDays: 90,
};
const knownRead = { key: successor, at: hoursAgo(24), requestId: "proof" };
const window: EvidenceWindow = { since: hoursAgo(48), now, knownRead };

type Pages = readonly Partial<ActivityPage>[];

/** A source over a log that gives these pages, or fails; and what the log was asked for. */
function sourceOver(pages: Pages | Error, maxAge = Duration.seconds(15)) {
  const asked: (Instant | undefined)[] = [];
  const clock = new FakeClock(now);
  async function* give(): AsyncGenerator<ActivityPage, void, undefined> {
    await Promise.resolve();
    if (pages instanceof Error) throw pages;
    for (const page of pages) yield { items: [], retentionDays: 90, servedAt: now, ...page };
  }
  const client = {
    activityPages: (filters: { readonly since?: Instant | undefined } = {}) => {
      asked.push(filters.since);
      return give();
    },
  };
  return { source: createActivityLogSource({ client, clock, maxAge }), asked, clock };
}

async function watchedIn(pages: Pages, changes: Partial<EvidenceWindow> = {}) {
  const { source } = sourceOver(pages);
  const { watched } = await source.observe(key, { ...window, ...changes });
  return watched && [watched.from.toString(), watched.to.toString()];
}

const span = (from: Instant, to: Instant): string[] => [from.toString(), to.toString()];

describe("the silence of the log", () => {
  const expired = { ...proof, retentionDays: 0.5 };
  const labelled = { ...proof, metadata: {}, actorLabel: "scheduler-prod~pending~20260228t120000z0a1b2c3d" };
  test.each<[string, Pages, Partial<EvidenceWindow>, string[] | undefined]>([
    ["counts from the known read on", [{ items: [proof] }], {}, span(hoursAgo(24), now)],
    ["counts from the window on", [{ items: [proof] }], { since: hoursAgo(3) }, span(hoursAgo(3), now)],
    ["means nothing without a known read", [{ items: [proof] }], { knownRead: undefined }, undefined],
    ["means nothing where the known read is not noted", [{ items: [] }], {}, undefined],
    ["means nothing before the retention", [{ items: [proof], retentionDays: 0.25 }], {}, span(hoursAgo(6), now)],
    ["means nothing before the retention of an entry", [{ items: [expired] }], {}, span(hoursAgo(12), now)],
    [
      "means nothing where nobody knows the retention",
      [{ items: [{ ...proof, retentionDays: undefined }], retentionDays: undefined }],
      {},
      undefined,
    ],
    ["counts on every page", [{ items: [] }, { items: [proof] }], {}, span(hoursAgo(24), now)],
    [
      "counts up to the first page, not to the last",
      [{ servedAt: hoursAgo(1), items: [] }, { items: [proof] }],
      {},
      span(hoursAgo(24), hoursAgo(1)),
    ],
    [
      "counts up to the present only",
      [{ servedAt: now.plus({ ms: 5000 }), items: [proof] }],
      {},
      span(hoursAgo(24), now),
    ],
    ["counts by names that are known without a gap", [{ items: [labelled] }], {}, span(hoursAgo(24), now)],
  ])("%s", async (_name, pages, changes, expected) => {
    expect(await watchedIn(pages, changes)).toEqual(expected);
  });

  test("means nothing for the time in which a key had a name that nobody knows", async () => {
    const renamed = watchedKey({ names: [{ name: "scheduler-prod", from: hoursAgo(2), to: undefined }] });
    const byName = sourceOver([{ items: [labelled] }]).source;
    expect((await byName.observe(renamed, window)).watched?.from).toEqual(hoursAgo(2));
    const byId = sourceOver([{ items: [proof] }]).source;
    expect((await byId.observe(renamed, window)).watched?.from).toEqual(hoursAgo(24));
  });
});

test("a use is told with what may have come after it", async () => {
  const use = { ...proof, id: "2", requestId: "r1", createdAt: hoursAgo(5), metadata: { api_key_id: key.id } };
  const work = { ...use, id: "3", actorType: "worker", metadata: {}, createdAt: hoursAgo(4) };
  const { source } = sourceOver([{ items: [work, use, proof] }]);
  expect(await source.observe(key, window)).toMatchObject({
    source: "the activity log",
    lastUsedAt: hoursAgo(5),
    lastUsedUpTo: hoursAgo(4),
  });
});

describe("a log that cannot be read", () => {
  const failure = (code: ErrorCode, status: number | undefined): KeyApiError =>
    new KeyApiError(code, "cannot read the activity log: words", { method: "GET", path: "/v1/activity-logs", status });

  test.each<[string, KeyApiError, string | undefined]>([
    ["because there is none", failure("NOT_FOUND", 404), undefined],
    ["because the credential may not", failure("FORBIDDEN", 403), undefined],
    ["because the account has not paid", failure("FORBIDDEN", 402), "cannot read the activity log: words"],
    ["because a proxy has no such page", failure("UNEXPECTED_ANSWER", 404), "cannot read the activity log: words"],
    ["because the API failed", failure("API_FAILED", 500), "cannot read the activity log: words"],
    ["because the API is not there", failure("UNREACHABLE", undefined), "cannot read the activity log: words"],
  ])("%s knows nothing", async (_name, error, problem) => {
    const { source } = sourceOver(error);
    const observation = await source.observe(key, window);
    expect(observation).toEqual({ source: "the activity log", ...(problem === undefined ? {} : { problem }) });
  });

  test.each([
    ["what was ended", failure("ABORTED", undefined)],
    ["a bug", new TypeError("a bug")],
  ])("throws %s", async (_name, error) => {
    await expect(sourceOver(error).source.observe(key, window)).rejects.toBe(error);
  });

  test("is let go by who does not wait any longer", async () => {
    const waiting = sourceOver([]).source.observe(key, window, AbortSignal.abort());
    await expect(waiting).rejects.toThrow(KeyturnError);
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });
  });
});

describe("the log is read", () => {
  const hundred = Array.from({ length: 100 }, (_each, index) => watchedKey({ id: `key-${index}` }));

  test("once for all keys of a plan", async () => {
    const { source, asked } = sourceOver([{ items: [proof] }]);
    await Promise.all(hundred.map((each) => source.observe(each, { ...window, since: hoursAgo(30) })));
    for (const each of hundred) await source.observe(each, { ...window, since: hoursAgo(40) });
    expect(asked).toHaveLength(1);
  });

  test("again after its age has come, and whenever it must be fresh", async () => {
    const { source, asked, clock } = sourceOver([{ items: [proof] }]);
    await source.observe(key, window);
    clock.advance(Duration.seconds(14));
    await source.observe(key, window);
    expect(asked).toHaveLength(1);
    await source.observe(key, { ...window, fresh: true });
    expect(asked).toHaveLength(2);
    clock.advance(Duration.seconds(16));
    await source.observe(key, window);
    expect(asked).toHaveLength(3);
  });

  test.each([
    [1, 2],
    [47, 2],
    [49, 4],
    [24 * 20, 32],
  ])("for a window of %d hours, as far back as %d days", async (hours, days) => {
    const { source, asked } = sourceOver([]);
    await source.observe(key, { since: hoursAgo(hours), now, knownRead: { ...knownRead, at: hoursAgo(25) } });
    expect(asked).toEqual([now.minus(Duration.days(days))]);
  });

  test("few times for many different windows", async () => {
    const { source, asked } = sourceOver([]);
    for (let day = 1; day <= 90; day += 1) await source.observe(key, { since: hoursAgo(24 * day), now });
    expect(asked).toHaveLength(7);
  });
});
