import fc from "fast-check";
import { Duration } from "../../../src/model/duration";
import { Instant } from "../../../src/model/instant";

describe("Instant", () => {
  test.each([
    ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"],
    ["2026-03-01T12:00:00.123Z", "2026-03-01T12:00:00.123Z"],
    ["2026-03-01T12:00:00.123456Z", "2026-03-01T12:00:00.123Z"],
    ["2026-03-01T12:00:00.5Z", "2026-03-01T12:00:00.500Z"],
    ["2026-03-01T14:00:00+02:00", "2026-03-01T12:00:00Z"],
    ["2026-03-01T12:00:00", "2026-03-01T12:00:00Z"],
    ["2026-03-01 12:00:00z", "2026-03-01T12:00:00Z"],
  ])("reads %s as %s", (text, expected) => {
    expect(Instant.parse(text).toString()).toBe(expected);
  });

  test.each(["", "yesterday", "2026-03-01", "2026-13-01T00:00:00Z", "2026-03-01T25:00:00Z", "1772366400"])(
    "refuses %p",
    (text) => {
      expect(() => Instant.parse(text)).toThrow(/is not a timestamp; write one like/);
    },
  );

  test("prints what it can read again", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (epochMs) => {
        expect(Instant.parse(Instant.ofEpochMs(epochMs).toString()).epochMs).toBe(epochMs);
      }),
    );
  });

  test("is moved and compared by durations", () => {
    const noon = Instant.parse("2026-03-01T12:00:00Z");
    const later = noon.plus(Duration.minutes(5));
    expect(later.toString()).toBe("2026-03-01T12:05:00Z");
    expect(later.minus(Duration.minutes(5)).epochMs).toBe(noon.epochMs);
    expect([noon.isBefore(later), later.isAfter(noon), noon.isBefore(noon), noon.isAfter(noon)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(noon.msUntil(later)).toBe(300_000);
  });
});
