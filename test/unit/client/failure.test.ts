/** Reading thrown errors. "Not sent" is a promise that a request may be sent again whatever it does, so it needs proof. */
import { UnreadableBody } from "../../../src/client/body";
import { readFailure } from "../../../src/client/failure";

const coded = (code: string, more: object = {}): Error => Object.assign(new Error("raw message"), { code, ...more });
const refused = coded("ECONNREFUSED", { syscall: "connect" });

describe("an error", () => {
  test.each([
    ["a refused connection", refused, "not-sent"],
    ["several refused addresses", new AggregateError([refused, refused]), "not-sent"],
    ["no route while connecting", coded("EHOSTUNREACH", { syscall: "connect" }), "not-sent"],
    ["an unknown host", coded("ENOTFOUND", { syscall: "getaddrinfo" }), "not-sent"],
    ["a connection that was not made in time", coded("UND_ERR_CONNECT_TIMEOUT"), "not-sent"],
    ["a reset connection", coded("ECONNRESET", { syscall: "read" }), "broken"],
    ["a refusal without its origin", coded("ECONNREFUSED"), "broken"],
    ["no route while reading", coded("EHOSTUNREACH", { syscall: "read" }), "broken"],
    ["a broken pipe", coded("EPIPE", { syscall: "write" }), "broken"],
    ["addresses of which one was reached", new AggregateError([refused, coded("ECONNRESET")]), "broken"],
    ["an aggregate of nothing", new AggregateError([]), "broken"],
    ["the other side hanging up", coded("UND_ERR_SOCKET"), "broken"],
    ["a body that is shorter than promised", coded("UND_ERR_RES_CONTENT_LENGTH_MISMATCH"), "broken"],
    ["an answer that does not parse", Object.assign(new Error("words"), { name: "HTTPParserError" }), "incomplete"],
    ["an answer beyond the limit", coded("UND_ERR_RES_EXCEEDED_MAX_SIZE"), "garbled"],
    ["an expired certificate", coded("CERT_HAS_EXPIRED"), "not-trusted"],
    ["a certificate of nobody", coded("DEPTH_ZERO_SELF_SIGNED_CERT"), "not-trusted"],
    ["a certificate of somebody else", coded("ERR_TLS_CERT_ALTNAME_INVALID"), "not-trusted"],
    ["JSON that does not parse", new UnreadableBody("incomplete", "words"), "incomplete"],
    ["something that is no error", "boom", "broken"],
    ["nothing", undefined, "broken"],
  ])("of %s is read", (_name, error, failure) => {
    expect(readFailure(error).failure).toBe(failure);
  });

  test("is never quoted: undici's parser errors hold the bytes of the answer", () => {
    const error = Object.assign(new Error("pb_live_x"), { name: "HTTPParserError", data: "pb_live_x" });
    expect(JSON.stringify(readFailure(error))).not.toMatch(/pb_live/);
  });
});
