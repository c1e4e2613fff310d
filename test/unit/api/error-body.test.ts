import fc from "fast-check";
import { readErrorBody } from "../../../src/api/error-body";

describe("readErrorBody", () => {
  test.each([
    [
      "the current shape with everything in it",
      {
        detail: "Slow down",
        error: {
          code: "rate_limited",
          message: "Slow down",
          remediation: "Wait a minute.",
          request_id: "req_1",
          retry_after_seconds: 7,
          errors: [{ loc: ["body", "scopes", 0], msg: "unknown scope" }],
          upgrade_url: "https://api.example/upgrade",
        },
      },
      {
        code: "rate_limited",
        message: "Slow down",
        remediation: "Wait a minute.",
        requestId: "req_1",
        retryAfterSeconds: 7,
        fields: ["body.scopes.0: unknown scope"],
      },
    ],
    [
      "the current shape with code and message only",
      { detail: "No", error: { code: "quota_exceeded", message: "No" } },
      { code: "quota_exceeded", message: "No", fields: [] },
    ],
    [
      "the current shape with nulls for what it does not know",
      {
        error: {
          code: "c",
          message: "m",
          remediation: null,
          request_id: null,
          retry_after_seconds: null,
          errors: null,
        },
      },
      { code: "c", message: "m", fields: [] },
    ],
    [
      "the current shape with a pause of zero seconds",
      { error: { code: "rate_limited", message: "m", retry_after_seconds: 0 } },
      { code: "rate_limited", message: "m", retryAfterSeconds: 0, fields: [] },
    ],
    [
      "an error inside detail",
      { detail: { error: { code: "plan_limit", message: "Too many keys" } } },
      { code: "plan_limit", message: "Too many keys", fields: [] },
    ],
    [
      "message and code inside detail",
      { detail: { message: "Billing is inactive", code: "billing_inactive" } },
      { code: "billing_inactive", message: "Billing is inactive", fields: [] },
    ],
    ["a message without a code inside detail", { detail: { message: "No" } }, { message: "No", fields: [] }],
    ["a sentence", { detail: "Invalid API key" }, { message: "Invalid API key", fields: [] }],
    [
      "a validation error",
      {
        detail: [
          { loc: ["body", "name"], msg: "too long", type: "string_too_long" },
          { loc: [], msg: "not an object", type: "object_type" },
        ],
      },
      { message: "the request is not valid", fields: ["body.name: too long", "not an object"] },
    ],
    [
      "an internal error with its request id",
      { detail: "Internal server error", request_id: "req_2" },
      { message: "Internal server error", requestId: "req_2", fields: [] },
    ],
  ])("reads %s", (_name, json, expected) => {
    expect(readErrorBody(json)).toEqual(expected);
  });

  test.each([
    ["a proxy's page", "<html><body>502 Bad Gateway</body></html>"],
    ["nothing", undefined],
    ["null", null],
    ["a number", 502],
    ["a list", []],
    ["an empty object", {}],
    ["an error without a message", { error: { code: "c" } }],
    ["a detail that is a number", { detail: 1 }],
    ["a message by another name", { message: "No" }],
  ])("gives undefined for %s", (_name, json) => {
    expect(readErrorBody(json)).toBeUndefined();
  });

  test("never throws, whatever JSON it is given", () => {
    const word = fc.constantFrom(
      "detail",
      "error",
      "code",
      "message",
      "errors",
      "loc",
      "msg",
      "request_id",
      "__proto__",
    );
    const { anything } = fc.letrec((tie) => ({
      anything: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.array(tie("anything"), { maxLength: 3 }),
        fc.dictionary(word, tie("anything"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(anything, (json) => {
        const error = readErrorBody(json);
        if (error !== undefined) {
          expect(typeof error.message).toBe("string");
          expect(error.fields.every((field) => typeof field === "string")).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
