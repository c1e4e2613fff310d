/** Options that cannot work are refused when the client is made, not when it is first used. */
import { readOptions, type KeyApiClientOptions } from "../../../src/client/client-options";
import { Duration } from "../../../src/model/duration";
import { Secret } from "../../../src/model/secret";
import { thrownBy } from "../../support/thrown-by";

const least: KeyApiClientOptions = {
  endpoint: "https://api.example.com",
  credentials: { kind: "key", secret: new Secret("pb_live_abc") },
  userAgent: "keyturn/1.0.0 (+test)",
};

test("the defaults are those that are documented", () => {
  expect(readOptions(least)).toMatchObject({
    requestTimeoutMs: 30_000,
    maxRetries: 4,
    maxRetryDelayMs: 60_000,
    listMaxAgeMs: 1_000,
  });
});

test("times may be given as durations or in milliseconds", () => {
  const options = { ...least, requestTimeout: Duration.seconds(5), listMaxAge: { ms: 20 } };
  expect(readOptions(options)).toMatchObject({ requestTimeoutMs: 5_000, listMaxAgeMs: 20 });
});

test.each<[string, Partial<KeyApiClientOptions>, RegExp]>([
  ["an endpoint that is none", { endpoint: "api" }, /endpoint/],
  ["credentials that are none", { credentials: { kind: "key", secret: new Secret("") } }, /API key/],
  ["no user agent", { userAgent: "" }, /user agent/],
  ["a user agent of two lines", { userAgent: "keyturn\r\nx: y" }, /user agent/],
  ["a negative number of retries", { maxRetries: -1 }, /-1/],
  ["half a retry", { maxRetries: 0.5 }, /0\.5/],
  ["endless retries", { maxRetries: Infinity }, /Infinity/],
  ["no time at all", { requestTimeout: { ms: 0 } }, /time-out is 0/],
  ["a time that is no number", { requestTimeout: { ms: NaN } }, /NaN/],
  ["a time that no timer can hold", { requestTimeout: Duration.days(25) }, /24 days/],
  ["a negative pause", { maxRetryDelay: { ms: -1 } }, /pause/],
  ["a negative age", { listMaxAge: { ms: -1 } }, /age/],
])("%s is refused", (_name, wrong, message) => {
  const read = (): unknown => readOptions({ ...least, ...wrong });
  expect(read).toThrow(message);
  expect(thrownBy(read)).toMatchObject({ code: "INVALID_CONFIGURATION" });
});
