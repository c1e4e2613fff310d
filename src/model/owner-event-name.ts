/**
 * How staffing events are told from the other triggers of a key: by the beginning of their names.
 */

/** The beginning of the names that events have among the triggers of a key. */
export const ownerEventPrefix = "owner event ";
