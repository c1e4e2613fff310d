/**
 * The one base class of everything that keyturn throws on purpose.
 *
 * Match on `code`, never on the message: codes are stable, sentences improve.
 */

/** What went wrong, in one word to match on. */
export type ErrorCode =
  /** A value cannot be used: the message names it, and says what is allowed. */
  | "INVALID_VALUE"
  /** The provider or client was set up in a way that cannot work. */
  | "INVALID_CONFIGURATION"
  /** The API did not accept the credential (401). */
  | "UNAUTHENTICATED"
  /** The credential is good, but may not do this (402, 403). */
  | "FORBIDDEN"
  /** The API has no such object (404). */
  | "NOT_FOUND"
  /** The API says that the object's present condition does not allow it (409). */
  | "CONFLICT"
  /** The API refused the request's content (400, 422, and every other 4xx). */
  | "REQUEST_REFUSED"
  /** The API asked for a pause more often than the retry limit allows (429). */
  | "RATE_LIMITED"
  /** The API failed (5xx), also after retries. */
  | "API_FAILED"
  /** No connection, or no answer in time. */
  | "UNREACHABLE"
  /** An answer came that is not of the contract: HTML, a proxy's page, another shape. */
  | "UNEXPECTED_ANSWER"
  /** A request that changes something was sent, and nobody knows whether it took effect. */
  | "OUTCOME_UNKNOWN"
  /** A key is not in the condition that a step needs. */
  | "KEY_STATE"
  /** A delivery target cannot be read or written. */
  | "STORE_UNREACHABLE"
  /** A delivery target is in a condition in which it may not be touched; nothing in it was changed. */
  | "STORE_REFUSED"
  /** The caller ended the work before it was done. */
  | "ABORTED";

/** An error with a code to match on and a sentence that helps: what was tried, what came back, what to do. */
export class KeyturnError extends Error {
  override readonly name: string = "KeyturnError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
