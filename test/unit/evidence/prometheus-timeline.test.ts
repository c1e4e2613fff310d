import { readTimeline, type Grid, type Series } from "../../../src/evidence/prometheus-timeline";
import { Instant } from "../../../src/model/instant";

const start = Instant.parse("2026-03-01T12:00:00Z");
const minutes = (count: number): Instant => start.plus({ ms: count * 60_000 });
const minutesOf = (instant: Instant | undefined): number | undefined => instant && start.msUntil(instant) / 60_000;

/** Six instants a minute apart, each looking back over two. */
const grid: Grid = { start, end: minutes(5), stepMs: 60_000, steps: 5, windowMs: 120_000 };
const later = minutes(60);

/** Values at the instants of the grid; a dot is a gap. */
function series(values: string, from?: number, to?: number): Series {
  return {
    valueAt: (instant) => {
      const value = values[minutesOf(instant) ?? 0];
      return value === "." ? undefined : Number(value);
    },
    from: from === undefined ? undefined : minutes(from),
    to: to === undefined ? undefined : minutes(to),
  };
}

/** Earliest and latest instant of the last use, and what was watched, in minutes. */
function read(all: readonly Series[], servedAt = later): (number | undefined)[] {
  const { lastUsedAt, lastUsedUpTo, watched } = readTimeline(all, grid, servedAt);
  return [lastUsedAt, lastUsedUpTo, watched?.from, watched?.to].map(minutesOf);
}

const unused = [undefined, undefined];
const unwatched = [undefined, undefined];

describe("one series", () => {
  test.each<[string, string, (number | undefined)[]]>([
    ["of zeros is quiet up to the last scrape", "000000", [...unused, 0, 4]],
    ["with a use tells between which instants it was", "001000", [0, 2, 0, 4]],
    ["with several uses tells the last", "010010", [2, 4, 0, 4]],
    ["with a use at the end", "000001", [3, 5, 0, 4]],
    ["with a gap is watched from after it", "00.000", [...unused, 3, 4]],
    ["with several gaps is watched from after the last", "0.0.00", [...unused, 4, 4]],
    ["with a gap at the end is not watched", "00000.", [...unused, ...unwatched]],
    ["with a use before a gap still tells it", "10.000", [-2, 0, 3, 4]],
    ["without values knows nothing", "......", [...unused, ...unwatched]],
  ])("%s", (_name, values, expected) => {
    expect(read([series(values)])).toEqual(expected);
  });

  test("is watched no longer than it was served", () => {
    expect(read([series("000000")], minutes(3))).toEqual([...unused, 0, 2]);
  });
});

describe("several names, one after the other", () => {
  test.each<[string, Series[], (number | undefined)[]]>([
    ["of zeros are quiet", [series("000000", undefined, 2), series("000000", 2)], [...unused, 0, 4]],
    ["count each in its own time", [series("100000", undefined, 2), series("999000", 2)], [-2, 2, 0, 4]],
    [
      "have no certain use around the change",
      [series("001110", undefined, 2), series("000000", 2)],
      [undefined, 4, 0, 4],
    ],
    [
      "ignore the old name when it is another key's",
      [series("000001", undefined, 2), series("000000", 2)],
      [...unused, 0, 4],
    ],
    ["have a gap where either has one", [series("00000.", undefined, 2), series("...000", 2)], [...unused, 3, 4]],
    [
      "do not miss a name before it was given",
      [series("000000", undefined, 2), series("..0000", 2)],
      [...unused, 0, 4],
    ],
    ["know nothing of a time without a name", [series("000000", 4)], [...unused, 4, 4]],
    ["know nothing if there is none", [], [...unused, ...unwatched]],
  ])("%s", (_name, all, expected) => {
    expect(read(all)).toEqual(expected);
  });
});
