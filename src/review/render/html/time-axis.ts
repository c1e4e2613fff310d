/**
 * The axis of a timeline: where an instant is drawn, and at which instants there are lines.
 */
import { Instant } from "../../../model/instant";

const hour = 3_600_000;
const day = 24 * hour;

/** Steps that people count in; those of a day and more begin at midnight, UTC. */
const steps = [
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
  28 * day,
  91 * day,
  182 * day,
  364 * day,
];
const mostTicks = 8;

/** A line of the axis. */
export interface Tick {
  readonly x: number;
  readonly label: string;
}

/** Maps instants to a line from `left` to `right`. */
export class TimeAxis {
  readonly #from: number;
  readonly #span: number;

  /** @param instants RFC 3339; the axis spans all of them */
  constructor(
    instants: readonly string[],
    private readonly ends: { readonly left: number; readonly right: number },
  ) {
    const all = instants.map(epochMs);
    this.#from = all.reduce((least, each) => Math.min(least, each), Infinity);
    this.#span = Math.max(1, all.reduce((most, each) => Math.max(most, each), -Infinity) - this.#from);
  }

  /** Where it is drawn, to a tenth, so that every machine writes the same number. */
  x(instant: string): number {
    return this.#place(epochMs(instant));
  }

  ticks(): readonly Tick[] {
    const step = steps.find((each) => this.#span / each <= mostTicks) ?? Math.ceil(this.#span / mostTicks / day) * day;
    const ticks: Tick[] = [];
    for (let at = Math.ceil(this.#from / step) * step; at <= this.#from + this.#span; at += step) {
      const text = Instant.ofEpochMs(at).toString();
      ticks.push({ x: this.#place(at), label: step < day ? text.slice(5, 16).replace("T", " ") : text.slice(0, 10) });
    }
    return ticks;
  }

  #place(ms: number): number {
    const { left, right } = this.ends;
    return Math.round((left + ((ms - this.#from) / this.#span) * (right - left)) * 10) / 10;
  }
}

function epochMs(instant: string): number {
  return Instant.ofEpochMs(0).msUntil(Instant.parse(instant));
}
