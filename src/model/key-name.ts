/**
 * The names of keys on the API: the ledger from which the phase of every generation can be read.
 *
 * `scheduler-prod` is active, `scheduler-prod~pending~NONCE` is minted by a run that has not finished, and
 * `scheduler-prod~retiring~NONCE` is replaced but still valid. A name of any other form belongs to somebody else.
 */

/** Where a generation is in its life, as its name says. */
export type Phase = "active" | "pending" | "retiring";

/** The longest name that the API takes, in characters. */
export const maxNameLength = 255;

/** How many characters a nonce has. */
export const nonceLength = 12;

const noncePattern = /^[a-z0-9]{1,32}$/;

/** The longest logical name that leaves room for the longest phase suffix. */
export const maxLogicalNameLength = maxNameLength - "~retiring~".length - nonceLength;

/** The name of a key that has been minted and not yet promoted. */
export function pendingName(logicalName: string, nonce: string): string {
  return `${logicalName}~pending~${nonce}`;
}

/** The name of a key that has been replaced and is still valid. */
export function retiringName(logicalName: string, nonce: string): string {
  return `${logicalName}~retiring~${nonce}`;
}

/** The part of a name before the phase: the logical name, if the key is one of ours. No logical name has a `~`. */
export function logicalNameIn(name: string): string {
  const end = name.indexOf("~");
  return end < 0 ? name : name.slice(0, end);
}

/** The phase that `name` gives to a generation of the logical key, or undefined where the name is not one of its own. */
export function phaseOf(name: string, logicalName: string): Phase | undefined {
  if (name === logicalName) return "active";
  for (const phase of ["pending", "retiring"] as const) {
    const prefix = `${logicalName}~${phase}~`;
    if (name.startsWith(prefix) && noncePattern.test(name.slice(prefix.length))) return phase;
  }
  return undefined;
}
