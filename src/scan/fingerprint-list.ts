/**
 * Reads lists of fingerprints: of live keys with their names, and of values that are allowed with the reason.
 *
 * One a line, the fingerprint first and words after it; `#` begins a comment. A list of live keys may also be a JSON object of names and
 * fingerprints, as `terraform output -json` prints one.
 */
import { KeyturnError } from "../model/error";
import { fingerprintKeyVariable, fingerprintPrefix, isFingerprint } from "../model/fingerprint";
import type { Secret } from "../model/secret";

/** A list, and where it is from. */
export interface FingerprintList {
  /** How to call it in a message: the file's name. */
  readonly source: string;
  readonly text: string;
  /** The key that the fingerprints were made under. */
  readonly fingerprintKey: Secret;
}

/** One entry of a list. */
export interface FingerprintEntry {
  readonly fingerprint: string;
  /** The name of the key, or the reason; may be empty. */
  readonly words: string;
}

/**
 * The names of live keys by their fingerprints.
 * @throws KeyturnError INVALID_VALUE for a list that cannot be understood, is empty, or was made under another fingerprint key
 */
export function readLiveKeys(list: FingerprintList): ReadonlyMap<string, string> {
  const entries = list.text.trimStart().startsWith("{") ? jsonEntries(list) : lineEntries(list);
  if (entries.length === 0) throw refused(list.source, "has no fingerprint, so nothing could be found by it");
  return new Map(checked(entries, list).map(({ fingerprint, words }) => [fingerprint, words || "(no name)"]));
}

/**
 * The reasons of allowed values by their fingerprints.
 * @throws KeyturnError INVALID_VALUE for a list that cannot be understood, lacks a reason, or was made under another fingerprint key
 */
export function readAllowed(list: FingerprintList): ReadonlyMap<string, string> {
  const entries = checked(lineEntries(list), list);
  const bare = entries.find(({ words }) => words === "");
  if (bare) throw refused(list.source, `gives no reason for ${bare.fingerprint}; write it after the fingerprint`);
  return new Map(entries.map(({ fingerprint, words }) => [fingerprint, words]));
}

/**
 * Refuses fingerprints that cannot be compared with those made here.
 * @throws KeyturnError INVALID_VALUE
 */
export function checked(
  entries: readonly FingerprintEntry[],
  { source, fingerprintKey }: Omit<FingerprintList, "text">,
): readonly FingerprintEntry[] {
  const prefix = fingerprintPrefix(fingerprintKey);
  const foreign = entries.find(({ fingerprint }) => !fingerprint.startsWith(prefix));
  if (foreign)
    throw refused(
      source,
      `has ${foreign.fingerprint}, which was made under another fingerprint key; set ${fingerprintKeyVariable} to that one, or make the list again`,
    );
  return entries;
}

function lineEntries({ source, text }: FingerprintList): FingerprintEntry[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const [fingerprint = "", ...words] = line
      .replace(/(?:^|\s)#.*$/, "")
      .trim()
      .split(/\s+/);
    if (fingerprint === "") return [];
    if (!isFingerprint(fingerprint)) throw refused(source, `has no fingerprint at the beginning of line ${index + 1}`);
    return [{ fingerprint, words: words.join(" ") }];
  });
}

function jsonEntries({ source, text }: FingerprintList): FingerprintEntry[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // No cause: a parser may quote what it has read.
    throw refused(source, "begins as JSON does, and is none");
  }
  return Object.entries(json as object).map(([words, fingerprint]: [string, unknown]) => {
    if (typeof fingerprint !== "string" || !isFingerprint(fingerprint)) {
      throw refused(source, `has no fingerprint under ${JSON.stringify(words)}`);
    }
    return { fingerprint, words };
  });
}

function refused(source: string, problem: string): KeyturnError {
  return new KeyturnError("INVALID_VALUE", `${source} ${problem}`);
}
