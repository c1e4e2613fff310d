/**
 * What a source of evidence is: somebody who can be asked whether a key is still in use.
 *
 * A source tells what it knows and how far its silence can be trusted. What follows for the key is decided in `model`.
 */
import type { Observation } from "../model/evidence";
import type { Instant } from "../model/instant";

/** A name that a key has had. */
export interface HeldName {
  readonly name: string;
  /** From when on; undefined if it had the name from its beginning, or as long as anybody knows. */
  readonly from: Instant | undefined;
  /** Until when; undefined if it still has the name. */
  readonly to: Instant | undefined;
}

/** A key whose use is in question. */
export interface WatchedKey {
  readonly id: string;
  readonly logicalName: string;
  /**
   * The names that it has had, as far as is known. Two generations have the active name one after the other, so `from` and `to` of
   * that name tell whose uses a log speaks of that knows keys by name only. The key that took over must have its `from`: without it
   * the uses of the key before would count for it.
   */
  readonly names: readonly HeldName[];
  readonly service: string | undefined;
  readonly environment: string | undefined;
}

/** A call that keyturn itself made with a key, and that did nothing but read: the proof of a new secret. */
export interface KnownRead {
  /** The key that it was made with. */
  readonly key: WatchedKey;
  /** When it was made, give or take a second. */
  readonly at: Instant;
  /** What the API called the request. */
  readonly requestId: string;
}

/** The time in question. */
export interface EvidenceWindow {
  /** What was before does not matter. */
  readonly since: Instant;
  /** The API's time. */
  readonly now: Instant;
  /** Whether only what is asked for after this call will do. @default false: an answer that is some seconds old may be shared */
  readonly fresh?: boolean | undefined;
  /**
   * A read that must have left a trace wherever reads leave traces. A log that may leave out reads is trusted to be silent only if it
   * has an entry of this one. @default - its silence means nothing
   */
  readonly knownRead?: KnownRead | undefined;
}

/** Somebody who can be asked whether a key is in use. */
export interface EvidenceSource {
  /** As in `Observation.source`: words for messages. */
  readonly name: string;
  /**
   * What it knows about the use of the key in the window; it may know of earlier uses, too. What the other side does wrong does not
   * throw: it is the `problem` of the observation.
   * @throws KeyturnError ABORTED
   */
  observe(key: WatchedKey, window: EvidenceWindow, signal?: AbortSignal): Promise<Observation>;
}
