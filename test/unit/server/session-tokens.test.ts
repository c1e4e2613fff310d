import { Duration } from "../../../src/model/duration";
import { Instant } from "../../../src/model/instant";
import { looksLikeToken, SessionTokens } from "../../../src/server/session-tokens";

const session = { userId: "user-1", projectId: "project-1" };
const now = Instant.parse("2026-03-01T12:00:00Z");
const anHour = 3600;

describe("a session token", () => {
  test("gives back whose it is and for which project", () => {
    const tokens = new SessionTokens();
    expect(tokens.trySession(tokens.issue(session, now, anHour), now)).toEqual(session);
  });

  test.each([
    ["one second before it expires", anHour - 1, session],
    ["at the instant it expires", anHour, undefined],
  ])("%s", (_name, age, expected) => {
    const tokens = new SessionTokens();
    const token = tokens.issue(session, now, anHour);
    expect(tokens.trySession(token, now.plus(Duration.seconds(age)))).toEqual(expected);
  });

  test("is never the same twice, so that a fresh one can be told from an old one", () => {
    const tokens = new SessionTokens();
    expect(tokens.issue(session, now, anHour)).not.toBe(tokens.issue(session, now, anHour));
  });

  test("of another server is refused", () => {
    expect(new SessionTokens().trySession(new SessionTokens().issue(session, now, anHour), now)).toBeUndefined();
  });

  test("is refused with any other payload under its signature", () => {
    const tokens = new SessionTokens();
    const [header = "", , signature = ""] = tokens.issue(session, now, anHour).split(".");
    const payload = Buffer.from(JSON.stringify({ sub: "user-2", project: "project-1", exp: 9e9 })).toString(
      "base64url",
    );
    expect(tokens.trySession(`${header}.${payload}.${signature}`, now)).toBeUndefined();
  });

  test("is refused without a signature, whatever its header claims", () => {
    const tokens = new SessionTokens();
    const [, payload = ""] = tokens.issue(session, now, anHour).split(".");
    const header = Buffer.from('{"alg":"none"}').toString("base64url");
    expect(tokens.trySession(`${header}.${payload}.`, now)).toBeUndefined();
  });

  test.each(["", ".", "..", "abc", "a.b.c"])("%j is none", (text) => {
    expect(new SessionTokens().trySession(text, now)).toBeUndefined();
  });
});

test("a token looks like one, and a key does not", () => {
  expect(looksLikeToken(new SessionTokens().issue(session, now, anHour))).toBe(true);
  expect(looksLikeToken("pb_live_abc")).toBe(false);
});
