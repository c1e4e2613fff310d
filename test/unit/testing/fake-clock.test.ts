import { Duration } from "../../../src/model/duration";
import { Instant } from "../../../src/model/instant";
import { FakeClock } from "../../../src/testing";

const letOthersRun = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a fake clock", () => {
  test("stands still until it is moved", () => {
    const clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    expect(clock.now().toString()).toBe("2026-01-01T00:00:00Z");
    clock.advance(Duration.days(90));
    expect(clock.now().toString()).toBe("2026-04-01T00:00:00Z");
  });

  test("wakes a sleeper when its time has come, and not a millisecond sooner", async () => {
    const clock = new FakeClock();
    let isAwake = false;
    const slept = clock.sleep(Duration.seconds(10)).then(() => {
      isAwake = true;
    });
    clock.advance({ ms: 9_999 });
    await letOthersRun();
    expect(isAwake).toBe(false);
    expect(clock.sleeping).toBe(1);
    clock.advance({ ms: 1 });
    await slept;
    expect(clock.sleeping).toBe(0);
  });

  test("wakes several in the order of their times", async () => {
    const clock = new FakeClock();
    const order: string[] = [];
    const all = Promise.all([
      clock.sleep(Duration.seconds(3)).then(() => order.push("three")),
      clock.sleep(Duration.seconds(1)).then(() => order.push("one")),
      clock.sleep(Duration.seconds(2)).then(() => order.push("two")),
    ]);
    clock.advance(Duration.hours(1));
    await all;
    expect(order).toEqual(["one", "two", "three"]);
  });

  test("does not sleep for no time at all", async () => {
    await expect(new FakeClock().sleep({ ms: 0 })).resolves.toBeUndefined();
  });

  test("ends a sleep with the reason of an abort", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const slept = clock.sleep(Duration.seconds(1), controller.signal);
    controller.abort(new Error("enough"));
    await expect(slept).rejects.toThrow("enough");
    expect(clock.sleeping).toBe(0);
  });

  test("does not begin a sleep that is aborted already", async () => {
    const slept = new FakeClock().sleep(Duration.seconds(1), AbortSignal.abort(new Error("enough")));
    await expect(slept).rejects.toThrow("enough");
  });
});
