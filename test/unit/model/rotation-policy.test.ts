import { Duration } from "../../../src/model/duration";
import { policyDefaults, policyProblems } from "../../../src/model/rotation-policy";

describe("a rotation policy", () => {
  test.each<[string, string, string, string, string, string[]]>([
    ["the usual times", "90d", "24h", "1h", "7d", []],
    ["no overlap at all", "90d", "0s", "0s", "0s", []],
    ["an overlap and a quiet period a second shorter than the period", "10s", "9s", "9s", "9s", []],
    ["a period of zero, whatever else is wrong", "0s", "1h", "1h", "0s", ["period"]],
    ["an overlap as long as the period", "24h", "24h", "1h", "7d", ["overlap"]],
    ["an overlap longer than the period", "12h", "24h", "1h", "7d", ["overlap"]],
    ["a quiet period as long as the period", "12h", "1h", "12h", "7d", ["quietPeriod"]],
    ["a quiet period longer than the period", "12h", "1h", "13h", "7d", ["quietPeriod"]],
    ["both too long for the period", "12h", "13h", "13h", "7d", ["overlap", "quietPeriod"]],
    ["a longest overlap as long as the overlap", "90d", "24h", "1h", "24h", []],
    ["a longest overlap shorter than the overlap", "90d", "24h", "1h", "23h", ["maxOverlap"]],
    ["a longest overlap shorter than the quiet period", "90d", "1h", "2h", "1h", ["maxOverlap"]],
    ["a longest overlap shorter than both", "90d", "3h", "2h", "1h", ["maxOverlap", "maxOverlap"]],
    ["a longest overlap longer than the period", "2d", "1h", "1h", "7d", []],
  ])("with %s has the problems it should have", (_name, period, overlap, quietPeriod, maxOverlap, fields) => {
    const problems = policyProblems({
      period: Duration.parse(period),
      overlap: Duration.parse(overlap),
      quietPeriod: Duration.parse(quietPeriod),
      maxOverlap: Duration.parse(maxOverlap),
    });
    expect(problems.map(({ field }) => field)).toEqual(fields);
  });

  test("names the values that contradict each other", () => {
    const problems = policyProblems({
      period: Duration.hours(12),
      overlap: Duration.hours(24),
      quietPeriod: Duration.hours(13),
      maxOverlap: Duration.hours(6),
    });
    expect(problems.map(({ message }) => message)).toEqual([
      "the overlap of 1d does not fit into the rotation period of 12h; it must be shorter",
      "the quiet period of 13h does not fit into the rotation period of 12h; it must be shorter",
      "the overlap of 1d does not fit into the longest overlap of 6h; it must not be longer",
      "the quiet period of 13h does not fit into the longest overlap of 6h; it must not be longer",
    ]);
  });

  test.each([
    ["24h", "1h"],
    ["1h", "1h"],
    ["10m", "10m"],
    ["0s", "0s"],
  ])("with an overlap of %s has a quiet period of %s by default", (overlap, quiet) => {
    expect(policyDefaults.quietPeriod(Duration.parse(overlap)).toString()).toBe(quiet);
  });

  test.each([
    ["24h", "1h", "7d"],
    ["167h", "1h", "7d"],
    ["7d", "1h", "169h"],
    ["0s", "8d", "8d"],
  ])("with an overlap of %s and a quiet period of %s has a longest overlap of %s by default", (overlap, quiet, max) => {
    const times = { overlap: Duration.parse(overlap), quietPeriod: Duration.parse(quiet) };
    expect(policyDefaults.maxOverlap(times).toString()).toBe(max);
  });
});
