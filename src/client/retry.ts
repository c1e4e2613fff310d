/**
 * Whether a request is sent again, and after how long.
 *
 * Pure. A call that must not happen twice is repeated only where it is certain that it has not happened.
 * A pause that the API asks for is kept in full, or the call ends: coming back early only makes a limit worse.
 */
import type { ApiErrorBody } from "../api/error-body";
import type { Instant } from "../model/instant";
import { isFailure, type Answer, type FailureKind, type Outcome } from "./answer";

/** How patient a client is. */
export interface RetryLimits {
  readonly maxRetries: number;
  readonly maxRetryDelayMs: number;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
}

/** What the decision is made of. */
export interface RetrySituation {
  readonly isOnceOnly: boolean;
  readonly outcome: Outcome;
  /** What the API said, if the outcome is a refusal of the contract. */
  readonly problem: ApiErrorBody | undefined;
  /** How many times the request has been sent again so far. */
  readonly retries: number;
}

/** The first back-off, before chance shortens it. */
const firstDelayMs = 250;

/** Failures of the API that tend to pass. */
const transientStatuses: readonly number[] = [500, 502, 503, 504];

const passingFailures: readonly FailureKind[] = ["broken", "timeout", "incomplete"];

/** The pause before the next try, in milliseconds, or undefined if there is none. */
export function retryDelayMs(situation: RetrySituation, limits: RetryLimits): number | undefined {
  const { outcome, problem, retries } = situation;
  if (retries >= limits.maxRetries || !isRepeatable(situation)) return undefined;
  const backOffMs = limits.random() * Math.min(limits.maxRetryDelayMs, firstDelayMs * 2 ** retries);
  const askedMs = isFailure(outcome) ? undefined : askedPauseMs(outcome, problem);
  if (askedMs === undefined) return backOffMs;
  if (askedMs > limits.maxRetryDelayMs) return undefined;
  // Chance only ever adds to what was asked, so that many clients do not come back in the same moment.
  return askedMs + Math.min(backOffMs, firstDelayMs);
}

function isRepeatable({ outcome, isOnceOnly }: RetrySituation): boolean {
  if (!isFailure(outcome)) return outcome.status === 429 || (!isOnceOnly && transientStatuses.includes(outcome.status));
  if (outcome.failure === "not-sent") return true;
  return !isOnceOnly && passingFailures.includes(outcome.failure);
}

/** The pause that an answer asks for, in milliseconds; undefined if it asks for none. */
export function askedPauseMs(answer: Answer, problem: ApiErrorBody | undefined): number | undefined {
  const asked = readRetryAfter(answer.retryAfter, answer.servedAt);
  if (asked !== undefined) return asked;
  const seconds = problem?.retryAfterSeconds;
  return seconds === undefined ? undefined : Math.max(0, seconds * 1000);
}

/** Reads `Retry-After`: seconds, or an HTTP date on the API's own clock (RFC 9110, 10.2.3). */
function readRetryAfter(text: string | undefined, servedAt: Instant): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text.trim())) return Number(text) * 1000;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - servedAt.epochMs);
}
