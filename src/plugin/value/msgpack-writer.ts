/**
 * Writes msgpack, with the choices that cty makes: the shortest form of each integer, and floating point only as float64.
 *
 * Our own, because a library's writer walks JavaScript objects in their order, which puts the key "10" before "9" but after
 * "b", and because the values come with types, so nothing has to be guessed. Format: https://github.com/msgpack/msgpack/blob/master/spec.md
 */

/** Collects one msgpack document. */
export class MsgpackWriter {
  private buffer = Buffer.allocUnsafe(1024);
  private length = 0;

  /** The document so far. The writer must not be used afterwards. */
  finish(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  writeNull(): void {
    this.writeByte(0xc0);
  }

  writeBool(value: boolean): void {
    this.writeByte(value ? 0xc3 : 0xc2);
  }

  /** Extension type 0 with one byte of nothing: the placeholder of an unknown value. */
  writeUnknown(): void {
    this.writeByte(0xd4);
    this.writeByte(0x00);
    this.writeByte(0x00);
  }

  /** A whole number of at most 53 bits. */
  writeInteger(value: number): void {
    if (value >= 0) this.writeUnsigned(value);
    else this.writeNegative(value);
  }

  /** A whole number of at most 64 bits, sign included. */
  writeBigInteger(value: bigint): void {
    this.writeByte(value < 0n ? 0xd3 : 0xcf);
    const start = this.reserve(8);
    this.buffer.writeBigInt64BE(value, start);
  }

  writeFloat(value: number): void {
    this.writeByte(0xcb);
    const start = this.reserve(8);
    this.buffer.writeDoubleBE(value, start);
  }

  writeString(value: string): void {
    const size = Buffer.byteLength(value);
    if (size < 32) this.writeByte(0xa0 | size);
    else if (size < 0x100) this.writeSized(0xd9, 1, size);
    else if (size < 0x10000) this.writeSized(0xda, 2, size);
    else this.writeSized(0xdb, 4, size);
    const start = this.reserve(size);
    this.buffer.write(value, start, size);
  }

  writeBytes(value: Uint8Array): void {
    if (value.length < 0x100) this.writeSized(0xc4, 1, value.length);
    else if (value.length < 0x10000) this.writeSized(0xc5, 2, value.length);
    else this.writeSized(0xc6, 4, value.length);
    const start = this.reserve(value.length);
    this.buffer.set(value, start);
  }

  /** Opens an array; exactly this many values must follow. */
  writeArrayHeader(length: number): void {
    if (length < 16) this.writeByte(0x90 | length);
    else if (length < 0x10000) this.writeSized(0xdc, 2, length);
    else this.writeSized(0xdd, 4, length);
  }

  /** Opens a map; exactly this many pairs of a key and a value must follow. */
  writeMapHeader(size: number): void {
    if (size < 16) this.writeByte(0x80 | size);
    else if (size < 0x10000) this.writeSized(0xde, 2, size);
    else this.writeSized(0xdf, 4, size);
  }

  private writeUnsigned(value: number): void {
    if (value < 0x80) this.writeByte(value);
    else if (value < 0x100) this.writeSized(0xcc, 1, value);
    else if (value < 0x10000) this.writeSized(0xcd, 2, value);
    else if (value < 0x100000000) this.writeSized(0xce, 4, value);
    else this.writeBigInteger(BigInt(value));
  }

  private writeNegative(value: number): void {
    if (value >= -0x20) this.writeByte(value & 0xff);
    else if (value >= -0x80) this.writeSized(0xd0, 1, value & 0xff);
    else if (value >= -0x8000) this.writeSized(0xd1, 2, value & 0xffff);
    else if (value >= -0x80000000) this.writeSized(0xd2, 4, value >>> 0);
    else this.writeBigInteger(BigInt(value));
  }

  private writeByte(value: number): void {
    const start = this.reserve(1);
    this.buffer[start] = value;
  }

  /** A format byte, and after it a number in the given count of bytes. */
  private writeSized(format: number, bytes: 1 | 2 | 4, value: number): void {
    this.writeByte(format);
    const start = this.reserve(bytes);
    this.buffer.writeUIntBE(value, start, bytes);
  }

  /** Makes room, and gives the place where it begins. */
  private reserve(size: number): number {
    const start = this.length;
    this.length += size;
    if (this.length > this.buffer.length) {
      const larger = Buffer.allocUnsafe(this.length * 2);
      this.buffer.copy(larger, 0, 0, start);
      this.buffer = larger;
    }
    return start;
  }
}
