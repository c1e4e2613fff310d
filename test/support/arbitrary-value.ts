/**
 * Random Terraform types, and random values that fit them, for property tests.
 *
 * Keys such as "__proto__", digits and characters outside the basic multilingual plane come up on purpose.
 */
import fc from "fast-check";
import { parseNumber, wholeNumber } from "../../src/plugin/value/number";
import { t, type Type } from "../../src/plugin/value/type";
import { UNKNOWN } from "../../src/plugin/value/unknown";
import { TypedValue, type Value } from "../../src/plugin/value/value";

const key = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.constantFrom("__proto__", "constructor", "toString", "10", "9", "\u{1F511}", "\uFFFD"),
);

/** A type, nested a few levels deep. */
export const arbitraryType: fc.Arbitrary<Type> = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Type[]>(t.string, t.number, t.bool, t.dynamic),
    tie("type").map(t.list),
    tie("type").map(t.set),
    tie("type").map(t.map),
    fc.dictionary(key, tie("type"), { maxKeys: 4, noNullPrototype: true }).map(t.object),
    fc.array(tie("type"), { maxLength: 3 }).map((elements) => t.tuple(elements)),
  ),
})).type;

const arbitraryNumber: fc.Arbitrary<Value> = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(wholeNumber),
  fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat({ max: 999_999 }))
    .map(([whole, fraction]) => parseNumber(`${whole.toString()}.${fraction}`)),
);

/** A value of the given type. Nothing is unknown when `known` is set, as in state. */
export function arbitraryValue(type: Type, known = false): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: known ? 0 : 1, arbitrary: fc.constant(UNKNOWN) },
    { weight: 8, arbitrary: fc.constant(type).chain((each) => presentValue(each, known)) },
  );
}

function presentValue(type: Type, known: boolean): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "string":
      return fc.string({ unit: "grapheme" });
    case "bool":
      return fc.boolean();
    case "number":
      return arbitraryNumber;
    case "dynamic":
      return fc
        .constantFrom<Type[]>(t.string, t.number, t.list(t.bool))
        .chain((inner) => arbitraryValue(inner, known).map((value) => new TypedValue(inner, value)));
    case "list":
    case "set":
      return fc.array(arbitraryValue(type.element, known), { maxLength: 4 });
    case "map":
      return fc.dictionary(key, arbitraryValue(type.element, known), { maxKeys: 4, noNullPrototype: true });
    case "object": {
      const attributes = Object.entries(type.attributes);
      return fc
        .tuple(...attributes.map(([, each]) => arbitraryValue(each, known)))
        .map((values) => Object.fromEntries(attributes.map(([name], index) => [name, values[index] ?? null])));
    }
    case "tuple":
      return fc.tuple(...type.elements.map((each) => arbitraryValue(each, known)));
  }
}
