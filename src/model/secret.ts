/**
 * A secret that cannot be printed by accident.
 *
 * It shows itself as a placeholder in template strings, JSON and the inspector. `reveal()` is the only way to the value, and easy to search for.
 */
import { inspect } from "node:util";

const placeholder = "(sensitive value)";

/**
 * A value that must not reach a log, a message or a file that is not its destination.
 *
 * Copies and serialised forms of it are empty, and so are its own properties. For the same reason a deep comparison (`toEqual` of Jest,
 * `assert.deepEqual`) takes any two secrets for equal: compare what they reveal.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    // Nobody can put the value beside it, or another way to print it onto it.
    Object.freeze(this);
  }

  /** The value itself. Every call is a place to review. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return placeholder;
  }

  toJSON(): string {
    return placeholder;
  }

  [Symbol.toPrimitive](): string {
    return placeholder;
  }

  [inspect.custom](): string {
    return placeholder;
  }
}
