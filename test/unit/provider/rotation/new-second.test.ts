import type { Clock } from "../../../../src/model/clock";
import { Instant } from "../../../../src/model/instant";
import { awaitNewSecond } from "../../../../src/provider/rotation/new-second";

const now = Instant.parse("2026-03-01T12:00:00Z");

/** How long it waits, in milliseconds, and the instant that it gives. */
async function waitingFor(...created: readonly (string | undefined)[]): Promise<[waited: number, after: string]> {
  let waited = 0;
  const clock: Clock = {
    now: () => now,
    sleep: async ({ ms }) => {
      waited += ms;
    },
  };
  const keys = created.map((text, index) => ({
    id: String(index),
    name: "scheduler-prod",
    createdAt: text === undefined ? undefined : Instant.parse(text),
  }));
  const after = await awaitNewSecond(keys, now, clock);
  return [waited, after.toString()];
}

test.each<[name: string, created: readonly (string | undefined)[], waited: number, after: string]>([
  ["there is no other key", [], 0, "2026-03-01T12:00:00Z"],
  ["the last key is older", ["2026-03-01T11:59:59.999Z", "2026-01-01T00:00:00Z"], 0, "2026-03-01T12:00:00Z"],
  ["nobody knows how old the last key is", [undefined], 0, "2026-03-01T12:00:00Z"],
  ["the last key is of this second", ["2026-03-01T12:00:00.700Z"], 1000, "2026-03-01T12:00:01Z"],
  ["the API was a little ahead", ["2026-03-01T11:00:00Z", "2026-03-01T12:00:02Z"], 3000, "2026-03-01T12:00:03Z"],
  ["the API contradicts itself", ["2026-03-01T13:00:00Z"], 0, "2026-03-01T12:00:00Z"],
])("where %s", async (_name, created, waited, after) => {
  expect(await waitingFor(...created)).toEqual([waited, after]);
});
