/**
 * The bytes of DynamicValue messages, worked out by hand from the msgpack specification and cty's documentation.
 */
import { decode, ExtensionCodec } from "@msgpack/msgpack";
import fc from "fast-check";
import { decodeMsgpack } from "../../src/plugin/value/decode-value";
import { encodeValue } from "../../src/plugin/value/encode-value";
import { DecimalText } from "../../src/plugin/value/number";
import { t, type Type } from "../../src/plugin/value/type";
import { UNKNOWN } from "../../src/plugin/value/unknown";
import { TypedValue, type Value } from "../../src/plugin/value/value";
import { arbitraryType, arbitraryValue } from "../support/arbitrary-value";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

const golden: [name: string, type: Type, value: Value, encoded: string][] = [
  ["an unknown attribute", t.object({ a: t.string }), { a: UNKNOWN }, "81 a1 61 d4 00 00"],
  ["a null", t.string, null, "c0"],
  ["an empty string", t.string, "", "a0"],
  ["a string in UTF-8", t.string, "ä", "a2 c3a4"],
  ["a string of 32 bytes", t.string, "x".repeat(32), `d9 20 ${"78".repeat(32)}`],
  ["a string of 256 bytes", t.string, "x".repeat(256), `da 0100 ${"78".repeat(256)}`],
  ["a string of 65,536 bytes", t.string, "x".repeat(65_536), `db 00010000 ${"78".repeat(65_536)}`],
  ["true", t.bool, true, "c3"],
  ["false", t.bool, false, "c2"],
  ["zero", t.number, 0, "00"],
  ["127", t.number, 127, "7f"],
  ["128", t.number, 128, "cc 80"],
  ["256", t.number, 256, "cd 0100"],
  ["65,536", t.number, 65_536, "ce 00010000"],
  ["2^32", t.number, 2 ** 32, "cf 0000000100000000"],
  ["2^53 + 1", t.number, 2n ** 53n + 1n, "cf 0020000000000001"],
  ["2^63 - 1", t.number, 2n ** 63n - 1n, "cf 7fffffffffffffff"],
  ["2^63, which is no int64 but an exact float64", t.number, 2n ** 63n, "cb 43e0000000000000"],
  ["2^64 - 1, which is neither", t.number, 2n ** 64n - 1n, "b4 3138343436373434303733373039353531363135"],
  ["-1", t.number, -1, "ff"],
  ["-32", t.number, -32, "e0"],
  ["-33", t.number, -33, "d0 df"],
  ["-129", t.number, -129, "d1 ff7f"],
  ["-32,769", t.number, -32_769, "d2 ffff7fff"],
  ["-2^31 - 1", t.number, -(2 ** 31) - 1, "d3 ffffffff7fffffff"],
  ["a half", t.number, 0.5, "cb 3fe0000000000000"],
  ["a tenth, which has no exact binary form", t.number, new DecimalText("0.1"), "a3 302e31"],
  ["a list", t.list(t.number), [1, null, UNKNOWN], "93 01 c0 d40000"],
  ["a list of 16", t.list(t.bool), Array<boolean>(16).fill(true), `dc 0010 ${"c3".repeat(16)}`],
  ["a set", t.set(t.string), ["write", "read"], "92 a5 7772697465 a4 72656164"],
  ["a map with sorted keys", t.map(t.bool), { b: true, "10": true, "9": false }, "83 a2 3130 c3 a1 39 c2 a1 62 c3"],
  [
    "keys in the order of their UTF-8 bytes, not of UTF-16",
    t.map(t.bool),
    { "\u{10000}": true, "\uffff": false },
    "82 a3 efbfbf c2 a4 f0908080 c3",
  ],
  ["an object with sorted names", t.object({ b: t.string, a: t.number }), { b: "x", a: 1 }, "82 a1 61 01 a1 62 a1 78"],
  ["a tuple", t.tuple([t.string, t.bool]), ["x", false], "92 a1 78 c2"],
  ["a dynamic string", t.dynamic, new TypedValue(t.string, "x"), "92 c4 08 22737472696e6722 a1 78"],
  ["a dynamic null of a known type", t.dynamic, new TypedValue(t.bool, null), "92 c4 06 22626f6f6c22 c0"],
  ["a dynamic value that is unknown altogether", t.dynamic, UNKNOWN, "d4 00 00"],
];

test.each(golden)("%s has its bytes", (_name, type, value, encoded) => {
  expect(hex(encodeValue(type, value))).toBe(hex(bytes(encoded)));
});

test.each(golden)("%s is read from its bytes", (_name, type, value, encoded) => {
  expect(decodeMsgpack(type, bytes(encoded))).toEqual(value);
});

