/**
 * Writes DER, the byte form of X.509 certificates: just the types that a certificate of ours needs.
 *
 * Every function returns a finished element (tag, length, content), so a structure reads like its ASN.1 definition.
 * The encoding rules are those of ITU-T X.690.
 */

/** An element from its tag and its content. */
function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(body.length)]), body]);
}

/** Below 128 the length itself; else the count of its bytes with the high bit set, then its bytes. */
function lengthBytes(length: number): number[] {
  if (length < 0x80) {
    return [length];
  }
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) {
    bytes.unshift(rest % 256);
  }
  return [0x80 | bytes.length, ...bytes];
}

export const derSequence = (...elements: readonly Uint8Array[]): Buffer => element(0x30, ...elements);
export const derSet = (...elements: readonly Uint8Array[]): Buffer => element(0x31, ...elements);
export const derOctetString = (...content: readonly Uint8Array[]): Buffer => element(0x04, ...content);
export const derUtf8String = (text: string): Buffer => element(0x0c, Buffer.from(text, "utf8"));
export const derTrue = (): Buffer => element(0x01, Buffer.from([0xff]));

/** A constructed, context-specific element: `[number] { … }`. */
export const derTagged = (number: number, ...elements: readonly Uint8Array[]): Buffer =>
  element(0xa0 | number, ...elements);

/** A primitive, context-specific element: `[number] IMPLICIT` of a string type. */
export const derTaggedText = (number: number, text: string): Buffer =>
  element(0x80 | number, Buffer.from(text, "ascii"));

/** A non-negative integer from its bytes, most significant first. Leading zeros are taken away, or added for the sign. */
export function derInteger(magnitude: Uint8Array): Buffer {
  const firstNonZero = magnitude.findIndex((byte) => byte !== 0);
  const digits = firstNonZero < 0 ? Buffer.from([0]) : Buffer.from(magnitude.subarray(firstNonZero));
  const needsSign = (digits[0] ?? 0) >= 0x80;
  return element(0x02, needsSign ? Buffer.concat([Buffer.from([0]), digits]) : digits);
}

/** Named bits, counted from 0; trailing zero bits are left out, as DER demands of named bits. */
export function derNamedBits(...bits: readonly number[]): Buffer {
  const highest = Math.max(...bits);
  const bytes = Buffer.alloc(Math.floor(highest / 8) + 1);
  for (const bit of bits) {
    const index = Math.floor(bit / 8);
    bytes.writeUInt8(bytes.readUInt8(index) | (0x80 >> (bit % 8)), index);
  }
  const unusedBits = 7 - (highest % 8);
  return element(0x03, Buffer.from([unusedBits]), bytes);
}

/** Whole bytes as a bit string. */
export const derBitString = (bytes: Uint8Array): Buffer => element(0x03, Buffer.from([0]), bytes);

/** An object identifier in dotted form, such as `2.5.4.3`. */
export function derObjectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** Seven bits a byte, most significant first; all but the last byte carry the high bit. */
function base128(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift(0x80 | (rest % 128));
  }
  return bytes;
}

/** An instant to the second. RFC 5280 wants UTCTime up to the year 2049 and GeneralizedTime from 2050 on. */
export function derTime(instant: Date): Buffer {
  const digits = instant.toISOString().replace(/\.\d+/, "").replace(/[-:T]/g, "");
  return instant.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(digits.slice(2), "ascii"))
    : element(0x18, Buffer.from(digits, "ascii"));
}
