import { encodeValue } from "../../../../src/plugin/value/encode-value";
import { t, type Type } from "../../../../src/plugin/value/type";
import { UNKNOWN } from "../../../../src/plugin/value/unknown";
import type { Value } from "../../../../src/plugin/value/value";

test.each<[name: string, type: Type, value: Value, message: string]>([
  [
    "a number for a string",
    t.object({ a: t.list(t.string) }),
    { a: ["x", 1] },
    "a[1]: expected a string, found a number",
  ],
  ["a string for a bool", t.map(t.bool), { "k 1": "true" }, '["k 1"]: expected a bool, found a string'],
  ["a list for a number", t.number, [], "expected a number, found a list"],
  ["not a number", t.number, Number.NaN, "expected a number"],
  ["an object for a list", t.list(t.bool), {}, "expected a list, found an object"],
  ["a list for a map", t.map(t.bool), [], "expected an object, found a list"],
  ["a plain string for a dynamic value", t.dynamic, "x", "expected a value with its type, found a string"],
  ["too short a tuple", t.tuple([t.bool]), [], "expected 1 elements, found 0"],
  ["an attribute that the type lacks", t.object({}), { a: UNKNOWN }, "a: there is no such attribute"],
])("%s is refused with its place", (_name, type, value, message) => {
  expect(() => encodeValue(type, value)).toThrow(message);
});

test("the value itself is never in the message", () => {
  expect(() => encodeValue(t.number, "hunter2")).toThrow(/^expected a number, found a string$/);
});

test("an attribute that an object lacks is null", () => {
  const type = t.object({ a: t.string, toString: t.string });
  expect(encodeValue(type, {})).toEqual(encodeValue(type, { a: null, toString: null }));
});
