/** The calls that change keys, as they go over the wire, and those that are refused before. */
import { createRequest, revokeRequest, updateRequest } from "../../../src/client/key-requests";
import { thrownBy } from "../../support/thrown-by";

describe("making a key", () => {
  test("sends name, scopes and accounts, and must not happen twice", () => {
    expect(createRequest({ name: "a-b", scopes: ["read"], pinterestAccountIds: ["x"] })).toMatchObject({
      method: "POST",
      path: "/v1/api-keys",
      body: { name: "a-b", scopes: ["read"], pinterest_account_ids: ["x"] },
      isOnceOnly: true,
    });
  });

  test("leaves accounts out where none are given", () => {
    expect(createRequest({ name: "a-b", scopes: ["read"] }).body).toEqual({ name: "a-b", scopes: ["read"] });
  });

  test.each([
    ["without scopes, since that means all of them", { name: "a-b", scopes: [] }, /all scopes/],
    ["without a name", { name: "", scopes: ["read"] }, /name of a key is empty/],
    ["with a name that is too long", { name: "x".repeat(256), scopes: ["read"] }, /256 characters; 255 are allowed/],
  ])("%s is refused", (_name, key, message) => {
    expect(thrownBy(() => createRequest(key))).toMatchObject({
      code: "INVALID_VALUE",
      message: expect.stringMatching(message) as string,
    });
  });
});

describe("changing a key", () => {
  test.each([
    ["the name", { name: "n" }, { name: "n" }],
    ["the scopes", { scopes: ["read"] }, { scopes: ["read"] }],
    ["the accounts", { pinterestAccountIds: ["x"] }, { pinterest_account_ids: ["x"] }],
    ["the accounts to all", { pinterestAccountIds: null }, { pinterest_account_ids: null }],
  ])("in %s sends just that, and may be repeated", (_name, changes, body) => {
    const request = updateRequest("k-1", changes);
    expect(request).toMatchObject({ method: "PATCH", path: "/v1/api-keys/k-1", body });
    expect(request.body).toEqual(body);
    expect(request.isOnceOnly).toBeUndefined();
  });

  test.each([
    ["in nothing", {}],
    ["to no scopes", { scopes: [] }],
    ["to no name", { name: "" }],
  ])("%s is refused", (_name, changes) => {
    expect(thrownBy(() => updateRequest("k-1", changes))).toMatchObject({ code: "INVALID_VALUE" });
  });
});

test.each(["", ".", "..", "a/b", "a?b", "a#b", "a%2fb", "a b", "a\nb", "ä"])(
  "an id that could change the meaning of the path is refused: %j",
  (id) => {
    expect(thrownBy(() => revokeRequest(id))).toMatchObject({ code: "INVALID_VALUE" });
    expect(thrownBy(() => updateRequest(id, { name: "n" }))).toMatchObject({ code: "INVALID_VALUE" });
  },
);
