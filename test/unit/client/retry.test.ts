/** When a request is sent again, and after how long. */
import type { Answer, FailureKind } from "../../../src/client/answer";
import { retryDelayMs, type RetryLimits } from "../../../src/client/retry";
import { Instant } from "../../../src/model/instant";

const limits: RetryLimits = { maxRetries: 3, maxRetryDelayMs: 10_000, random: () => 0.5 };

function answer(status: number, retryAfter?: string): Answer {
  return {
    status,
    servedAt: Instant.parse("2026-03-01T12:00:00Z"),
    isDated: true,
    requestId: undefined,
    contentType: "application/json",
    json: {},
    location: undefined,
    retryAfter,
  };
}

const situation = { isOnceOnly: false, problem: undefined, retries: 0 };

describe("a request that may be repeated", () => {
  test.each([
    [200, false],
    [204, false],
    [301, false],
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [408, false],
    [409, false],
    [422, false],
    [429, true],
    [500, true],
    [501, false],
    [502, true],
    [503, true],
    [504, true],
  ])("after %i is sent again: %s", (status, isRepeated) => {
    expect(retryDelayMs({ ...situation, outcome: answer(status) }, limits) !== undefined).toBe(isRepeated);
    const onceOnly = retryDelayMs({ ...situation, isOnceOnly: true, outcome: answer(status) }, limits) !== undefined;
    expect(onceOnly).toBe(status === 429);
  });

  test.each<[FailureKind, boolean, boolean]>([
    ["not-sent", true, true],
    ["broken", true, false],
    ["timeout", true, false],
    ["incomplete", true, false],
    ["not-trusted", false, false],
    ["garbled", false, false],
    ["aborted", false, false],
    ["not-started", false, false],
  ])(
    "after the failure %s is sent again: %s; one that may happen only once: %s",
    (failure, isRepeated, isOnceRepeated) => {
      const outcome = { failure, reason: "" };
      expect(retryDelayMs({ ...situation, outcome }, limits) !== undefined).toBe(isRepeated);
      expect(retryDelayMs({ ...situation, outcome, isOnceOnly: true }, limits) !== undefined).toBe(isOnceRepeated);
    },
  );
});

describe("the pause", () => {
  test.each([
    [0, 125],
    [1, 250],
    [2, 500],
    [3, undefined],
  ])("after retry %i is half of the back-off when chance says a half: %s ms", (retries, expected) => {
    expect(retryDelayMs({ ...situation, retries, outcome: answer(503) }, limits)).toBe(expected);
  });

  test("never grows beyond its limit", () => {
    const patient = { ...limits, maxRetries: 50, random: () => 0.999 };
    expect(retryDelayMs({ ...situation, retries: 40, outcome: answer(503) }, patient)).toBeLessThan(10_000);
  });

  test.each([
    ["seconds", "7", undefined, 7_000],
    ["seconds with blanks", " 7 ", undefined, 7_000],
    ["a part of a second", "0.5", undefined, 500],
    ["a date on the API's clock", "Sun, 01 Mar 2026 12:00:09 GMT", undefined, 9_000],
    ["a date that is past", "Sun, 01 Mar 2026 11:00:00 GMT", undefined, 0],
    ["the body", undefined, 4, 4_000],
    ["the header before the body", "2", 4, 2_000],
    ["the body if the header is nonsense", "soon", 4, 4_000],
    ["as much as the limit", "10", undefined, 10_000],
  ])("asked for as %s is kept", (_name, retryAfter, inBody, expected) => {
    const problem = inBody === undefined ? undefined : { message: "", fields: [], retryAfterSeconds: inBody };
    const noChance = { ...limits, random: () => 0 };
    expect(retryDelayMs({ ...situation, outcome: answer(429, retryAfter), problem }, noChance)).toBe(expected);
  });

  test("is never shorter than asked for, whatever chance says", () => {
    expect(retryDelayMs({ ...situation, outcome: answer(429, "7") }, limits)).toBe(7_125);
  });

  test("that is asked for and longer than the limit ends the call", () => {
    expect(retryDelayMs({ ...situation, outcome: answer(429, "11") }, limits)).toBeUndefined();
    expect(retryDelayMs({ ...situation, outcome: answer(503, "3600") }, limits)).toBeUndefined();
  });

  test("is the back-off where nothing is asked for", () => {
    expect(retryDelayMs({ ...situation, outcome: answer(429) }, limits)).toBe(125);
  });
});
