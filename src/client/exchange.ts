/**
 * Carries one call through to an answer, with as many tries as the rules allow.
 *
 * Answers of every status come back as replies; only a call that ends without an answer throws.
 */
import { readErrorBody } from "../api/error-body";
import type { Logger } from "../logging/logger";
import type { Clock } from "../model/clock";
import { isFailure, type Outcome } from "./answer";
import type { ApiRequest } from "./api-request";
import { failureError } from "./describe-error";
import type { Attempted, Reply } from "./reply";
import { retryDelayMs, type RetryLimits } from "./retry";
import { notStarted, type Transport } from "./transport";

/**
 * Sends a request until it is answered for good.
 * @throws KeyApiError UNREACHABLE, UNEXPECTED_ANSWER, OUTCOME_UNKNOWN or ABORTED
 */
export type Exchange = (request: ApiRequest, signal: AbortSignal | undefined) => Promise<Reply>;

/** What an exchange needs to know. */
export interface ExchangeOptions {
  readonly transport: Transport;
  readonly host: string;
  readonly clock: Clock;
  readonly limits: RetryLimits;
  readonly logger: Pick<Logger, "debug"> | undefined;
  /** Aborted when the client is closed. */
  readonly closing: AbortSignal;
}

/** Puts the retry rules around a transport. */
export function createExchange({ transport, host, clock, limits, logger, closing }: ExchangeOptions): Exchange {
  return async (request, signal) => {
    for (let retries = 0; ; retries += 1) {
      const outcome = await transport.send(request, signal);
      const attempted: Attempted = { request, host, tries: retries + 1 };
      const problem = isFailure(outcome) || outcome.status < 400 ? undefined : readErrorBody(outcome.json);
      const situation = { isOnceOnly: request.isOnceOnly ?? false, outcome, problem, retries };
      const delayMs = retryDelayMs(situation, limits);
      logger?.debug(describeTry(attempted, outcome, delayMs));
      if (delayMs !== undefined) {
        await pause(delayMs, attempted, signal);
      } else if (isFailure(outcome)) {
        throw failureError(attempted, outcome);
      } else {
        return { ...attempted, answer: outcome, problem };
      }
    }
  };

  /** Nothing is under way during a pause, so whoever ends it knows that nothing happened. */
  async function pause(delayMs: number, attempted: Attempted, signal: AbortSignal | undefined): Promise<void> {
    try {
      await clock.sleep({ ms: delayMs }, signal ? AbortSignal.any([signal, closing]) : closing);
    } catch {
      throw failureError(attempted, notStarted);
    }
  }
}

function describeTry({ request, tries }: Attempted, outcome: Outcome, delayMs: number | undefined): string {
  const what = isFailure(outcome) ? outcome.reason : `answered ${outcome.status}`;
  const id = outcome.requestId === undefined ? "" : `, request id ${outcome.requestId}`;
  const next = delayMs === undefined ? "" : `, next try in ${Math.round(delayMs)} ms`;
  return `${request.method} ${request.path}: ${what} at try ${tries}${id}${next}`;
}
