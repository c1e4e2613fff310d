/**
 * The types of values follow from the schema. The type checker holds most of this file; the tests hold that it is not left out.
 */
import {
  type Attribute,
  defineSchema,
  parseNumber,
  t,
  UNKNOWN,
  type ConfigOf,
  type Schema,
  type StateOf,
} from "../../../../src/framework";

const schema = defineSchema({
  version: 0,
  description: "",
  attributes: {
    text: { type: t.string, required: true, description: "" },
    count: { type: t.number, optional: true, description: "" },
    scopes: { type: t.set(t.string), optional: true, description: "" },
    labels: { type: t.map(t.bool), optional: true, description: "" },
    shape: { type: t.object({ sides: t.number }), optional: true, description: "" },
    pair: { type: t.tuple([t.string, t.bool]), optional: true, description: "" },
    one: {
      nested: "single",
      optional: true,
      description: "",
      attributes: { a: { type: t.string, optional: true, description: "" } },
    },
    many: {
      nested: "list",
      computed: true,
      description: "",
      attributes: {
        deep: {
          nested: "map",
          optional: true,
          description: "",
          attributes: { b: { type: t.bool, optional: true, description: "" } },
        },
      },
    },
  },
});

test("a state holds known values or null", () => {
  const state: StateOf<typeof schema> = {
    text: "x",
    count: parseNumber("0.1"),
    scopes: ["read"],
    labels: { a: true },
    shape: { sides: null },
    pair: ["x", null],
    one: { a: null },
    many: [{ deep: { key: { b: true } } }],
  };
  const scopes: readonly string[] | null = state.scopes;
  expect(scopes).toEqual(["read"]);
  // @ts-expect-error: nothing is unknown in a state
  const withUnknown: StateOf<typeof schema> = { ...state, text: UNKNOWN };
  // @ts-expect-error: elements of a collection are never null
  const withNull: StateOf<typeof schema> = { ...state, scopes: [null] };
  // @ts-expect-error: an attribute that the schema does not have
  expect([withUnknown, withNull, state.nothing]).toHaveLength(3);
});

test("a configuration may hold unknown values at every depth", () => {
  const config: ConfigOf<typeof schema> = {
    text: UNKNOWN,
    count: UNKNOWN,
    scopes: ["read", UNKNOWN],
    labels: { a: UNKNOWN },
    shape: { sides: UNKNOWN },
    pair: [UNKNOWN, true],
    one: UNKNOWN,
    many: [UNKNOWN, { deep: { key: { b: UNKNOWN } } }],
  };
  const { text } = config;
  if (text !== UNKNOWN && text !== null) text.toUpperCase();
  expect(config.one).toBe(UNKNOWN);
});

test("any schema is a Schema", () => {
  const anySchema: Schema = schema;
  expect(anySchema.attributes["text"]?.required).toBe(true);
});

test("combinations of flags that Terraform refuses cannot be written", () => {
  const text = { type: t.string, description: "" };
  // @ts-expect-error: either required or computed
  const both: Attribute = { ...text, required: true, computed: true };
  // @ts-expect-error: a computed value is in the state, a write-only one is not
  const lost: Attribute = { ...text, computed: true, writeOnly: true };
  expect([both, lost]).toHaveLength(2);
});
