/**
 * What came back for one request: an answer, or the reason why there is none.
 *
 * The body is parsed where it says that it is JSON, and dropped otherwise: a proxy's page helps nobody and may hold anything.
 */
import type { Instant } from "../model/instant";

/** An answer in full. */
export interface Answer {
  readonly status: number;
  /** The API's own time, from the `Date` header, in whole seconds; the local clock's where there is none. */
  readonly servedAt: Instant;
  /** Whether there was a `Date` header. */
  readonly isDated: boolean;
  readonly requestId: string | undefined;
  /** The media type without parameters, or "" if none was named. */
  readonly contentType: string;
  /** The parsed body; undefined if there is none, or if it is not JSON. */
  readonly json: unknown;
  /** The `Location` header, as it came. */
  readonly location: string | undefined;
  /** The `Retry-After` header, as it came. */
  readonly retryAfter: string | undefined;
}

/** Why a request has no answer. */
export type FailureKind =
  /** The connection was never made, so the API has not seen the request. */
  | "not-sent"
  /** The certificate was not accepted, so the API has not seen the request. */
  | "not-trusted"
  /** The connection broke before the answer was complete. */
  | "broken"
  /** The time for one try ran out. */
  | "timeout"
  /** A success that does not parse as HTTP or as JSON: it may have been cut short on the way. */
  | "incomplete"
  /** The answer is too large, or has an encoding that was not asked for. */
  | "garbled"
  /** The caller ended it, or closed the client, while it was under way. */
  | "aborted"
  /** The caller ended it, or closed the client, before it was sent. */
  | "not-started";

/** A request without an answer. */
export interface Failure {
  readonly failure: FailureKind;
  /** In a few words, fit for a message; never part of an answer. */
  readonly reason: string;
  /** Known if at least the head of an answer came. */
  readonly status?: number | undefined;
  /** Known if at least the head of an answer came. */
  readonly requestId?: string | undefined;
}

/** What one try gave. */
export type Outcome = Answer | Failure;

/** Tells the two apart. */
export function isFailure(outcome: Outcome): outcome is Failure {
  return "failure" in outcome;
}
