import { Duration } from "../../../src/model/duration";
import { BehaviourSwitch, type Behaviour } from "../../../src/server/behaviour";
import { LastUsed } from "../../../src/server/last-used";
import type { KeyRecord } from "../../../src/server/store/key-record";
import { MemoryKeyStore } from "../../../src/server/store/memory-key-store";
import { FakeClock } from "../../../src/testing";
import { keyRecord } from "../../support/key-record";

function watch(behaviour: Partial<Behaviour>) {
  const clock = new FakeClock();
  const keys = new MemoryKeyStore([keyRecord({ id: "key-1", createdAt: clock.now() })]);
  const lastUsed = new LastUsed(keys, clock, new BehaviourSwitch(behaviour));
  const current = (): KeyRecord => {
    const record = keys.find("project-1", "key-1");
    if (!record) throw new Error("the key is gone");
    return record;
  };
  return {
    clock,
    use: () => {
      lastUsed.note(current());
    },
    shown: (): string | undefined => {
      lastUsed.settle();
      return current().lastUsedAt?.toString();
    },
  };
}

describe("last_used_at", () => {
  test("is null before the first use", () => {
    expect(watch({}).shown()).toBeUndefined();
  });

  test.each([
    ["to the millisecond", 1, "2026-03-01T12:34:56.789Z"],
    ["to the second", 1_000, "2026-03-01T12:34:56Z"],
    ["to the hour", 3_600_000, "2026-03-01T12:00:00Z"],
    ["to the day", 86_400_000, "2026-03-01T00:00:00Z"],
  ])("is exact %s", (_name, lastUsedGranularityMs, expected) => {
    const key = watch({ lastUsedGranularityMs });
    key.clock.advance({ ms: 34 * 60_000 + 56_789 });
    key.use();
    expect(key.shown()).toBe(expected);
  });

  test("leaves out uses that come too soon after one that was noted", () => {
    const key = watch({ lastUsedIntervalMs: 60_000 });
    key.use();
    const first = key.shown();
    key.clock.advance({ ms: 59_999 });
    key.use();
    expect(key.shown()).toBe(first);
    key.clock.advance({ ms: 1 });
    key.use();
    expect(key.shown()).toBe(key.clock.now().toString());
  });

  test("stays null if it is not kept", () => {
    const key = watch({ keepsLastUsed: false });
    key.use();
    expect(key.shown()).toBeUndefined();
  });

  test("shows a use when the lag is over, and not a moment sooner", () => {
    const key = watch({ lastUsedLagMs: 60_000 });
    key.use();
    key.clock.advance({ ms: 59_999 });
    expect(key.shown()).toBeUndefined();
    key.clock.advance({ ms: 1 });
    expect(key.shown()).toBe("2026-03-01T12:00:00Z");
  });

  test("shows each of several uses when its own lag is over", () => {
    const key = watch({ lastUsedLagMs: 60_000 });
    key.use();
    key.clock.advance(Duration.seconds(30));
    key.use();
    key.clock.advance(Duration.seconds(30));
    expect(key.shown()).toBe("2026-03-01T12:00:00Z");
    key.clock.advance(Duration.seconds(30));
    expect(key.shown()).toBe("2026-03-01T12:00:30Z");
  });

  test("shows a rounded use as soon as its first one is due", () => {
    const key = watch({ lastUsedLagMs: 60_000, lastUsedGranularityMs: 60_000 });
    key.use();
    key.clock.advance(Duration.seconds(30));
    key.use();
    key.clock.advance(Duration.seconds(30));
    expect(key.shown()).toBe("2026-03-01T12:00:00Z");
  });
});
