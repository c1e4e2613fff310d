import {
  apiKeyBody,
  apiKeyListBody,
  createApiKeyRequest,
  createdApiKeyBody,
  updateApiKeyRequest,
} from "../../../src/api/key";

describe("a listed key", () => {
  test("of an older deployment has an id and a name only", () => {
    expect(apiKeyBody.parse({ id: "1", name: "scheduler-prod" })).toMatchObject({ id: "1", name: "scheduler-prod" });
  });

  test("reads null like absent", () => {
    const read = apiKeyBody.parse({
      id: "1",
      name: "n",
      last_used_at: null,
      pinterest_account_ids: null,
      source: null,
    });
    expect(read.last_used_at).toBeUndefined();
    expect(read.pinterest_account_ids).toBeUndefined();
    expect(read.source).toBeUndefined();
  });

  test("keeps a source that nobody knows", () => {
    expect(apiKeyBody.parse({ id: "1", name: "n", source: "robot" }).source).toBe("robot");
  });

  test.each([
    ["no id", { name: "n" }],
    ["an empty id", { id: "", name: "n" }],
    ["no name", { id: "1" }],
    ["scopes that are no list", { id: "1", name: "n", scopes: "read" }],
  ])("with %s is refused", (_name, body) => {
    expect(apiKeyBody.safeParse(body).success).toBe(false);
  });

  test("in an object instead of a bare array is refused", () => {
    expect(apiKeyListBody.safeParse({ items: [] }).success).toBe(false);
  });
});

describe("a created key", () => {
  test.each([
    ["without its secret", {}],
    ["with an empty secret", { api_key: "" }],
  ])("%s is refused", (_name, extra) => {
    expect(createdApiKeyBody.safeParse({ id: "1", name: "n", ...extra }).success).toBe(false);
  });
});

describe("a request to create a key", () => {
  test.each([
    ["a name alone", true, { name: "n" }],
    ["a name of 255 characters", true, { name: "n".repeat(255) }],
    ["a name of 256 characters", false, { name: "n".repeat(256) }],
    ["an empty name", false, { name: "" }],
    ["no name", false, { scopes: ["read"] }],
    ["an empty scope", false, { name: "n", scopes: [""] }],
    ["accounts null", true, { name: "n", pinterest_account_ids: null }],
    ["an account that is no UUID", false, { name: "n", pinterest_account_ids: ["acme"] }],
  ])("with %s: valid is %s", (_name, isValid, body) => {
    expect(createApiKeyRequest.safeParse(body).success).toBe(isValid);
  });
});

describe("a request to change a key", () => {
  test.each([
    ["a name", true, { name: "n" }],
    ["scopes", true, { scopes: ["read"] }],
    ["the account limit taken away", true, { pinterest_account_ids: null }],
    ["nothing", false, {}],
    ["nothing that is known", false, { owner: "me" }],
  ])("with %s: valid is %s", (_name, isValid, body) => {
    expect(updateApiKeyRequest.safeParse(body).success).toBe(isValid);
  });
});
