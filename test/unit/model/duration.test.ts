import fc from "fast-check";
import { Duration } from "../../../src/model/duration";

describe("Duration", () => {
  test.each([
    ["90d", 90 * 86_400_000],
    ["24h", 86_400_000],
    ["15m", 900_000],
    ["30s", 30_000],
    ["2w", 14 * 86_400_000],
    ["0s", 0],
    ["P90D", 90 * 86_400_000],
    ["P2W", 14 * 86_400_000],
    ["PT1H30M", 5_400_000],
    ["P1DT12H", 129_600_000],
    ["PT90S", 90_000],
  ])("reads %s", (text, ms) => {
    expect(Duration.parse(text).ms).toBe(ms);
  });

  test.each([
    ["an unknown unit", "90y", /unknown unit "y"; the units are w, d, h, m and s/],
    ["a month, which has no fixed length", "P1M", /ISO 8601 duration of days and smaller units/],
    ["a year, which has no fixed length", "P1Y", /ISO 8601 duration/],
    ["a number without a unit", "90", /write 90d, 24h, 15m or 30s/],
    ["a negative number", "-5d", /write 90d/],
    ["a fraction", "1.5h", /write 90d/],
    ["nothing", "", /write 90d/],
    ["an ISO duration without a part", "P", /write 90d/],
    ["an ISO duration that ends in T", "P1DT", /write 90d/],
    ["more than a century", "99999999d", /from zero to 100 years/],
    ["several short units", "1h30m", /write 90d/],
  ])("refuses %s", (_name, text, message) => {
    expect(() => Duration.parse(text)).toThrow(message);
    expect(() => Duration.parse(text)).toThrow(expect.objectContaining({ code: "INVALID_VALUE" }) as Error);
  });

  test.each([
    [-1, /from zero to 100 years/],
    [0.5, /whole number of seconds/],
    [Number.NaN, /whole number of seconds/],
    [Infinity, /from zero to 100 years/],
  ])("refuses to be made of %p seconds", (amount, message) => {
    expect(() => Duration.seconds(amount)).toThrow(message);
  });

  test("prints what it can read again, in the largest exact unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000_000_000 }), (seconds) => {
        const duration = Duration.seconds(seconds);
        expect(Duration.parse(duration.toString()).ms).toBe(duration.ms);
        expect(Duration.parse(`PT${seconds}S`).equals(duration)).toBe(true);
      }),
    );
    expect(Duration.hours(36).toString()).toBe("36h");
    expect(Duration.hours(48).toString()).toBe("2d");
    expect(JSON.stringify({ period: Duration.seconds(90) })).toBe('{"period":"90s"}');
  });
});
