import fc from "fast-check";
import { binaryNumber, DecimalText, parseNumber } from "../../../../src/plugin/value/number";

test.each<[text: string, expected: unknown]>([
  ["0", 0],
  ["-0", 0],
  ["007", 7],
  ["12.00", 12],
  ["0.5", 0.5],
  ["-0.125", -0.125],
  ["5e-1", 0.5],
  ["1e21", 10n ** 21n],
  ["1.5E3", 1500],
  ["9007199254740991", 9007199254740991],
  ["9007199254740992", 9007199254740992n],
  ["-9007199254740993", -9007199254740993n],
  ["0.1", new DecimalText("0.1")],
  ["-0.10", new DecimalText("-0.1")],
  ["1e-3", new DecimalText("0.001")],
  ["9007199254740993.5", new DecimalText("9007199254740993.5")],
  // The decimal that the binary 0.1 really is
  ["0.1000000000000000055511151231257827021181583404541015625", 0.1],
])("%s is read without loss", (text, expected) => {
  expect(parseNumber(text)).toEqual(expected);
});

test.each(["", "-", "1.", ".5", "1e", "0x10", "1_000", " 1", "Infinity", "1e99999"])("%j is no number", (text) => {
  expect(() => parseNumber(text)).toThrow("the text is not a decimal number");
});

test("a decimal text is its text, and near to a number", () => {
  const tenth = parseNumber("0.10");
  expect(`${tenth.toString()} ${Number(tenth)}`).toBe("0.1 0.1");
});

test("equal decimals are read alike, however they are written", () => {
  const parts = fc.tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.nat({ max: 30 }), fc.nat({ max: 5 }));
  fc.assert(
    fc.property(parts, ([digits, scale, zeros]) => {
      const withZeros = `${digits.toString()}${"0".repeat(zeros)}e-${scale + zeros}`;
      expect(parseNumber(withZeros)).toEqual(parseNumber(`${digits.toString()}e-${scale}`));
    }),
  );
});

test("every fraction that is a JavaScript number is read as that number", () => {
  const fractions = fc.double({ min: -1e15, max: 1e15, noNaN: true }).filter((value) => Math.abs(value) >= 2 ** -48);
  fc.assert(
    fc.property(fractions, (value) => {
      // A number has 53 binary digits, so from 2^-48 on it ends within one hundred places, the most that toFixed writes.
      expect(parseNumber(value.toFixed(100))).toBe(binaryNumber(value));
    }),
  );
});
