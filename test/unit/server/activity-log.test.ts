import { Duration } from "../../../src/model/duration";
import { ActivityLog, type ActivityEvent } from "../../../src/server/activity-log";
import { BehaviourSwitch, type Behaviour } from "../../../src/server/behaviour";
import { FakeClock } from "../../../src/testing";

const projectId = "project-1";

function event(changes: Partial<ActivityEvent> = {}): ActivityEvent {
  return {
    actor_user_id: null,
    actor_type: "api_key",
    actor_label: "scheduler-prod",
    action: "pin.created",
    category: "publishing",
    resource_type: "pin",
    resource_id: "pin-1",
    status: "queued",
    message: "Queued a pin",
    metadata: {},
    request_id: "req_1",
    ...changes,
  };
}

function emptyLog(behaviour: Partial<Behaviour> = {}) {
  const clock = new FakeClock();
  return { clock, log: new ActivityLog(clock, new BehaviourSwitch(behaviour)) };
}

/** The messages of every page, and how many pages it took until an empty one or one without a cursor. */
function readAll(log: ActivityLog, limit: number): { messages: string[]; pages: number } {
  const messages: string[] = [];
  let cursor: string | undefined;
  for (let pages = 1; ; pages++) {
    const page = log.page(projectId, { limit, cursor });
    messages.push(...page.items.map(({ message }) => message ?? ""));
    cursor = page.next_cursor ?? undefined;
    if (cursor === undefined || page.items.length === 0) return { messages, pages };
  }
}

describe("pages of the activity log", () => {
  test.each([
    ["one page holds everything", 5, 5, 1],
    ["the last page is full", 6, 3, 2],
    ["the last page is not full", 7, 3, 3],
    ["there is nothing", 0, 3, 1],
  ])("come newest first and complete when %s", (_name, count, limit, pages) => {
    const { log } = emptyLog();
    for (let index = 1; index <= count; index++) log.append(projectId, event({ message: `event ${index}` }));
    const newestFirst = Array.from({ length: count }, (_, index) => `event ${count - index}`);
    expect(readAll(log, limit)).toEqual({ messages: newestFirst, pages });
  });

  test("hold 50 entries if no limit is given", () => {
    const { log } = emptyLog();
    for (let index = 0; index < 60; index++) log.append(projectId, event());
    expect(log.page(projectId, {}).items).toHaveLength(50);
  });

  test("keep their place while entries are added", () => {
    const { log } = emptyLog();
    for (let index = 1; index <= 4; index++) log.append(projectId, event({ message: `event ${index}` }));
    const first = log.page(projectId, { limit: 2 });
    log.append(projectId, event({ message: "event 5" }));
    const second = log.page(projectId, { limit: 2, cursor: first.next_cursor ?? undefined });
    expect(second.items.map(({ message }) => message)).toEqual(["event 2", "event 1"]);
  });

  test("end with an empty one that carries a cursor, if so switched", () => {
    const { log } = emptyLog({ endlessCursor: true });
    log.append(projectId, event({ message: "event 1" }));
    expect(readAll(log, 50)).toEqual({ messages: ["event 1"], pages: 2 });
    const [last] = [log.page("project-2", {})];
    expect(last.items).toEqual([]);
    expect(last.next_cursor).not.toBeNull();
  });

  test.each(["", "abc", "before:x"])("are refused for the cursor %j", (text) => {
    const { log } = emptyLog();
    expect(() => log.page(projectId, { cursor: Buffer.from(text).toString("base64url") })).toThrow("The cursor is not");
  });
});

describe("filters of the activity log", () => {
  test.each([
    ["category", { category: "security" }],
    ["action", { action: "api_key.revoked" }],
    ["status", { status: "failed" }],
    ["resource_type", { resource_type: "api_key" }],
  ])("find by %s", (_name, fields) => {
    const { log } = emptyLog();
    log.append(projectId, event());
    log.append(projectId, event({ ...fields, message: "the one" }));
    log.append(projectId, event());
    expect(log.page(projectId, fields).items.map(({ message }) => message)).toEqual(["the one"]);
  });

  test("must all hold", () => {
    const { log } = emptyLog();
    log.append(projectId, event({ status: "failed" }));
    expect(log.page(projectId, { status: "failed", category: "security" }).items).toEqual([]);
  });

  test("find what happened at `since` or later", () => {
    const { clock, log } = emptyLog();
    log.append(projectId, event({ message: "before" }));
    clock.advance(Duration.seconds(1));
    const since = clock.now();
    log.append(projectId, event({ message: "at" }));
    clock.advance(Duration.seconds(1));
    log.append(projectId, event({ message: "after" }));
    expect(log.page(projectId, { since }).items.map(({ message }) => message)).toEqual(["after", "at"]);
  });

  test("never show another project's entries", () => {
    const { log } = emptyLog();
    log.append("project-2", event());
    expect(log.page(projectId, {}).items).toEqual([]);
  });
});

describe("retention", () => {
  test.each([
    ["one second before its expiry an entry is there", Duration.days(7).ms - 1000, 1],
    ["at its expiry an entry is gone", Duration.days(7).ms, 0],
  ])("%s", (_name, ms, count) => {
    const { clock, log } = emptyLog({ retentionDays: 7 });
    log.append(projectId, event());
    clock.advance({ ms });
    expect(log.page(projectId, {}).items).toHaveLength(count);
  });

  test("is told with each entry and with the page", () => {
    const { log } = emptyLog({ retentionDays: 7 });
    log.append(projectId, event());
    expect(log.page(projectId, {})).toMatchObject({
      current_retention_days: 7,
      current_retention_label: "7 days",
      items: [{ retention_days: 7, created_at: "2026-03-01T12:00:00Z", expires_at: "2026-03-08T12:00:00Z" }],
    });
  });
});
