import { keysInState, type KeyInState } from "../../../src/cli/state-json";
import { messageOf } from "../../support/stack";

const secret = "pb_live_this-must-never-be-seen";

const values = {
  id: "k1",
  service: "scheduler",
  environment: "prod",
  owner: "team@acme.example",
  created_at: "2026-03-01T12:00:00Z",
  rotation_period: "90d",
  overlap_window: null,
  secret,
  deliver_to: [
    { terraform_state: null, encrypted_file: { path: "key.age", recipients: ["age1xyz"] }, some_new_store: null },
  ],
  attribute_of_a_newer_version: { deep: [1, 2] },
};

const resource = (changes: object = {}, more: object = {}): object => ({
  address: "keyturn_api_key.scheduler",
  mode: "managed",
  type: "keyturn_api_key",
  schema_version: 0,
  values: { ...values, ...changes },
  sensitive_values: { secret: true },
  ...more,
});

const state = (...resources: unknown[]): string =>
  JSON.stringify({ format_version: "1.0", terraform_version: "1.11.4", values: { root_module: { resources } } });

const read = (json: string): readonly KeyInState[] =>
  keysInState(json, ({ service, environment }) => `${service}-${environment}` === "scheduler-prod");

describe("the keys in a state", () => {
  test("are found with what a roll-back needs, and without their secrets", () => {
    const keys = read(state(resource()));
    expect(keys).toMatchObject([
      {
        address: "keyturn_api_key.scheduler",
        values: { id: "k1", overlap_window: null, quiet_period: null, deliver_to: [{ terraform_state: null }] },
      },
    ]);
    expect(JSON.stringify(keys)).not.toContain(secret);
  });

  test.each<[string, string, number]>([
    ["an empty state", JSON.stringify({ format_version: "1.0" }), 0],
    ["an empty module", JSON.stringify({ format_version: "1.0", values: { root_module: {} } }), 0],
    ["a later minor version", state(resource()).replace('"1.0"', '"1.9"'), 1],
    ["another key", state(resource({ service: "worker" })), 0],
    ["a key that was imported and never applied", state(resource({ service: null })), 0],
    ["a key that was replaced and waits for its end", state(resource({}, { deposed_key: "ab12cd34" })), 1],
    ["a data source", state(resource({}, { mode: "data" })), 0],
    ["another type of resource", state(resource({}, { type: "null_resource" })), 0],
    ["resources of forms that are not known", state(null, 7, [], "text", {}, resource()), 1],
    ["two keys of one name", state(resource(), resource()), 2],
  ])("are counted right in %s", (_name, json, count) => {
    expect(read(json)).toHaveLength(count);
  });

  test("are found in modules, however deep", () => {
    let json = JSON.stringify({ resources: [resource()] });
    for (let depth = 0; depth < 5_000; depth += 1) json = `{"child_modules":[${json}]}`;
    expect(read(`{"format_version":"1.0","values":{"root_module":${json}}}`)).toHaveLength(1);
  });

  test("are found among very many resources", () => {
    const many = Array.from({ length: 200_000 }, () => ({ type: "null_resource" }));
    const json = JSON.stringify({
      format_version: "1.0",
      values: { root_module: { resources: [...many, resource()] } },
    });
    expect(read(json)).toHaveLength(1);
  });
});

describe("a state is refused, without a word of what is in it, where", () => {
  test.each<[string, string, RegExp]>([
    ["it is no JSON", `{"secret":"${secret}"`, /is not JSON/],
    ["it is empty", "", /is not JSON/],
    ["it is no object", `["${secret}"]`, /has no form that is known/],
    ["it has no version", `{"values":{"secret":"${secret}"}}`, /has no form that is known/],
    [
      "its version is a newer one",
      state(resource()).replace('"1.0"', '"2.0"'),
      /version "2.0" of the format, and version 1/,
    ],
    ["its version is nonsense", state(resource()).replace('"1.0"', `"${"\\u001b[31m".repeat(99)}"`), /of the format/],
    [
      "a module is no module",
      `{"format_version":"1.0","values":{"root_module":{"resources":"${secret}"}}}`,
      /a module of an unknown form/,
    ],
    ["the key has no id", state(resource({ id: null })), /at id;/],
    ["the key has no rotation period", state(resource({ rotation_period: 90 })), /at rotation_period;/],
    ["the key goes nowhere", state(resource({ deliver_to: [] })), /at deliver_to;/],
    [
      "the key goes to a store of a newer version",
      state(resource({ deliver_to: [...values.deliver_to, { vault: { path: secret } }] })),
      /at deliver_to\.1;/,
    ],
    [
      "a file has no path",
      state(resource({ deliver_to: [{ encrypted_file: { recipients: [secret] } }] })),
      /at deliver_to\.0\.encrypted_file\.path;/,
    ],
    [
      "the key was written under another schema",
      state(resource({}, { schema_version: 1 })),
      /not as this version of keyturn writes it/,
    ],
  ])("%s", (_name, json, message) => {
    const said = messageOf(() => read(json));
    expect(said).toMatch(message);
    expect(said).not.toContain(secret);
    expect(said).not.toMatch(/\p{Cc}/u);
  });
});
