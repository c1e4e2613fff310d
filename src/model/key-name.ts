/**
 * The names of keys on the API: the ledger from which the phase of every generation can be read, and since when it is in it.
 *
 * `scheduler-prod` is active, `scheduler-prod~pending~TAG` is minted by a run that has not finished, `scheduler-prod~retiring~TAG` is
 * replaced but still valid, and `scheduler-prod~rolledback~TAG` was taken out of service by a roll-back. A name of any other form
 * belongs to somebody else. A tag is the API's time of the change and a nonce: `20260530t120003z4f9a2c1b`.
 */
import { Instant } from "./instant";

/** Where a generation is in its life, as its name says. */
export type Phase = "active" | "pending" | "retiring" | "rolledBack";

/** A phase that shows as a suffix. */
type TaggedPhase = Exclude<Phase, "active">;

/** The longest name that the API takes, in characters. */
export const maxNameLength = 255;

/** How many characters a nonce has: hexadecimal digits. */
export const nonceLength = 8;

const suffixes = { pending: "~pending~", retiring: "~retiring~", rolledBack: "~rolledback~" } as const satisfies Record<
  TaggedPhase,
  string
>;
const taggedPhases = Object.keys(suffixes) as TaggedPhase[];

const tagPattern = /^[a-z0-9]{1,32}$/;
const datedTagPattern = /^(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})(\d{2})z[0-9a-f]{8}$/;
const tagLength = "20260530t120003z".length + nonceLength;

/** The longest logical name that leaves room for the longest suffix. */
export const maxLogicalNameLength = maxNameLength - suffixes.rolledBack.length - tagLength;

/** What makes a tag: when the name is given, and what makes it unlike every other name. */
export interface Tag {
  /** Told to the second; what is below is dropped. */
  readonly at: Instant;
  /** `nonceLength` hexadecimal digits in lower case. */
  readonly nonce: string;
}

/** The name of a key in a phase that is not active. */
export function taggedName(logicalName: string, phase: TaggedPhase, { at, nonce }: Tag): string {
  const second = Instant.ofEpochMs(at.epochMs - (at.epochMs % 1000)).toString();
  return `${logicalName}${suffixes[phase]}${second.replace(/[-:]/g, "").toLowerCase()}${nonce}`;
}

/** The part of a name before the phase: the logical name, if the key is one of ours. No logical name has a `~`. */
export function logicalNameIn(name: string): string {
  const end = name.indexOf("~");
  return end < 0 ? name : name.slice(0, end);
}

/** The phase that `name` gives to a generation of the logical key, or undefined where the name is not one of its own. */
export function phaseOf(name: string, logicalName: string): Phase | undefined {
  if (name === logicalName) return "active";
  return taggedPhases.find((phase) => tagOf(name, logicalName, phase) !== undefined);
}

/**
 * Since when a generation is in its phase, as its name says.
 * @returns undefined for an active one, and for a tag that somebody else has made up
 */
export function phaseSince(name: string): Instant | undefined {
  const logicalName = logicalNameIn(name);
  for (const phase of taggedPhases) {
    const match = datedTagPattern.exec(tagOf(name, logicalName, phase) ?? "");
    if (!match) continue;
    const [year, month, day, hour, minute, second] = match.slice(1);
    return Instant.tryParse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  }
  return undefined;
}

function tagOf(name: string, logicalName: string, phase: TaggedPhase): string | undefined {
  const prefix = logicalName + suffixes[phase];
  if (!name.startsWith(prefix)) return undefined;
  const tag = name.slice(prefix.length);
  return tagPattern.test(tag) ? tag : undefined;
}
