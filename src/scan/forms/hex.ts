/**
 * Keys as numbers: in hexadecimal, with or without something between the bytes, and as a list of bytes in decimal, as JSON writes a buffer.
 */
import { keyCharacters, keyPrefixes, longestKey } from "../key-shape";
import type { Form, Reading } from "./form";

/** Between two bytes: nothing, or what dumps, certificates and arrays of C put there. */
const hexGap = String.raw`(?:[\s,:-]{0,99}(?:0[xX])?)`;

/** Between two numbers: at least a comma or a space. */
const byteGap = String.raw`(?:\s{0,99},\s{0,99}|\s{1,99})`;

const hexByte = new RegExp(`${hexGap}([0-9a-fA-F]{2})`, "y");
const decimalByte = new RegExp(`${byteGap}([0-9]{2,3})(?![0-9])`, "y");

const isKeyCharacter = new RegExp(`^[${keyCharacters}]$`);

/** Keys in hexadecimal. */
export const hexForm: Form = {
  anchor: anchorOf(hexDigits, hexGap),
  read: (text, match) => readBytes(text, match, { byte: hexByte, radix: 16, form: "hex" }),
};

/** Keys as a list of bytes. */
export const byteListForm: Form = {
  anchor: anchorOf((char) => String(char.charCodeAt(0)), byteGap, "(?<![0-9])"),
  read: (text, match) => readBytes(text, match, { byte: decimalByte, radix: 10, form: "byte list" }),
};

function hexDigits(char: string): string {
  const [high, low = ""] = char.charCodeAt(0).toString(16);
  return /\d/.test(low) ? `${high}${low}` : `${high}[${low}${low.toUpperCase()}]`;
}

function anchorOf(write: (char: string) => string, gap: string, before = ""): RegExp {
  const ways = keyPrefixes.map((prefix) => `(${Array.from(prefix).map(write).join(gap)})`);
  return new RegExp(`${before}(?:${ways.join("|")})`, "g");
}

interface Numbers {
  readonly byte: RegExp;
  readonly radix: number;
  readonly form: Reading["form"];
}

function readBytes(text: string, match: RegExpExecArray, { byte, radix, form }: Numbers): Reading {
  const [found, ...which] = match;
  let value: string = keyPrefixes[which.findIndex((each) => (each as string | undefined) !== undefined)] ?? "";
  let end = match.index + found.length;
  while (value.length < longestKey) {
    byte.lastIndex = end;
    const digits = byte.exec(text)?.[1];
    const char = digits === undefined ? "" : String.fromCharCode(Number.parseInt(digits, radix));
    if (!isKeyCharacter.test(char)) break;
    value += char;
    end = byte.lastIndex;
  }
  return { value, end, form };
}
