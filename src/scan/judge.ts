/**
 * Decides what a candidate is: a live key, a key that nobody here knows, one that was allowed in writing, or none.
 *
 * Live keys are known by fingerprints alone. A fingerprint tells nothing about length, so where a key runs into what follows it, every
 * beginning of the candidate is tried.
 */
import { fingerprintOf } from "../model/fingerprint";
import { Secret } from "../model/secret";
import { isKeyShaped, keyPrefixes, masked } from "./key-shape";
import { ownCopy } from "./own-copy";
import type { Judge } from "./stream-search";

/** What is known before the search. */
export interface KnownKeys {
  /** The key that fingerprints are made under; without it none is compared or shown. */
  readonly fingerprintKey?: Secret | undefined;
  /** The names of live keys by their fingerprints. */
  readonly live: ReadonlyMap<string, string>;
  /** Why values may stand where they are found, by their fingerprints. */
  readonly allowed: ReadonlyMap<string, string>;
}

/** What is said about a key that was found. It holds nothing of the secret but its prefix and its length. */
export interface Verdict {
  readonly masked: string;
  /** Null without a fingerprint key. */
  readonly fingerprint: string | null;
  /** The name of the live key that it is; null if it is none of those that are known. */
  readonly liveKey: string | null;
  /** Why it may be there; null if nobody has said so. */
  readonly allowedBecause: string | null;
}

/** The shortest secret that is looked for by fingerprint. */
const shortestSecret = 16;

/** So many tokens are remembered as being no key. It bounds memory; a bundle repeats its words often. */
const rememberedTokens = 50_000;

/** A log has the same key in every line. */
const rememberedCandidates = 1000;

/** Of fewer different characters no secret is made. */
const fewestDifferent = 8;

/** A judge for one scan. */
export function createJudge({ fingerprintKey, live, allowed }: KnownKeys): Judge<Verdict> {
  const innocent = new Set<string>();
  const verdicts = new Map<string, Verdict | undefined>();

  const liveOne = (secret: string, fingerprintKey: Secret): Verdict | undefined => {
    const fingerprint = fingerprintOf(new Secret(secret), fingerprintKey);
    const liveKey = live.get(fingerprint);
    // That a live key may stand anywhere cannot be said in writing.
    return liveKey === undefined ? undefined : { masked: masked(secret), fingerprint, liveKey, allowedBecause: null };
  };

  const judgeToken = (token: Secret): Verdict | undefined => {
    const text = token.reveal();
    if (!fingerprintKey || innocent.has(text) || new Set(text).size < fewestDifferent) return undefined;
    for (const prefix of ["", ...keyPrefixes]) {
      const verdict = liveOne(prefix + text, fingerprintKey);
      if (verdict) return verdict;
    }
    if (innocent.size >= rememberedTokens) innocent.clear();
    innocent.add(ownCopy(text));
    return undefined;
  };

  const judgeText = (text: string): Verdict | undefined => {
    if (fingerprintKey && live.size > 0) {
      for (let length = text.length; length >= shortestSecret; length--) {
        const verdict = liveOne(text.slice(0, length), fingerprintKey);
        if (verdict) return verdict;
      }
    }
    if (!isKeyShaped(text)) return undefined;
    const fingerprint = fingerprintKey ? fingerprintOf(new Secret(text), fingerprintKey) : null;
    const allowedBecause = (fingerprint === null ? undefined : allowed.get(fingerprint)) ?? null;
    return { masked: masked(text), fingerprint, liveKey: null, allowedBecause };
  };

  return {
    judge: (candidate) => {
      const text = candidate.reveal();
      if (verdicts.has(text)) return verdicts.get(text);
      const verdict = judgeText(text);
      if (verdicts.size >= rememberedCandidates) verdicts.clear();
      verdicts.set(ownCopy(text), verdict);
      return verdict;
    },
    judgeToken: fingerprintKey && live.size > 0 ? judgeToken : undefined,
  };
}
