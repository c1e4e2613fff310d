/**
 * A point in time, with millisecond precision, always UTC.
 *
 * Immutable. Text is RFC 3339; parsing accepts any offset and any number of fraction digits, and drops what is below a millisecond.
 */
import { KeyturnError } from "./error";

// RFC 3339 section 5.6, with the seconds fraction of any length. APIs that print no offset mean UTC.
const pattern = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})?$/;

/** A point in time. */
export class Instant {
  private constructor(
    /** Milliseconds since 1970-01-01T00:00:00Z. */
    readonly epochMs: number,
  ) {}

  /** The instant that many milliseconds after 1970-01-01T00:00:00Z. */
  static ofEpochMs(epochMs: number): Instant {
    return new Instant(Math.trunc(epochMs));
  }

  /**
   * Reads an RFC 3339 timestamp; one without an offset is taken as UTC.
   * @throws KeyturnError INVALID_VALUE
   */
  static parse(text: string): Instant {
    const instant = Instant.tryParse(text);
    if (instant) return instant;
    throw new KeyturnError("INVALID_VALUE", `"${text}" is not a timestamp; write one like 2026-03-01T12:00:00Z`);
  }

  /** As `parse`, but undefined for a text that is no timestamp. */
  static tryParse(text: string): Instant | undefined {
    const match = pattern.exec(text);
    if (!match) return undefined;
    const [, date, time, fraction = "", offset = "Z"] = match;
    const ms = fraction.slice(0, 3).padEnd(3, "0");
    const epochMs = Date.parse(`${date}T${time}.${ms}${offset.toUpperCase()}`);
    return Number.isNaN(epochMs) ? undefined : new Instant(epochMs);
  }

  plus(duration: { readonly ms: number }): Instant {
    return new Instant(this.epochMs + duration.ms);
  }

  minus(duration: { readonly ms: number }): Instant {
    return new Instant(this.epochMs - duration.ms);
  }

  isBefore(other: Instant): boolean {
    return this.epochMs < other.epochMs;
  }

  isAfter(other: Instant): boolean {
    return this.epochMs > other.epochMs;
  }

  /** Milliseconds from this instant to `other`; negative if `other` came first. */
  msUntil(other: Instant): number {
    return other.epochMs - this.epochMs;
  }

  /** RFC 3339 in UTC, without a fraction where there is none: `2026-03-01T12:00:00Z`. */
  toString(): string {
    return new Date(this.epochMs).toISOString().replace(".000Z", "Z");
  }

  toJSON(): string {
    return this.toString();
  }
}
