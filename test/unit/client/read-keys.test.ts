/** Reading the list of keys. The fast checks and the schema of the contract must agree on every input. */
import fc from "fast-check";
import { apiKeyListBody } from "../../../src/api/key";
import { readKeyList } from "../../../src/client/read-keys";

const full = {
  id: "k1",
  name: "scheduler-prod",
  workspace_id: "w1",
  scopes: ["read"],
  pinterest_account_ids: ["a1"],
  source: "manual",
  client_name: "console",
  authorized_by_email: "ann@acme.example",
  last_used_at: "2026-03-01T12:00:00.123456Z",
  created_at: "2026-02-01T12:00:00.123456+00:00",
  revoked_at: "2026-03-02T12:00:00",
};

describe("a list of keys", () => {
  test("is read in whole", () => {
    const [key] = readKeyList([full]);
    expect(JSON.parse(JSON.stringify(key))).toEqual({
      id: "k1",
      name: "scheduler-prod",
      workspaceId: "w1",
      scopes: ["read"],
      pinterestAccountIds: ["a1"],
      source: "manual",
      clientName: "console",
      authorizedByEmail: "ann@acme.example",
      lastUsedAt: "2026-03-01T12:00:00.123Z",
      createdAt: "2026-02-01T12:00:00.123Z",
      createdAtText: "2026-02-01T12:00:00.123456+00:00",
      revokedAt: "2026-03-02T12:00:00Z",
    });
  });

  test.each([
    ["names only, as older deployments list", { id: "k1", name: "n" }],
    ["nulls", { ...Object.fromEntries(Object.keys(full).map((field) => [field, null])), id: "k1", name: "n" }],
    ["a field that nobody knows yet", { id: "k1", name: "n", colour: "red" }],
  ])("of %s leaves open what is not said", (_name, row) => {
    expect(JSON.parse(JSON.stringify(readKeyList([row])))).toEqual([{ id: "k1", name: "n" }]);
  });

  test("keeps a source that the API has learned since", () => {
    expect(readKeyList([{ ...full, source: "terraform" }])[0]?.source).toBe("terraform");
  });

  test("may be empty", () => {
    expect(readKeyList([])).toEqual([]);
  });

  test.each([
    ["is not a list", { keys: [] }, "its top"],
    ["has a row that is no object", ["x"], "0"],
    ["has a row without an id", [full, { ...full, id: undefined }], "1.id"],
    ["has a row with an empty id", [{ ...full, id: "" }], "0.id"],
    ["has a row without a name", [{ id: "k1" }], "0.name"],
    ["has scopes that are no list", [{ ...full, scopes: "read" }], "0.scopes"],
    ["has a scope that is no text", [{ ...full, scopes: ["read", 1] }], "0.scopes.1"],
    ["has an empty timestamp", [{ ...full, last_used_at: "" }], "0.last_used_at"],
    ["has a timestamp that is a number", [{ ...full, last_used_at: 1772366400 }], "0.last_used_at"],
  ])("that %s is refused, with the place and without the content", (_name, json, place) => {
    expect(() => readKeyList(json)).toThrow(
      new RegExp(`^the content is not of the form that the contract knows, at ${place.replaceAll(".", "\\.")}$`),
    );
  });

  test.each(["last_used_at", "created_at", "revoked_at"])(
    "with a %s that cannot be read is refused: it is not 'never'",
    (field) => {
      expect(() => readKeyList([{ ...full, [field]: "yesterday" }])).toThrow(`${field} is not a timestamp`);
    },
  );

  test("is taken or refused exactly as the schema of the contract does", () => {
    const timestamp = fc.constantFrom("2026-03-01T12:00:00Z", "2026-03-01T12:00:00.5+02:00");
    const value = fc.oneof(
      timestamp,
      fc.constantFrom(null, undefined, "", "text", 0, true, [], ["read"], ["read", null], {}),
      fc.jsonValue(),
    );
    const often = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: 12, arbitrary: valid }, { weight: 1, arbitrary: value });
    const text = often(fc.constantFrom("text", null, undefined));
    const texts = often(fc.constantFrom(["read"], [], null, undefined));
    const instant = often(fc.oneof(timestamp, fc.constantFrom(null, undefined)));
    const row = fc.record({
      id: often(fc.constant("k1")),
      name: often(fc.constantFrom("n", "")),
      workspace_id: text,
      scopes: texts,
      pinterest_account_ids: texts,
      source: text,
      client_name: text,
      authorized_by_email: text,
      last_used_at: instant,
      created_at: instant,
      revoked_at: instant,
    });
    const isReadable = (json: unknown): boolean => {
      try {
        readKeyList(json);
        return true;
      } catch (error) {
        // Both take a text for a timestamp; that it is one is found afterwards, in the same way for both.
        return error instanceof Error && error.message.endsWith("is not a timestamp");
      }
    };
    let taken = 0;
    fc.assert(
      fc.property(often(fc.array(often(row), { maxLength: 3 })), (json) => {
        const isValid = apiKeyListBody.safeParse(json).success;
        taken += isValid ? 1 : 0;
        expect(isReadable(json)).toBe(isValid);
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(200);
  });
});
