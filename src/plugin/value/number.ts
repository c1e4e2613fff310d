/**
 * Terraform's numbers, without loss.
 *
 * Terraform counts in decimals of any length, and core compares exactly: a configured 0.1 that comes back as the nearest
 * binary fraction is "inconsistent" to it. So a JavaScript number stands for precisely its own binary value, and whatever
 * it cannot hold is a bigint or a `DecimalText`.
 */
import { ValueError } from "./value-error";

/** A number: `number` when exact, `bigint` for whole numbers beyond 2^53, `DecimalText` for all other decimals. */
export type TerraformNumber = number | bigint | DecimalText;

/** A decimal that has no exact binary form, such as 0.1. Made by `parseNumber`. `Number(decimal)` gives the nearest number. */
export class DecimalText {
  /** @param text The shortest plain decimal, such as "-0.1": no exponent, no superfluous zeros. */
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

const decimal = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

/** Reads a decimal such as "12", "-0.5" or "1e21". Equal decimals give equal results. Throws a `ValueError` for other text. */
export function parseNumber(text: string): TerraformNumber {
  const match = decimal.exec(text);
  if (match === null) throw new ValueError("the text is not a decimal number");
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;

  // The value is digits / 10^scale.
  let digits = BigInt(whole + fraction);
  let scale = fraction.length - Number(exponent);
  if (digits === 0n) return 0;
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n;
    scale -= 1;
  }
  const negative = sign === "-";
  if (scale <= 0) return wholeNumber((negative ? -digits : digits) * 10n ** BigInt(-scale));
  return fractionOf(digits, scale, negative);
}

/** The one form of a whole number: `number` up to 2^53, `bigint` beyond. */
export function wholeNumber(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** The one form of a binary floating-point value. Throws a `ValueError` for NaN, which Terraform does not have. */
export function binaryNumber(value: number): number | bigint {
  if (Number.isNaN(value)) throw new ValueError("NaN is not a Terraform number");
  if (!Number.isInteger(value)) return value;
  // Minus zero is plain zero.
  return Number.isSafeInteger(value) ? value + 0 : BigInt(value);
}

/** digits / 10^scale, where digits does not end in zero and scale is above zero. */
function fractionOf(digits: bigint, scale: number, negative: boolean): number | DecimalText {
  // digits / 10^scale = (digits / 5^scale) / 2^scale, which is binary when the division by 5^scale leaves nothing over.
  const fives = 5n ** BigInt(scale);
  const mantissa = digits / fives;
  // 1022: beyond it the exponent leaves the range in which a number keeps its full precision.
  if (scale <= 1022 && digits % fives === 0n && mantissa <= BigInt(Number.MAX_SAFE_INTEGER)) {
    return (Number(mantissa) / 2 ** scale) * (negative ? -1 : 1);
  }
  const padded = digits.toString().padStart(scale + 1, "0");
  return new DecimalText(`${negative ? "-" : ""}${padded.slice(0, -scale)}.${padded.slice(-scale)}`);
}
