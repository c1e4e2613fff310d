/** The errors that callers see: every shape of error body with every status, and every failure without an answer. */
import { inspect } from "node:util";
import { readErrorBody } from "../../../src/api/error-body";
import type { Answer, FailureKind } from "../../../src/client/answer";
import type { ApiRequest } from "../../../src/client/api-request";
import { keyHeader } from "../../../src/client/credentials";
import { failureError, refusalError, unexpectedError } from "../../../src/client/describe-error";
import type { Reply } from "../../../src/client/reply";
import { Instant } from "../../../src/model/instant";
import { Secret } from "../../../src/model/secret";

const secret = "pb_live_management-key";
const password = "hunter2, the password";

const listKeys: ApiRequest = {
  method: "GET",
  path: "/v1/api-keys",
  purpose: "list the keys",
  credential: keyHeader(new Secret(secret)),
  secrets: [new Secret(password)],
};
const createKey: ApiRequest = { ...listKeys, method: "POST", purpose: "create the key a-b", isOnceOnly: true };

interface Given {
  readonly request?: ApiRequest;
  readonly json?: unknown;
  readonly contentType?: string;
  readonly tries?: number;
  readonly more?: Partial<Answer>;
}

function reply(status: number, { request = listKeys, json, contentType, tries = 1, more }: Given = {}): Reply {
  const answer: Answer = {
    status,
    servedAt: Instant.parse("2026-03-01T12:00:00Z"),
    isDated: true,
    requestId: "req_header",
    contentType: contentType ?? (json === undefined ? "text/html" : "application/json"),
    json,
    location: undefined,
    retryAfter: undefined,
    ...more,
  };
  return { request, host: "api.example.com", tries, answer, problem: readErrorBody(json) };
}

const shapes: [string, unknown, { said: RegExp; apiCode?: string; requestId?: string }][] = [
  [
    "the current shape",
    {
      detail: "no",
      error: { code: "the_code", message: "The words", remediation: "Do this", request_id: "req_body" },
    },
    { said: /\(the_code: The words; the API advises: Do this\)/, apiCode: "the_code", requestId: "req_body" },
  ],
  [
    "an error in its detail",
    { detail: { error: { code: "the_code", message: "The words" } } },
    { said: /\(the_code: The words\)/, apiCode: "the_code" },
  ],
  [
    "a message and a code in its detail",
    { detail: { message: "The words", code: "the_code" } },
    { said: /\(the_code: The words\)/, apiCode: "the_code" },
  ],
  ["a sentence", { detail: "The words" }, { said: /\(The words\)/ }],
  [
    "a list of fields",
    { detail: [{ loc: ["body", "name"], msg: "too long", type: "value_error" }] },
    { said: /body\.name: too long/ },
  ],
  [
    "a sentence and a request id",
    { detail: "Internal server error", request_id: "req_body" },
    { said: /\(Internal server error\)/, requestId: "req_body" },
  ],
];

const statuses: [number, string, string][] = [
  [400, "REQUEST_REFUSED", "REQUEST_REFUSED"],
  [401, "UNAUTHENTICATED", "UNAUTHENTICATED"],
  [402, "FORBIDDEN", "FORBIDDEN"],
  [403, "FORBIDDEN", "FORBIDDEN"],
  [404, "NOT_FOUND", "NOT_FOUND"],
  [405, "REQUEST_REFUSED", "REQUEST_REFUSED"],
  [409, "CONFLICT", "CONFLICT"],
  [410, "REQUEST_REFUSED", "REQUEST_REFUSED"],
  [422, "REQUEST_REFUSED", "REQUEST_REFUSED"],
  [429, "RATE_LIMITED", "RATE_LIMITED"],
  [500, "API_FAILED", "OUTCOME_UNKNOWN"],
  [501, "API_FAILED", "OUTCOME_UNKNOWN"],
  [502, "API_FAILED", "OUTCOME_UNKNOWN"],
  [503, "API_FAILED", "OUTCOME_UNKNOWN"],
  [504, "API_FAILED", "OUTCOME_UNKNOWN"],
];

describe.each(statuses)("a refusal with status %i", (status, code, onceOnlyCode) => {
  test.each(shapes)("and %s says what was tried, what came back and what to do", (_name, json, { said, ...known }) => {
    const error = refusalError(reply(status, { json }));
    expect(error).toMatchObject({
      name: "KeyApiError",
      code,
      status,
      method: "GET",
      path: "/v1/api-keys",
      requestId: known.requestId ?? "req_header",
      apiCode: known.apiCode,
    });
    expect(error.message).toMatch(/^cannot list the keys: GET \/v1\/api-keys on api\.example\.com: answered \d{3}/);
    expect(error.message).toMatch(said);
    expect(error.message).toMatch(/; .* \[request id req_(?:body|header)\]$/);
    expect(refusalError(reply(status, { json, request: createKey }))).toMatchObject({ code: onceOnlyCode });
  });

  test("and a proxy's page names the type of the page, and shows nothing of it", () => {
    const error = refusalError(reply(status));
    const expected = status >= 500 || status === 429 ? code : "UNEXPECTED_ANSWER";
    expect(error).toMatchObject({ code: expected, status, requestId: "req_header" });
    expect(error.message).toMatch(/with text\/html/);
  });

  test("and JSON of an unknown form goes by the status", () => {
    expect(refusalError(reply(status, { json: { message: "Unauthorized" } }))).toMatchObject({ code, status });
  });
});

