/** What becomes of words from outside before a person sees them. */
import { keyHeader } from "../../../src/client/credentials";
import { presentable } from "../../../src/client/redact";
import { Secret } from "../../../src/model/secret";

const request = { method: "GET", path: "/", purpose: "test" } as const;

describe("words of the API", () => {
  test.each([
    ["plain words stay", "Name is taken", [], "Name is taken"],
    [
      "a given secret goes, every time",
      "s3cr3t? No, not s3cr3t.",
      ["s3cr3t"],
      "(sensitive value)? No, not (sensitive value).",
    ],
    ["no secret given is no reason to hide all", "all", [""], "all"],
    ["a live key goes", "Invalid key pb_live_abc-DEF_9.", [], "Invalid key (sensitive value)."],
    ["a sandbox key goes", "key=pb_test_abc;", [], "key=(sensitive value);"],
    ["a key after an escaped line break goes", '"a\\npb_live_abc"', [], '"a\\n(sensitive value)"'],
    ["a token goes", "got eyJhbGciOi.eyJzdWIi.c2ln here", [], "got (sensitive value) here"],
    ["a bearer goes, whatever it is", "Authorization: Bearer opaque/123==", [], "Authorization: (sensitive value)"],
    ["line breaks go", "one\r\n  two\tthree", [], "one   two three"],
    ["terminal escapes go", "\u001b[31mred\u0007", [], "[31mred"],
    ["marks of direction go", "a\u202eb", [], "a b"],
  ])("%s", (_name, text, secrets, expected) => {
    expect(presentable(text, { ...request, secrets: secrets.map((secret: string) => new Secret(secret)) })).toBe(
      expected,
    );
  });

  test("a long text is cut", () => {
    expect(presentable("x".repeat(10_000), request)).toHaveLength(401);
  });

  test("a secret that the cut would halve is taken out before", () => {
    expect(presentable(`${"x".repeat(390)} pb_live_abcdefghijklmnop`, request)).not.toMatch(/pb_live/);
  });
});

test("the credential of the request goes, whatever its form", () => {
  const credential = keyHeader(new Secret("odd/key"));
  expect(presentable("what is odd/key?", { ...request, credential })).toBe("what is (sensitive value)?");
});
