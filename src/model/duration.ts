/**
 * A length of time made of fixed-length units: weeks, days, hours, minutes and seconds.
 *
 * A day is always 24 hours. Months and years have no fixed length and are refused, so a period means the same on every date.
 */
import { KeyturnError } from "./error";

const unitMs = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;
type Unit = keyof typeof unitMs;

const largestFirst: readonly Unit[] = ["d", "h", "m", "s"];
const short = /^(\d+)([a-z]+)$/i;
// ISO 8601-1:2019, 5.5.2.4, without years and months.
const iso = /^P(?:(\d+)W|(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)$/;

/** The longest duration: 100 years. Anything longer is a typing error. */
const longestMs = 36_500 * unitMs.d;

/** A length of time, never negative, in whole seconds. */
export class Duration {
  private constructor(
    /** The length in milliseconds. */
    readonly ms: number,
  ) {}

  static weeks(amount: number): Duration {
    return Duration.of(amount, "w");
  }

  static days(amount: number): Duration {
    return Duration.of(amount, "d");
  }

  static hours(amount: number): Duration {
    return Duration.of(amount, "h");
  }

  static minutes(amount: number): Duration {
    return Duration.of(amount, "m");
  }

  static seconds(amount: number): Duration {
    return Duration.of(amount, "s");
  }

  /**
   * Reads `90d`, `24h`, `15m`, `30s`, `2w`, or an ISO 8601 duration such as `P90D` and `PT1H30M`.
   * @throws KeyturnError INVALID_VALUE for any other text, naming what is allowed
   */
  static parse(text: string): Duration {
    const shortMatch = short.exec(text);
    if (shortMatch) {
      const [, amount = "", unit = ""] = shortMatch;
      if (!(unit in unitMs)) {
        throw invalid(text, `unknown unit "${unit}"; the units are w, d, h, m and s`);
      }
      return Duration.of(Number(amount), unit as Unit);
    }
    const isoMatch = iso.exec(text);
    if (isoMatch) {
      const [, ...parts]: (string | undefined)[] = isoMatch;
      const [weeks, days, hours, minutes, seconds] = parts.map((part) => Number(part ?? "0"));
      const isComplete = parts.some((part) => part !== undefined) && !text.endsWith("T");
      if (isComplete) {
        return Duration.of(
          inSeconds(weeks, "w") +
            inSeconds(days, "d") +
            inSeconds(hours, "h") +
            inSeconds(minutes, "m") +
            inSeconds(seconds, "s"),
          "s",
        );
      }
    }
    throw invalid(text, "write 90d, 24h, 15m or 30s, or an ISO 8601 duration of days and smaller units such as P90D");
  }

  private static of(amount: number, unit: Unit): Duration {
    const ms = amount * unitMs[unit];
    if (!(ms >= 0) || ms > longestMs || ms % unitMs.s !== 0) {
      throw invalid(`${amount}${unit}`, "it must be a whole number of seconds, from zero to 100 years");
    }
    return new Duration(ms);
  }

  isZero(): boolean {
    return this.ms === 0;
  }

  isLongerThan(other: Duration): boolean {
    return this.ms > other.ms;
  }

  equals(other: Duration): boolean {
    return this.ms === other.ms;
  }

  /** The form that `parse` reads, in the largest unit that is exact: `90d`, `36h`, `90s`. */
  toString(): string {
    const unit = largestFirst.find((candidate) => this.ms % unitMs[candidate] === 0 && this.ms > 0) ?? "s";
    return `${this.ms / unitMs[unit]}${unit}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** So many units, in seconds. */
function inSeconds(amount: number | undefined, unit: Unit): number {
  return ((amount ?? 0) * unitMs[unit]) / unitMs.s;
}

function invalid(text: string, reason: string): KeyturnError {
  return new KeyturnError("INVALID_VALUE", `"${text}" is not a duration: ${reason}`);
}
