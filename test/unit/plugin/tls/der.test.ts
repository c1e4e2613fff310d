import {
  derBitString,
  derInteger,
  derNamedBits,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derTagged,
  derTaggedText,
  derTime,
  derTrue,
} from "../../../../src/plugin/tls/der";

/** Expected bytes were worked out by hand from X.690. */
test.each([
  ["zero", derInteger(Buffer.from([0])), "020100"],
  ["no bytes at all, which is zero", derInteger(Buffer.alloc(0)), "020100"],
  ["an integer with leading zeros", derInteger(Buffer.from([0, 0, 5])), "020105"],
  ["an integer that needs a sign byte", derInteger(Buffer.from([0x80])), "02020080"],
  ["true", derTrue(), "0101ff"],
  ["digitalSignature (0) and keyCertSign (5)", derNamedBits(0, 5), "03020284"],
  ["a bit beyond the first byte", derNamedBits(8), "0303070080"],
  ["whole bytes as bits", derBitString(Buffer.from([1, 2])), "0303000102"],
  ["an object identifier with parts above 127", derObjectIdentifier("1.2.840.10045.4.3.2"), "06082a8648ce3d040302"],
  ["a sequence of two", derSequence(derTrue(), derTrue()), "30060101ff0101ff"],
  ["a tagged element", derTagged(3, derTrue()), "a3030101ff"],
  ["a tagged text", derTaggedText(2, "ab"), "82026162"],
])("%s", (_name, bytes, expected) => {
  expect(bytes.toString("hex")).toBe(expected);
});

test.each([
  [127, "047f"],
  [128, "048180"],
  [255, "0481ff"],
  [256, "04820100"],
  [65_536, "0483010000"],
])("the header before %s bytes of content", (length, expected) => {
  const bytes = derOctetString(Buffer.alloc(length));

  expect(bytes.toString("hex", 0, bytes.length - length)).toBe(expected);
});

test.each([
  ["the last second of two-digit years", "2049-12-31T23:59:59.999Z", "170d", "491231235959Z"],
  ["the first second of four-digit years", "2050-01-01T00:00:00.000Z", "180f", "20500101000000Z"],
])("%s", (_name, instant, header, text) => {
  const bytes = derTime(new Date(instant));

  expect(bytes.toString("hex", 0, 2)).toBe(header);
  expect(bytes.toString("ascii", 2)).toBe(text);
});
