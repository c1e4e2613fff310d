import fc from "fast-check";
import { decodeMsgpack } from "../../../../src/plugin/value/decode-value";
import { encodeValue } from "../../../../src/plugin/value/encode-value";
import { equalValues } from "../../../../src/plugin/value/equal-values";
import { parseNumber } from "../../../../src/plugin/value/number";
import { t, type Type } from "../../../../src/plugin/value/type";
import { UNKNOWN } from "../../../../src/plugin/value/unknown";
import { TypedValue, type Value } from "../../../../src/plugin/value/value";
import { arbitraryType, arbitraryValue } from "../../../support/arbitrary-value";

test.each<[name: string, equal: boolean, type: Type, a: Value, b: Value]>([
  ["strings that differ", false, t.string, "a", "b"],
  ["null and a string", false, t.string, null, ""],
  ["null and unknown", false, t.string, null, UNKNOWN],
  ["unknown and unknown", true, t.string, UNKNOWN, UNKNOWN],
  ["the same decimal", true, t.number, parseNumber("0.1"), parseNumber("0.10")],
  ["a decimal and the number next to it", false, t.number, parseNumber("0.1"), 0.1],
  ["the same large number", true, t.number, 2n ** 70n, 2n ** 70n],
  ["lists in another order", false, t.list(t.string), ["a", "b"], ["b", "a"]],
  ["sets in another order", true, t.set(t.string), ["a", "b"], ["b", "a"]],
  ["sets of sets in another order", true, t.set(t.set(t.string)), [["a", "b"], []], [[], ["b", "a"]]],
  ["sets of which one is larger", false, t.set(t.string), ["a"], ["a", "b"]],
  ["sets with an unknown element in one", false, t.set(t.string), ["a"], [UNKNOWN]],
  ["maps in another order", true, t.map(t.bool), { a: true, b: false }, { b: false, a: true }],
  ["maps with other keys", false, t.map(t.bool), { a: null }, { b: null }],
  ["objects of which one lacks a null", true, t.object({ a: t.string, b: t.string }), { a: "x" }, { a: "x", b: null }],
  ["tuples with one other element", false, t.tuple([t.string, t.bool]), ["a", true], ["a", false]],
  ["dynamic values of one type", true, t.dynamic, new TypedValue(t.string, "a"), new TypedValue(t.string, "a")],
  ["dynamic values of two types", false, t.dynamic, new TypedValue(t.string, null), new TypedValue(t.bool, null)],
])("%s: %s", (_name, equal, type, a, b) => {
  expect([equalValues(type, a, b), equalValues(type, b, a)]).toEqual([equal, equal]);
});

test("every value equals its copy", () => {
  const typeAndValue = arbitraryType.chain((type) => fc.tuple(fc.constant(type), arbitraryValue(type)));
  fc.assert(
    fc.property(typeAndValue, ([type, value]) => {
      expect(equalValues(type, value, decodeMsgpack(type, encodeValue(type, value)))).toBe(true);
    }),
  );
});
