/** Sharing one request among readers: who may see which data, told by the order of starts, writes and ends. */
import { shareReads, type SharedRead } from "../../../src/client/shared-read";
import { Duration } from "../../../src/model/duration";
import { FakeClock } from "../../../src/testing";

interface Request {
  readonly succeed: (data: string) => Promise<void>;
  readonly fail: () => Promise<void>;
}

function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function setUp(maxAgeMs = 1_000): { shared: SharedRead<string>; requests: Request[]; clock: FakeClock } {
  const requests: Request[] = [];
  const clock = new FakeClock();
  const shared = shareReads<string>({
    request: () =>
      new Promise((resolve, reject) => {
        requests.push({
          succeed: (data) => {
            resolve(data);
            return settled();
          },
          fail: () => {
            reject(new Error("request failed"));
            return settled();
          },
        });
      }),
    clock,
    maxAgeMs,
  });
  return { shared, requests, clock };
}

const usual = { fresh: false };
const fresh = { fresh: true };

/** The nth request, which must have been made by now. */
function nth(requests: readonly Request[], index: number): Request {
  const request = requests[index];
  if (!request) throw new Error(`request ${index} was not made`);
  return request;
}

/** A write that ends when the test says so. */
function beginWrite(shared: SharedRead<string>): () => Promise<void> {
  let finish = (): void => undefined;
  const written = shared.write(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  return () => {
    finish();
    return written;
  };
}

describe("readers", () => {
  test("at the same time share one request", async () => {
    const { shared, requests } = setUp();
    const reads = Array.from({ length: 500 }, () => shared.read(usual));
    await nth(requests, 0).succeed("data");
    expect(new Set(await Promise.all(reads))).toEqual(new Set(["data"]));
    expect(requests).toHaveLength(1);
  });

  test.each([
    ["just within the age", 999, 1],
    ["at the age", 1_000, 2],
    ["after the clock was set back", -1, 2],
  ])("%s, %i ms later, make %i requests", async (_name, laterMs, expected) => {
    const { shared, requests, clock } = setUp();
    void shared.read(usual);
    await nth(requests, 0).succeed("data");
    clock.advance({ ms: laterMs });
    void shared.read(usual);
    expect(requests).toHaveLength(expected);
  });

  test("share only what is under way if nothing is to be kept", async () => {
    const { shared, requests } = setUp(0);
    void shared.read(usual);
    void shared.read(usual);
    await nth(requests, 0).succeed("data");
    void shared.read(usual);
    expect(requests).toHaveLength(2);
  });

  test("all get the failure, and the next one asks again", async () => {
    const { shared, requests } = setUp();
    const reads = [shared.read(usual), shared.read(usual)];
    const outcomes = Promise.allSettled(reads);
    await nth(requests, 0).fail();
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const later = shared.read(usual);
    await nth(requests, 1).succeed("data");
    expect(await later).toBe("data");
  });

  test("who want fresh data never join a request that has begun, but share the next one", async () => {
    const { shared, requests } = setUp();
    const early = shared.read(usual);
    const late = [shared.read(fresh), shared.read(fresh), shared.read(fresh)];
    expect(requests).toHaveLength(1);
    await nth(requests, 0).succeed("old");
    await nth(requests, 1).succeed("new");
    expect([await early, ...(await Promise.all(late))]).toEqual(["old", "new", "new", "new"]);
    expect(requests).toHaveLength(2);
  });

  test("who want fresh data do not get what is kept", async () => {
    const { shared, requests } = setUp();
    void shared.read(usual);
    await nth(requests, 0).succeed("old");
    const read = shared.read(fresh);
    await nth(requests, 1).succeed("new");
    expect(await read).toBe("new");
  });

  test("who want fresh data get it although the request before fails", async () => {
    const { shared, requests } = setUp();
    const early = shared.read(usual).catch(() => "failed");
    const late = shared.read(fresh);
    await nth(requests, 0).fail();
    await nth(requests, 1).succeed("new");
    expect([await early, await late]).toEqual(["failed", "new"]);
  });

  test("can go on from one request's end without starting a second one beside the next", async () => {
    const { shared, requests } = setUp();
    const chained = shared.read(usual).then(() => shared.read(fresh));
    const queued = shared.read(fresh);
    await nth(requests, 0).succeed("first");
    expect(requests).toHaveLength(2);
    await nth(requests, 1).succeed("second");
    await nth(requests, 2).succeed("third");
    expect([await queued, await chained]).toEqual(["second", "third"]);
  });
});

describe("a write", () => {
  test("makes what is kept out of date", async () => {
    const { shared, requests } = setUp();
    void shared.read(usual);
    await nth(requests, 0).succeed("old");
    await shared.write(() => Promise.resolve());
    const read = shared.read(usual);
    await nth(requests, 1).succeed("new");
    expect(await read).toBe("new");
  });

  test("makes what is kept out of date also when it fails", async () => {
    const { shared, requests } = setUp();
    void shared.read(usual);
    await nth(requests, 0).succeed("old");
    await expect(shared.write(() => Promise.reject(new Error("lost")))).rejects.toThrow("lost");
    void shared.read(usual);
    expect(requests).toHaveLength(2);
  });

  test("that finishes during a request keeps its answer from everybody who comes later", async () => {
    const { shared, requests } = setUp();
    const before = shared.read(usual);
    await shared.write(() => Promise.resolve());
    const after = shared.read(usual);
    await nth(requests, 0).succeed("old");
    const muchLater = shared.read(usual);
    await nth(requests, 1).succeed("new");
    expect([await before, await after, await muchLater]).toEqual(["old", "new", "new"]);
    expect(await shared.read(usual)).toBe("new");
    expect(requests).toHaveLength(2);
  });

  test("that began before a request and finishes during it keeps its answer from everybody who comes later", async () => {
    const { shared, requests } = setUp();
    const finishWrite = beginWrite(shared);
    const during = shared.read(usual);
    await finishWrite();
    const after = shared.read(usual);
    await nth(requests, 0).succeed("old");
    await nth(requests, 1).succeed("new");
    expect([await during, await after]).toEqual(["old", "new"]);
  });

  test("that is under way does not stop readers from sharing", async () => {
    const { shared, requests } = setUp();
    const finishWrite = beginWrite(shared);
    const reads = [shared.read(usual), shared.read(usual)];
    await nth(requests, 0).succeed("data");
    expect(await Promise.all(reads)).toEqual(["data", "data"]);
    expect(await shared.read(usual)).toBe("data");
    await finishWrite();
    void shared.read(usual);
    expect(requests).toHaveLength(2);
  });

  test("that begins while a request waits for its turn does not keep its answer from those who wait for it", async () => {
    const { shared, requests } = setUp();
    void shared.read(usual);
    const waiting = shared.read(fresh);
    const finishWrite = beginWrite(shared);
    await nth(requests, 0).succeed("old");
    await nth(requests, 1).succeed("new");
    expect(await waiting).toBe("new");
    await finishWrite();
  });
});

test("whatever the order of reads, writes and answers, no reader sees a state older than the last finished write", async () => {
  // Given a server that counts writes, and an answer that shows the count at its request's start
  const clock = new FakeClock();
  const random = randomNumbers(20_260_301);
  let state = 0;
  let stateAtLastFinish = 0;
  let tooOld = 0;
  let requestCount = 0;
  const shared = shareReads<number>({
    request: async () => {
      requestCount += 1;
      const seen = state;
      await waitTurns(random(6));
      return seen;
    },
    clock,
    maxAgeMs: 1_000,
  });
  // When many readers and writers run at once
  const actors = Array.from({ length: 40 }, async (_unused, index) => {
    for (let step = 0; step < 60; step += 1) {
      await waitTurns(random(5));
      if (index % 8 === 0) {
        const stateAtEnd = await shared.write(async () => {
          await waitTurns(random(3));
          state += 1;
          await waitTurns(random(3));
          return state;
        });
        stateAtLastFinish = Math.max(stateAtLastFinish, stateAtEnd);
      } else {
        if (random(10) === 0) clock.advance(Duration.seconds(1));
        const isFresh = random(4) === 0;
        const atLeast = isFresh ? state : stateAtLastFinish;
        const seen = await shared.read({ fresh: isFresh });
        if (seen < atLeast) tooOld += 1;
      }
    }
  });
  await Promise.all(actors);
  // Then nobody saw what a finished write had replaced, with far fewer requests than reads
  expect(tooOld).toBe(0);
  expect(requestCount).toBeLessThan((35 * 60) / 2);
});

async function waitTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}

/** The same numbers in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let value = seed;
  return (below) => {
    value = (value * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((value / 2 ** 31) * below);
  };
}
