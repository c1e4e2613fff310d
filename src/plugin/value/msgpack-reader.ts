/**
 * Reads msgpack piece by piece, led by the type of the value that is expected.
 *
 * Our own, because a library reads into JavaScript objects first: the one at hand refuses the key "__proto__", which is
 * a legal key of a Terraform map, and each value would be walked twice. Format: https://github.com/msgpack/msgpack/blob/master/spec.md
 */
import { ValueError } from "./value-error";

/** Reads one msgpack document from the front to the end. Every method throws a `ValueError` when something else is there. */
export class MsgpackReader {
  private readonly buffer: Buffer;
  private position = 0;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Checks that nothing is left over. */
  finish(): void {
    if (this.position !== this.buffer.length) throw new ValueError("there are bytes after the end of the value");
  }

  /** Reads a null if there is one. */
  tryNull(): boolean {
    if (this.peek() !== 0xc0) return false;
    this.position += 1;
    return true;
  }

  /** Reads an unknown value if there is one. Any extension is an unknown value, as it is to cty; what it says about the value is skipped. */
  tryUnknown(): boolean {
    const size = extensionSize(this.peek());
    if (size === undefined) return false;
    this.position += 1;
    const length = size.fixed ?? this.readUnsigned(size.lengthBytes);
    this.take(1 + length);
    return true;
  }

  readBool(): boolean {
    const format = this.readFormat();
    if (format !== 0xc2 && format !== 0xc3) throw unexpected("a bool", format);
    return format === 0xc3;
  }

  readString(): string {
    const format = this.readFormat();
    const size = this.stringSize(format);
    if (size === undefined) throw unexpected("a string", format);
    const start = this.take(size);
    return this.buffer.toString("utf8", start, start + size);
  }

  /** A number in one of the three forms that cty sends: integer, float64, or decimal text. */
  readNumber(): number | bigint | string {
    const format = this.peek();
    if (isString(format)) return this.readString();
    this.position += 1;
    if (format < 0x80) return format;
    if (format >= 0xe0) return format - 0x100;
    switch (format) {
      case 0xca:
        return this.buffer.readFloatBE(this.take(4));
      case 0xcb:
        return this.buffer.readDoubleBE(this.take(8));
      case 0xcc:
        return this.readUnsigned(1);
      case 0xcd:
        return this.readUnsigned(2);
      case 0xce:
        return this.readUnsigned(4);
      case 0xcf:
        return this.buffer.readBigUInt64BE(this.take(8));
      case 0xd0:
        return this.buffer.readInt8(this.take(1));
      case 0xd1:
        return this.buffer.readInt16BE(this.take(2));
      case 0xd2:
        return this.buffer.readInt32BE(this.take(4));
      case 0xd3:
        return this.buffer.readBigInt64BE(this.take(8));
      default:
        throw unexpected("a number", format);
    }
  }

  readBytes(): Uint8Array {
    const format = this.readFormat();
    if (format < 0xc4 || format > 0xc6) throw unexpected("bytes", format);
    const size = this.readUnsigned(format === 0xc4 ? 1 : format === 0xc5 ? 2 : 4);
    const start = this.take(size);
    return this.buffer.subarray(start, start + size);
  }

  /** How many values follow. */
  readArrayHeader(): number {
    const format = this.readFormat();
    if (format >= 0x90 && format <= 0x9f) return format & 0x0f;
    if (format !== 0xdc && format !== 0xdd) throw unexpected("an array", format);
    return this.readUnsigned(format === 0xdc ? 2 : 4);
  }

  /** How many pairs of a key and a value follow. */
  readMapHeader(): number {
    const format = this.readFormat();
    if (format >= 0x80 && format <= 0x8f) return format & 0x0f;
    if (format !== 0xde && format !== 0xdf) throw unexpected("a map", format);
    return this.readUnsigned(format === 0xde ? 2 : 4);
  }

  private stringSize(format: number): number | undefined {
    if (format >= 0xa0 && format <= 0xbf) return format & 0x1f;
    if (format < 0xd9 || format > 0xdb) return undefined;
    return this.readUnsigned(format === 0xd9 ? 1 : format === 0xda ? 2 : 4);
  }

  private peek(): number {
    const format = this.buffer[this.position];
    if (format === undefined) throw new ValueError("the bytes end too early");
    return format;
  }

  private readFormat(): number {
    const format = this.peek();
    this.position += 1;
    return format;
  }

  private readUnsigned(bytes: 1 | 2 | 4): number {
    return this.buffer.readUIntBE(this.take(bytes), bytes);
  }

  /** Steps over bytes that must be there, and gives the place where they begin. */
  private take(size: number): number {
    const start = this.position;
    if (start + size > this.buffer.length) throw new ValueError("the bytes end too early");
    this.position = start + size;
    return start;
  }
}

function isString(format: number): boolean {
  return (format >= 0xa0 && format <= 0xbf) || (format >= 0xd9 && format <= 0xdb);
}

interface ExtensionSize {
  /** The size itself, where the format byte says it. */
  readonly fixed?: number;
  /** Else in how many bytes the size is written. */
  readonly lengthBytes: 1 | 2 | 4;
}

function extensionSize(format: number): ExtensionSize | undefined {
  if (format >= 0xd4 && format <= 0xd8) return { fixed: 2 ** (format - 0xd4), lengthBytes: 1 };
  if (format === 0xc7) return { lengthBytes: 1 };
  if (format === 0xc8) return { lengthBytes: 2 };
  return format === 0xc9 ? { lengthBytes: 4 } : undefined;
}

function unexpected(expected: string, format: number): ValueError {
  return new ValueError(`expected ${expected}, found ${formatName(format)}`);
}

/** What a format byte announces. The byte itself may hold a whole value, so it is not told. */
function formatName(format: number): string {
  if (format === 0xc0) return "null";
  if (format === 0xc2 || format === 0xc3) return "a bool";
  if (format >= 0xc4 && format <= 0xc6) return "bytes";
  if (isString(format)) return "a string";
  if ((format >= 0x90 && format <= 0x9f) || format === 0xdc || format === 0xdd) return "an array";
  if ((format >= 0x80 && format <= 0x8f) || format === 0xde || format === 0xdf) return "a map";
  if (format < 0x80 || format >= 0xe0 || (format >= 0xca && format <= 0xd3)) return "a number";
  return "an unknown value";
}
