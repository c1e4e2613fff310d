/** Which addresses the client talks to, and what it says about the others. */
import { parseEndpoint } from "../../../src/client/endpoint";
import { thrownBy } from "../../support/thrown-by";

describe("an endpoint", () => {
  test.each([
    ["https", "https://api.example.com", "https://api.example.com", ""],
    ["a slash at the end", "https://api.example.com/", "https://api.example.com", ""],
    ["a path", "https://example.com/key/api", "https://example.com", "/key/api"],
    ["a path with slashes at its end", "https://example.com/key//", "https://example.com", "/key"],
    ["a port", "https://example.com:8443/key", "https://example.com:8443", "/key"],
    ["http to localhost", "http://localhost:8080", "http://localhost:8080", ""],
    ["http to 127.0.0.1", "http://127.0.0.1:1", "http://127.0.0.1:1", ""],
    ["http to any address of the loopback net", "http://127.8.9.10", "http://127.8.9.10", ""],
    ["http to ::1", "http://[::1]:99", "http://[::1]:99", ""],
    ["http to a loopback address in another spelling", "http://0x7f.1", "http://127.0.0.1", ""],
  ])("with %s is taken", (_name, text, origin, prefix) => {
    expect(parseEndpoint(text, false)).toMatchObject({ origin, prefix });
  });

  test.each([
    ["no URL", "api.example.com", /not a URL/],
    ["nothing", "", /not a URL/],
    ["another scheme", "ftp://api.example.com", /https:\/\//],
    ["a file", "file:///etc/passwd", /https:\/\//],
    ["plain http to another machine", "http://api.example.com", /plain http to api\.example\.com/],
    ["plain http to a name that only begins like a loopback address", "http://127.0.0.1.example.com", /plain http/],
    ["plain http to a name that only ends like localhost", "http://evil-localhost", /plain http/],
    ["plain http to every interface", "http://0.0.0.0", /plain http/],
    ["a query", "https://api.example.com/?project=1", /query or a fragment after api\.example\.com/],
    ["a fragment", "https://api.example.com/#keys", /query or a fragment/],
    ["a user name", "https://admin@api.example.com", /user name or a password/],
  ])("with %s is refused", (_name, text, message) => {
    expect(thrownBy(() => parseEndpoint(text, false))).toMatchObject({
      code: "INVALID_CONFIGURATION",
      message: expect.stringMatching(message) as string,
    });
  });

  test("may be plain http on another machine where that is allowed", () => {
    expect(parseEndpoint("http://keys.cluster.internal/api", true)).toMatchObject({ prefix: "/api" });
  });

  test.each([
    ["a password", "https://admin:hunter2-secret@api.example.com"],
    ["a password in a text that is no URL", "https://admin:hunter2-secret@[api"],
    ["a key in the query", "https://api.example.com/?key=hunter2-secret"],
    ["a key in the fragment", "https://api.example.com/#hunter2-secret"],
    ["a key alone", "hunter2-secret"],
    ["a key in the place of the scheme", "hunter2-secret:x"],
  ])("with %s is refused without showing it", (_name, text) => {
    const message = String(thrownBy(() => parseEndpoint(text, false)));
    expect(message).toMatch(/the endpoint cannot be used/);
    expect(message).not.toMatch(/hunter2/);
  });
});
