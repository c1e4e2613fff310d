import { randomBytes } from "node:crypto";
import type { Secret } from "../../../src/model/secret";
import { reach } from "../../../src/scan/forms/form";
import { StreamSearch, type Judge } from "../../../src/scan/stream-search";
import { encodings, freshKey } from "../../support/planted-key";

/** Takes everything for a key, and tells what it was. */
const credulous: Judge<string> = { judge: (candidate) => candidate.reveal() };

interface Seen {
  readonly line: number;
  readonly column: number;
  readonly form: string;
  readonly verdict: string;
}

/** What is found in a text that comes in parts: a first one of its own length, then others of the same length. */
function search(
  text: Buffer | string,
  { firstPart = 0, partLength = Infinity, judge = credulous } = {},
): readonly Seen[] {
  const bytes = Buffer.from(text as string);
  const stream = new StreamSearch(judge);
  const found: Seen[] = [];
  for (let at = 0; at < bytes.length;) {
    // As a reader does that has one buffer for all parts.
    const part = Buffer.from(bytes.subarray(at, at + (at === 0 && firstPart > 0 ? firstPart : partLength)));
    at += part.length;
    found.push(...stream.push(part));
    part.fill(0);
  }
  found.push(...stream.end());
  return found;
}

describe("a key", () => {
  test.each(encodings)("is found %s, whole, once", (_name, form, encode) => {
    for (const prefix of ["pb_live_", "pb_test_"] as const) {
      const key = freshKey(prefix);
      const found = search(encode(key));
      expect(found.map((each) => each.form)).toEqual([form]);
      // Where a key ends cannot be told of one that runs into something else.
      expect(found[0]?.verdict.slice(0, key.length)).toBe(key);
    }
  });

  test.each(encodings)("is found %s wherever the parts end, and where it stands", (_name, form, encode) => {
    const key = freshKey();
    const encoded = Buffer.from(encode(key) as string);
    const alone = search(encoded)[0];
    // Long enough for a search before the end, which leaves what it cannot decide yet.
    const before = "é\n".repeat(100_000);
    const text = Buffer.concat([Buffer.from(before), encoded, randomBytes(40_000).map((byte) => byte & 0x1f)]);
    for (const within of [-1, 0, 1, 7, 17, encoded.length - 1, encoded.length + 1]) {
      for (const searchedTo of [300_000 + within, 300_000 + within - reach]) {
        const found = search(text, { firstPart: searchedTo + reach, partLength: 10_000 });
        expect(found).toMatchObject([{ form, line: 100_000 + (alone?.line ?? 0), column: alone?.column }]);
        expect(found[0]?.verdict.slice(0, key.length)).toBe(key);
      }
    }
  });

  test("is found in a stream that comes byte by byte", () => {
    const key = freshKey();
    expect(search(`a\n${key} ${Buffer.from(key).toString("base64")}`, { partLength: 1 })).toEqual([
      { line: 2, column: 1, form: "plain", verdict: key },
      { line: 2, column: 53, form: "base64", verdict: key },
    ]);
  });

  test("is found once for each time that it is there", () => {
    const key = freshKey();
    const found = search(`${key}\n`.repeat(10_000), { partLength: 10_000 });
    expect(found.map(({ line, column }) => `${line}:${column}`)).toEqual(
      Array.from({ length: 10_000 }, (_, index) => `${index + 1}:1`),
    );
    expect(new Set(found.map(({ verdict }) => verdict))).toEqual(new Set([key]));
  });

  test("has the column that an editor shows", () => {
    expect(search(`ü𝒳 ${freshKey()}`)).toMatchObject([{ line: 1, column: 5 }]);
  });
});

describe("a text without keys", () => {
  test.each([
    ["random bytes", randomBytes(300_000)],
    ["random bytes in base64", randomBytes(300_000).toString("base64")],
    ["random bytes in hexadecimal", randomBytes(300_000).toString("hex")],
    [
      "quotes, operators and escapes without end",
      `p"${" ".repeat(99)}+`.repeat(3_000) + "\\".repeat(100_000) + "%25".repeat(50_000),
    ],
    [
      "keys in many pieces that are none at the end",
      ("p" + ["b", "_", "l", "i", "v", "X"].map((char) => `"${" ".repeat(50)}"${char}`).join("")).repeat(300),
    ],
    [
      "numbers that are no key at the end",
      (
        "112, 98,   95, 108,   105, 118, 102".replaceAll(" ", " ".repeat(40)) +
        "70 62   5f 6c   69 76 66".replaceAll(" ", " ".repeat(30))
      ).repeat(500),
    ],
    ["the beginning of a key over and over", "pb_".repeat(100_000)],
  ])("has none: %s", (_name, text) => {
    expect(search(text, { partLength: 65_536 })).toEqual([]);
  });
});

describe("a token", () => {
  const wanted = "Zm9vYmFyYmF6-token_1";
  const asked: string[] = [];
  const judge: Judge<string> = {
    judge: () => undefined,
    judgeToken: (token: Secret) => {
      asked.push(token.reveal());
      return token.reveal() === wanted ? "it" : undefined;
    },
  };
  beforeEach(() => {
    asked.length = 0;
  });

  test("is looked at as a whole, never in part, wherever the parts end", () => {
    const text = `x=${wanted}; ${"y".repeat(201)} short ${"z".repeat(200)}\n`.repeat(1_000);
    for (const partLength of [997, 16_384]) {
      asked.length = 0;
      expect(search(text, { partLength, judge })).toHaveLength(1_000);
      expect(new Set(asked)).toEqual(new Set([wanted, "z".repeat(200)]));
      expect(asked).toHaveLength(2_000);
    }
  });

  test("that was found as a key is not found once more", () => {
    const both: Judge<string> = { judge: () => "key", judgeToken: () => "token" };
    expect(search(`"pb_live_" + "${wanted}"`, { judge: both })).toMatchObject([{ form: "split", verdict: "key" }]);
  });
});