test.each<[string, Type, string, Value]>([
  ["an unknown value with refinements", t.string, "c7 03 0c 8101c2", UNKNOWN],
  ["an unknown value with many refinements", t.string, `c8 0100 0c ${"c0".repeat(256)}`, UNKNOWN],
  ["an unknown value with still more", t.string, "c9 00000001 0c c0", UNKNOWN],
  ["an unknown value as a fixed extension of 16 bytes", t.string, `d8 00 ${"00".repeat(16)}`, UNKNOWN],
  ["a float32", t.number, "ca 3f000000", 0.5],
  ["an integer as float64", t.number, "cb 4008000000000000", 3],
  ["an integer in too many bytes", t.number, "cf 0000000000000001", 1],
  ["minus zero", t.number, "cb 8000000000000000", 0],
  ["digits beyond 64 bits", t.number, "b4 3138343436373434303733373039353531363136", 2n ** 64n],
  ["a short string with a long header", t.string, "db 00000001 78", "x"],
  ["a short list with a long header", t.list(t.bool), "dd 00000001 c3", [true]],
  ["a short map with a long header", t.map(t.bool), "df 00000001 a1 61 c3", { a: true }],
])("%s is understood, although we do not write it so", (_name, type, encoded, value) => {
  expect(decodeMsgpack(type, bytes(encoded))).toEqual(value);
});

test.each<[string, Type, string, string]>([
  ["nothing at all", t.string, "", "the bytes end too early"],
  ["a string cut short", t.string, "a5 7772", "the bytes end too early"],
  ["a string size cut short", t.string, "da 01", "the bytes end too early"],
  ["a number cut short", t.number, "cf 0000", "the bytes end too early"],
  ["an unknown value cut short", t.string, "d4 00", "the bytes end too early"],
  ["a list that claims to be huge", t.list(t.string), "dd ffffffff", "[0]: the bytes end too early"],
  ["something after the end", t.bool, "c3 c3", "there are bytes after the end of the value"],
  [
    "a number for a string",
    t.object({ a: t.list(t.string) }),
    "81 a1 61 91 05",
    "a[0]: expected a string, found a number",
  ],
  ["a map for a bool", t.map(t.bool), "81 a3 612e62 80", '["a.b"]: expected a bool, found a map'],
  ["a string for a list", t.list(t.bool), "a0", "expected an array, found a string"],
  ["a list for a map", t.map(t.bool), "90", "expected a map, found an array"],
  ["a bool for a number", t.number, "c3", "expected a number, found a bool"],
  ["words for a number", t.number, "a3 616263", "the text is not a decimal number"],
  ["not a number", t.number, "cb 7ff8000000000000", "NaN is not a Terraform number"],
  ["a missing attribute", t.object({ a: t.bool, b: t.bool }), "81 a1 61 c3", "b: the attribute is missing"],
  ["a surplus attribute", t.object({}), "81 a1 61 c3", "a: there is no such attribute"],
  [
    "an attribute that every JavaScript object has",
    t.object({}),
    "81 a8 746f537472696e67 c3",
    "toString: there is no such",
  ],
  ["too short a tuple", t.tuple([t.bool]), "90", "expected 1 elements, found 0"],
  ["a dynamic value without a type", t.dynamic, "91 c3", "a dynamic value is a pair of a type and a value"],
  ["a dynamic value whose type is no JSON", t.dynamic, "92 c4 01 7b c3", "the type of a dynamic value is not JSON"],
  ["a dynamic value of no known type", t.dynamic, "92 c4 02 7b7d c3", "the type of a dynamic value is not a Terraform"],
])("%s is refused with its place", (_name, type, encoded, message) => {
  expect(() => decodeMsgpack(type, bytes(encoded))).toThrow(message);
});

test("every value comes back from its bytes as it was", () => {
  const typeAndValue = arbitraryType.chain((type) => fc.tuple(fc.constant(type), arbitraryValue(type)));
  fc.assert(
    fc.property(typeAndValue, ([type, value]) => {
      expect(decodeMsgpack(type, encodeValue(type, value))).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

test("another implementation of msgpack reads what we write", () => {
  const extensionCodec = new ExtensionCodec();
  extensionCodec.register({ type: 0, encode: () => null, decode: () => UNKNOWN });
  const type = t.object({ word: t.string, big: t.number, small: t.number, list: t.list(t.bool), map: t.map(t.number) });
  const value: Value = {
    word: "ä".repeat(300),
    big: 2n ** 60n,
    small: -70_000,
    list: [true, UNKNOWN, null],
    map: { a: 0.25 },
  };
  expect(decode(encodeValue(type, value), { extensionCodec, useBigInt64: true })).toEqual(value);
});

test("bytes with random damage are read or refused, and nothing else", () => {
  const damaged = arbitraryType.chain((type) =>
    fc.tuple(fc.constant(type), arbitraryValue(type), fc.nat(), fc.integer({ min: 0, max: 255 })),
  );
  fc.assert(
    fc.property(damaged, ([type, value, place, byte]) => {
      const encoded = encodeValue(type, value).slice();
      encoded[place % encoded.length] = byte;
      try {
        decodeMsgpack(type, encoded);
      } catch (error) {
        expect(error).toHaveProperty("name", "ValueError");
      }
    }),
    { numRuns: 500 },
  );
});
