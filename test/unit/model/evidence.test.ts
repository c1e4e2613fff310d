import { Instant } from "../../../src/model/instant";
import { lastUse, lastUsedObservation, quietSpan, usedSince } from "../../../src/model/evidence";
import { at, said, type Said } from "../../support/judgement";

describe("whether a key was used since an instant", () => {
  test.each<[string, Said[], boolean]>([
    ["not if nobody was asked", [], false],
    ["not if nobody knows of a use", [{ watched: [0, 20] }], false],
    ["not if the use came before", [{ used: 9 }], false],
    ["not if the use came at that very instant", [{ used: 10 }], false],
    ["yes if the use came after", [{ used: 10.001 }], true],
    ["not if a coarse timestamp could lie on either side", [{ used: 9, upTo: 12 }], false],
    ["yes if one of several sources knows of it", [{ used: 5 }, { used: 11 }, {}], true],
    ["yes if a source knows of it that has a problem", [{ used: 11, problem: "the log is cut short" }], true],
  ])("%s", (_name, sources, expected) => {
    expect(usedSince(sources.map(said), at(10))).toBe(expected);
  });
});

describe("the last use of a key", () => {
  test.each<[string, Said[], number | undefined]>([
    ["is not known if nobody was asked", [], undefined],
    ["is not known if nobody knows of one", [{ watched: [0, 20] }, {}], undefined],
    ["is the one that the only source knows of", [{ used: 5 }], 5],
    ["is the latest of all sources, whatever their order", [{ used: 5 }, { used: 9 }, { used: 7 }], 9],
    ["is known although another source knows of none", [{}, { used: 5 }, {}], 5],
    ["is as late as a coarse timestamp allows", [{ used: 5, upTo: 60 }, { used: 9 }], 60],
  ])("%s", (_name, sources, expected) => {
    expect(lastUse(sources.map(said))).toEqual(expected === undefined ? undefined : at(expected));
  });
});

describe("the quiet time of a key", () => {
  test.each<[string, Said[], [string, number, number] | undefined]>([
    ["is not known if nobody was asked", [], undefined],
    ["is not known if silence means nothing", [{}, { used: 5 }], undefined],
    ["is all of the watch if there was no use", [{ watched: [0, 20] }], ["the log", 0, 20]],
    ["begins at the last use", [{ used: 5, watched: [0, 20] }], ["the log", 5, 20]],
    ["is not touched by a use before the watch", [{ used: -5, watched: [0, 20] }], ["the log", 0, 20]],
    ["begins as late as a coarse use allows", [{ used: 5, upTo: 8, watched: [0, 20] }], ["the log", 8, 20]],
    ["begins at a use that only another source knows of", [{ used: 12 }, { watched: [0, 20] }], ["the log", 12, 20]],
    [
      "is that of the source that can tell of the longest one",
      [
        { source: "A", watched: [0, 10] },
        { source: "B", watched: [5, 20] },
      ],
      ["B", 5, 20],
    ],
    [
      "is that of the first source among equals",
      [
        { source: "A", watched: [0, 10] },
        { source: "B", watched: [5, 15] },
      ],
      ["A", 0, 10],
    ],
    [
      "is not the sum of two watches",
      [
        { source: "A", watched: [0, 10] },
        { source: "B", watched: [10, 18] },
      ],
      ["A", 0, 10],
    ],
    ["has not begun if the use came after the watch", [{ used: 25, watched: [0, 20] }], ["the log", 25, 20]],
  ])("%s", (_name, sources, expected) => {
    const quiet = quietSpan(sources.map(said));
    expect(quiet).toEqual(expected && { source: expected[0], from: at(expected[1]), to: at(expected[2]) });
  });
});

describe("last_used_at", () => {
  const now = Instant.parse("2026-03-05T00:00:00Z");
  const read = (text: string | undefined, noticedMs?: number) =>
    lastUsedObservation(text === undefined ? undefined : Instant.parse(text), {
      noticedWithin: noticedMs === undefined ? undefined : { ms: noticedMs },
      now,
    });

  test.each<[string, string, string | undefined]>([
    ["a millisecond", "2026-03-01T12:34:56.789Z", undefined],
    ["a second", "2026-03-01T12:34:56Z", "2026-03-01T12:34:57Z"],
    ["five seconds", "2026-03-01T12:34:55Z", "2026-03-01T12:35:00Z"],
    ["ten seconds", "2026-03-01T12:34:50Z", "2026-03-01T12:35:00Z"],
    ["a quarter of a minute", "2026-03-01T12:34:45Z", "2026-03-01T12:35:00Z"],
    ["half a minute", "2026-03-01T12:34:30Z", "2026-03-01T12:35:00Z"],
    ["a minute", "2026-03-01T12:34:00Z", "2026-03-01T12:35:00Z"],
    ["five minutes", "2026-03-01T12:35:00Z", "2026-03-01T12:40:00Z"],
    ["ten minutes", "2026-03-01T12:40:00Z", "2026-03-01T12:50:00Z"],
    ["a quarter of an hour", "2026-03-01T12:45:00Z", "2026-03-01T13:00:00Z"],
    ["half an hour", "2026-03-01T12:30:00Z", "2026-03-01T13:00:00Z"],
    ["an hour", "2026-03-01T11:00:00Z", "2026-03-01T12:00:00Z"],
    ["six hours", "2026-03-01T06:00:00Z", "2026-03-01T12:00:00Z"],
    ["half a day", "2026-03-01T12:00:00Z", "2026-03-02T00:00:00Z"],
    ["a day", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"],
  ])("on a border of %s may stand for all up to the next", (_name, text, upTo) => {
    expect(read(text)).toMatchObject({ source: "last_used_at", lastUsedAt: Instant.parse(text) });
    expect(read(text).lastUsedUpTo?.toString()).toBe(upTo);
  });

  test("means nothing by its silence while the API has not been seen to note a use", () => {
    expect(read(undefined)).toEqual({
      source: "last_used_at",
      lastUsedAt: undefined,
      lastUsedUpTo: undefined,
      watched: undefined,
    });
    expect(read("2026-03-01T12:34:56.789Z").watched).toBeUndefined();
  });

  test.each<[string, number, string]>([
    ["up to now, if it notes uses at once", 0, "2026-03-05T00:00:00Z"],
    ["except for as long as it takes to note one", 90_000, "2026-03-04T23:58:30Z"],
  ])("tells of all time %s", (_name, noticedMs, to) => {
    expect(read(undefined, noticedMs).watched).toEqual({ from: Instant.ofEpochMs(0), to: Instant.parse(to) });
  });
});
