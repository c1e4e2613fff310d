import { fingerprintOf } from "../../../src/model/fingerprint";
import { Secret } from "../../../src/model/secret";
import { createJudge, type KnownKeys } from "../../../src/scan/judge";
import { freshKey } from "../../support/planted-key";

const fingerprintKey = new Secret("0123456789abcdef0123456789abcdef");
const fingerprint = (secret: string): string => fingerprintOf(new Secret(secret), fingerprintKey);

const liveKey = freshKey();
const known: KnownKeys = {
  fingerprintKey,
  live: new Map([[fingerprint(liveKey), "scheduler-prod"]]),
  allowed: new Map(),
};
const judging = (text: string, more: Partial<KnownKeys> = {}): object | undefined =>
  createJudge({ ...known, ...more }).judge(new Secret(text));
const judgingToken = (text: string): object | undefined => createJudge(known).judgeToken?.(new Secret(text));

describe("the judge", () => {
  test.each([
    ["alone", liveKey],
    ["with what ran into it", `${liveKey}_and-more`],
    ["with as much as is ever read", liveKey.padEnd(256, "x")],
  ])("knows a live key %s", (_name, text) => {
    const verdict = {
      masked: "pb_live_… (51 characters)",
      fingerprint: fingerprint(liveKey),
      liveKey: "scheduler-prod",
    };
    expect(judging(text)).toMatchObject(verdict);
    expect(judging(text, { allowed: new Map([[fingerprint(liveKey), "a dummy"]]) })).toMatchObject({
      ...verdict,
      allowedBecause: null,
    });
  });

  test("knows a live key whose shape is that of a placeholder", () => {
    const live = new Map([[fingerprint("pb_live_words-that-are-a-key"), "odd"]]);
    expect(judging("pb_live_words-that-are-a-key", { live })).toMatchObject({ liveKey: "odd" });
    expect(judging("pb_live_words-that-are-a-key")).toBeUndefined();
  });

  test("knows a live key by its rest alone, and one that begins in another way", () => {
    expect(judgingToken(liveKey.slice(8))).toMatchObject({
      liveKey: "scheduler-prod",
      masked: "pb_live_… (51 characters)",
    });
    expect(judgingToken(freshKey().slice(8))).toBeUndefined();
    const odd = "sk-0123456789-abcdef-0123456789";
    const judge = createJudge({ ...known, live: new Map([[fingerprint(odd), "odd"]]) });
    expect(judge.judgeToken?.(new Secret(odd))).toMatchObject({ liveKey: "odd", masked: "… (31 characters)" });
    // Asked again, it says the same.
    expect(judge.judgeToken?.(new Secret(odd))).toMatchObject({ liveKey: "odd" });
  });

  test("takes another key for a key, and gives the reason where it is allowed", () => {
    const key = freshKey("pb_test_");
    expect(judging(key)).toEqual({
      masked: "pb_test_… (51 characters)",
      fingerprint: fingerprint(key),
      liveKey: null,
      allowedBecause: null,
    });
    expect(judging(key, { allowed: new Map([[fingerprint(key), "a dummy"]]) })).toMatchObject({
      allowedBecause: "a dummy",
    });
  });

  test("shows no fingerprint without a key for it, and looks at no tokens", () => {
    const judge = createJudge({ live: new Map(), allowed: new Map() });
    expect(judge.judge(new Secret(liveKey))).toMatchObject({ fingerprint: null });
    expect(judge.judgeToken).toBeUndefined();
  });

  test("says the same at the second time, and after very many others", () => {
    const judge = createJudge(known);
    for (let round = 0; round < 3; round++) {
      expect(judge.judge(new Secret(liveKey))).toMatchObject({ liveKey: "scheduler-prod" });
      expect(judge.judge(new Secret("pb_live_no"))).toBeUndefined();
      for (let index = 0; index < 1_500; index++) judge.judge(new Secret(`pb_live_${index}`));
    }
  });
});
