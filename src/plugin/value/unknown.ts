/**
 * The one value that JavaScript lacks: "not known until apply".
 *
 * Unknown is not null. Null says that a thing is known to be unset; unknown says that its value comes later.
 * It is a symbol, so that text made of it by mistake throws instead of reading "undefined" somewhere far away.
 */

/** A value that is only known after apply. Compare with `===`. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** The type of `UNKNOWN`. */
export type Unknown = typeof UNKNOWN;
