import { fingerprintsInState } from "../../../src/cli/state-fingerprints";

const state = (...resources: object[]): string =>
  JSON.stringify({ format_version: "1.0", values: { root_module: { child_modules: [{ resources }] } } });
const key = (values: object, more: object = {}): object => ({
  address: "keyturn_api_key.a",
  type: "keyturn_api_key",
  mode: "managed",
  values,
  ...more,
});

describe("the fingerprints in Terraform's state", () => {
  test.each<[string, object, object]>([
    [
      "a key",
      { service: "a", environment: "prod", secret_fingerprint: "kt1:x" },
      { name: "a-prod", fingerprint: "kt1:x" },
    ],
    ["a key without one", { service: "a", environment: "prod", secret_fingerprint: null }, { name: "a-prod" }],
    ["a key of an older version", { service: "a", environment: "prod" }, { name: "a-prod" }],
    [
      "an imported key",
      { service: null, secret_fingerprint: "kt1:x" },
      { name: "keyturn_api_key.a", fingerprint: "kt1:x" },
    ],
  ])("are those of %s", (_name, values, expected) => {
    expect(fingerprintsInState(state(key(values)))).toEqual([{ fingerprint: undefined, ...expected }]);
  });

  test("are also those of a replaced key that waits for its end, and of no other resource", () => {
    const values = { service: "a", environment: "prod", secret_fingerprint: "kt1:x" };
    const found = fingerprintsInState(
      state(
        key(values),
        key(values, { deposed_key: "ab12" }),
        key(values, { type: "other" }),
        key(values, { mode: "data" }),
      ),
    );
    expect(found).toHaveLength(2);
  });
});
