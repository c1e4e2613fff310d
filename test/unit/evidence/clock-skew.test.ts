import type { ActivityPage } from "../../../src/client";
import { createActivityLogSource } from "../../../src/evidence/activity-log";
import { Duration } from "../../../src/model/duration";
import { Instant } from "../../../src/model/instant";
import { FakeClock } from "../../../src/testing";
import { watchedKey } from "../../support/watched-key";

const now = Instant.parse("2026-03-01T12:00:00Z");

test.each([
  ["behind", now.minus(Duration.days(400))],
  ["ahead", now.plus(Duration.days(400))],
])("the log is read by the API's time, also where the clock of this machine is far %s", async (_name, here) => {
  const asked: (Instant | undefined)[] = [];
  async function* activityPages({
    since,
  }: { readonly since?: Instant | undefined } = {}): AsyncGenerator<ActivityPage> {
    asked.push(since);
    yield await Promise.resolve({ items: [], retentionDays: 90, servedAt: now });
  }
  const clock = new FakeClock(here);
  const source = createActivityLogSource({ client: { activityPages }, clock, maxAge: Duration.seconds(15) });

  const { problem } = await source.observe(watchedKey(), { since: now.minus(Duration.hours(3)), now });

  expect(problem).toBeUndefined();
  expect(asked.map(String)).toEqual([now.minus(Duration.days(1)).toString()]);
});
