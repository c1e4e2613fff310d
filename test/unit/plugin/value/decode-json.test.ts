import fc from "fast-check";
import { decodeJson } from "../../../../src/plugin/value/decode-json";
import { DecimalText } from "../../../../src/plugin/value/number";
import { t, type Type } from "../../../../src/plugin/value/type";
import { TypedValue, type Value } from "../../../../src/plugin/value/value";

const read = (type: Type, text: string): Value => decodeJson(type, Buffer.from(text));

test.each<[name: string, type: Type, text: string, value: Value]>([
  ["null", t.string, "null", null],
  ["a string with digits and quotes", t.string, '"say \\"1.50\\" \\\\"', 'say "1.50" \\'],
  ["a short number", t.number, "-12", -12],
  ["minus zero", t.number, "-0", 0],
  ["a fraction without binary form", t.number, "0.1", new DecimalText("0.1")],
  ["a number beyond 2^53", t.number, "9007199254740993", 9007199254740993n],
  ["a number with an exponent", t.number, "1e3", 1000],
  ["a list", t.list(t.bool), "[true, null]", [true, null]],
  ["a set", t.set(t.number), "[1.5, 2]", [1.5, 2]],
  ["a tuple", t.tuple([t.string, t.bool]), '["a", false]', ["a", false]],
  ["a dynamic value", t.dynamic, '{"value": 1.5, "type": "number"}', new TypedValue(t.number, 1.5)],
  [
    "an object with attributes that are missing",
    t.object({ a: t.string, b: t.string }),
    '{"a": "x"}',
    { a: "x", b: null },
  ],
  ["an object with attributes that nobody knows", t.object({ a: t.string }), '{"a": "x", "old": 1}', { a: "x" }],
  [
    "an object without an attribute that every JavaScript object has",
    t.object({ toString: t.string }),
    "{}",
    { toString: null },
  ],
])("%s is read", (_name, type, text, value) => {
  expect(read(type, text)).toEqual(value);
});

test("a map with the key __proto__ keeps it as a key", () => {
  const map = read(t.map(t.string), '{"__proto__": "x", "constructor": "y"}');
  expect(Object.entries(map ?? {})).toEqual([
    ["__proto__", "x"],
    ["constructor", "y"],
  ]);
});

test.each<[name: string, type: Type, text: string, message: string]>([
  ["text that is not JSON", t.string, "{", "the text is not JSON"],
  [
    "a number for a string",
    t.object({ a: t.list(t.string) }),
    '{"a": ["x", 1]}',
    "a[1]: expected a string, found a number",
  ],
  ["a string for a bool", t.map(t.bool), '{"k": "true"}', '["k"]: expected a bool, found a string'],
  ["a bool for a number", t.number, "true", "expected a number, found a boolean"],
  ["an object for a list", t.list(t.bool), "{}", "expected a list, found an object"],
  ["a list for an object", t.object({}), "[]", "expected an object, found a list"],
  ["too long a tuple", t.tuple([]), "[1]", "expected 0 elements, found 1"],
  ["a dynamic value without its type", t.dynamic, '{"value": 1}', "a dynamic value has a type and a value"],
])("%s is refused with its place", (_name, type, text, message) => {
  expect(() => read(type, text)).toThrow(message);
});

test("strings come back from JSON as they were, whatever is in them", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      expect(read(t.string, JSON.stringify(value))).toBe(value);
    }),
  );
});