describe("a redirect", () => {
  test.each([
    ["to another host", "https://www.example.org/login?token=hidden", /a redirect to www\.example\.org that/],
    ["to the same host", "/v2/api-keys?token=hidden", /a redirect to api\.example\.com that/],
    ["to nowhere", undefined, /answered 302 with text\/html; check that the endpoint/],
    ["to something that is no address", "http://[hidden", /answered 302 with text\/html; check that the endpoint/],
  ])("%s names the host and nothing else", (_name, location, message) => {
    const error = refusalError(reply(302, { more: { location } }));
    expect(error).toMatchObject({ code: "UNEXPECTED_ANSWER", status: 302 });
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/hidden/);
  });
});

test("a rate limit says when to come back", () => {
  const error = refusalError(reply(429, { json: { detail: "slow" }, more: { retryAfter: "3600" } }));
  expect(error.message).toMatch(/try again in 3600 seconds/);
});

test("several tries are counted in the message", () => {
  expect(refusalError(reply(503, { tries: 5 })).message).toMatch(/answered 503 with text\/html after 5 tries;/);
});

test("a success that is a web page names the setting to look at", () => {
  const error = unexpectedError(reply(200), "JSON was expected");
  expect(error).toMatchObject({ code: "UNEXPECTED_ANSWER", status: 200 });
  expect(error.message).toMatch(
    /answered 200 with text\/html, but JSON was expected; check that the endpoint is the API's own/,
  );
});

test("a success that cannot be read leaves open what a call did that must not happen twice", () => {
  const error = unexpectedError(reply(201, { request: createKey }), "JSON was expected");
  expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", status: 201, requestId: "req_header" });
  expect(error.message).toMatch(/it may have taken effect: look at the list of keys/);
});

describe("a call without an answer", () => {
  test.each<[FailureKind, string, string]>([
    ["not-sent", "UNREACHABLE", "UNREACHABLE"],
    ["not-trusted", "UNREACHABLE", "UNREACHABLE"],
    ["broken", "UNREACHABLE", "OUTCOME_UNKNOWN"],
    ["timeout", "UNREACHABLE", "OUTCOME_UNKNOWN"],
    ["incomplete", "UNEXPECTED_ANSWER", "OUTCOME_UNKNOWN"],
    ["garbled", "UNEXPECTED_ANSWER", "OUTCOME_UNKNOWN"],
    ["aborted", "ABORTED", "OUTCOME_UNKNOWN"],
    ["not-started", "ABORTED", "ABORTED"],
  ])("because of %s is %s, or %s if it must not happen twice", (failure, code, onceOnlyCode) => {
    const attempted = { request: listKeys, host: "api.example.com", tries: 2 };
    const failed = { failure, reason: "the reason", requestId: "req_1" };
    const error = failureError(attempted, failed);
    expect(error).toMatchObject({ code, status: undefined, requestId: "req_1" });
    expect(error.message).toMatch(
      /^cannot list the keys: GET \/v1\/api-keys on api\.example\.com: the reason after 2 tries/,
    );
    expect(failureError({ ...attempted, request: createKey }, failed)).toMatchObject({ code: onceOnlyCode });
  });
});

describe("an API that repeats what it was sent", () => {
  test.each([
    ["in its message", { error: { code: "c", message: `bad key ${secret}` } }],
    ["in its code", { error: { code: secret, message: "bad" } }],
    ["in its advice", { error: { code: "c", message: "bad", remediation: `not ${password}` } }],
    ["in a field", { detail: [{ loc: ["body", "password"], msg: `${password} is too weak` }] }],
    ["as a field's name", { detail: [{ loc: [secret], msg: "bad" }] }],
    ["as its request id", { detail: "bad", request_id: secret }],
    ["as another key than the one that was sent", { detail: "you mean pb_live_another-key?" }],
  ])("%s does not bring a secret into the error", (_name, json) => {
    const error = refusalError(reply(400, { json }));
    const shown = [error.message, error.stack, JSON.stringify(error), inspect(error, { depth: 9 })].join("\n");
    expect(shown).toMatch(/answered 400/);
    expect(shown).not.toMatch(/pb_live|hunter2/);
  });
});
