import { fingerprintOf } from "../../../src/model/fingerprint";
import { Secret } from "../../../src/model/secret";
import { readAllowed, readLiveKeys } from "../../../src/scan/fingerprint-list";

const fingerprintKey = new Secret("0123456789abcdef0123456789abcdef");
const of = (secret: string, key = fingerprintKey): string => fingerprintOf(new Secret(secret), key);
const list = (text: string): Parameters<typeof readLiveKeys>[0] => ({ source: "keys.txt", text, fingerprintKey });
const foreign = of("a", new Secret("fedcba9876543210fedcba9876543210"));

describe("a list of live keys", () => {
  const expected = new Map([
    [of("a"), "scheduler-prod"],
    [of("b"), "reports prod"],
  ]);

  test.each([
    ["lines", `# ours\n${of("a")} scheduler-prod # the first\r\n\n  ${of("b")}  reports  prod\n`],
    ["JSON", JSON.stringify({ "scheduler-prod": of("a"), "reports prod": of("b") })],
  ])("is read from %s", (_name, text) => {
    expect(readLiveKeys(list(text))).toEqual(expected);
  });

  test.each<[string, string, RegExp]>([
    ["is empty", "# nothing yet\n", /^keys\.txt has no fingerprint, so nothing could be found by it$/],
    ["is an empty object", "{}", /^keys\.txt has no fingerprint/],
    [
      "has something else in a line",
      `${of("a")} a\npb_live_oops`,
      /^keys\.txt has no fingerprint at the beginning of line 2$/,
    ],
    ["has something else in JSON", `{"a":"pb_live_oops"}`, /^keys\.txt has no fingerprint under "a"$/],
    ["is no JSON", `{pb_live_oops`, /^keys\.txt begins as JSON does, and is none$/],
    [
      "was made under another key",
      `${of("a")} a\n${foreign} b`,
      /has kt1:[0-9a-f]{8}:[0-9a-f]{32}, which was made under another fingerprint key; set KEYTURN_FINGERPRINT_KEY to that one/,
    ],
  ])("is refused where it %s, and not quoted", (_name, text, message) => {
    const read = (): unknown => readLiveKeys(list(text));
    expect(read).toThrow(message);
    expect(read).not.toThrow(/oops/);
  });
});

describe("an allow-list", () => {
  test("gives the reasons", () => {
    expect(readAllowed(list(`${of("a")} the sample of the docs`))).toEqual(
      new Map([[of("a"), "the sample of the docs"]]),
    );
    expect(readAllowed(list("# none yet"))).toEqual(new Map());
  });

  test.each<[string, string, RegExp]>([
    ["has no reason", of("a"), /gives no reason for kt1:.*; write it after the fingerprint/],
    ["was made under another key", `${foreign} a sample`, /under another fingerprint key/],
  ])("is refused where it %s", (_name, text, message) => {
    expect(() => readAllowed(list(text))).toThrow(message);
  });
});
