import { Duration } from "../../../src/model/duration";
import { policyDefaults, policyProblems } from "../../../src/model/rotation-policy";

describe("a rotation policy", () => {
  test.each([
    ["the usual one", "90d", "24h", "1h", []],
    ["no overlap at all", "90d", "0s", "0s", []],
    ["a period of zero", "0s", "0s", "0s", ["period"]],
    ["an overlap as long as the period", "24h", "24h", "1h", ["overlap"]],
    ["an overlap longer than the period", "12h", "24h", "1h", ["overlap"]],
    ["a quiet period longer than the period", "12h", "1h", "13h", ["quietPeriod"]],
    ["both too long", "12h", "13h", "13h", ["overlap", "quietPeriod"]],
  ])("with %s has the problems it should have", (_name, period, overlap, quietPeriod, fields) => {
    const problems = policyProblems({
      period: Duration.parse(period),
      overlap: Duration.parse(overlap),
      quietPeriod: Duration.parse(quietPeriod),
    });
    expect(problems.map(({ field }) => field)).toEqual(fields);
  });

  test("names the values that contradict each other", () => {
    const [problem] = policyProblems({
      period: Duration.hours(12),
      overlap: Duration.hours(24),
      quietPeriod: Duration.hours(1),
    });
    expect(problem?.message).toBe("the overlap of 1d does not fit into the rotation period of 12h; it must be shorter");
  });

  test.each([
    ["24h", "1h"],
    ["1h", "1h"],
    ["10m", "10m"],
    ["0s", "0s"],
  ])("with an overlap of %s has a quiet period of %s by default", (overlap, quiet) => {
    expect(policyDefaults.quietPeriod(Duration.parse(overlap)).toString()).toBe(quiet);
  });
});
