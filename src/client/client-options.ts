/** What a client is set up with, and the check that it can work. */
import type { Logger } from "../logging/logger";
import { systemClock, type Clock } from "../model/clock";
import { Duration } from "../model/duration";
import { KeyturnError } from "../model/error";
import { checkCredentials, type Credentials } from "./credentials";
import { parseEndpoint, type Endpoint } from "./endpoint";

/** A length of time: a `Duration`, or milliseconds. */
export interface TimeSpan {
  readonly ms: number;
}

/** How a client is set up. */
export interface KeyApiClientOptions {
  /** The API's address, such as `https://api.pinbridge.io`. A path in it is kept in front of every call. */
  readonly endpoint: string;
  readonly credentials: Credentials;
  /** Names the program to the API, such as `keyturn/1.2.0`. */
  readonly userAgent: string;
  /**
   * Whether keys may be sent over plain http to another machine, where everybody on the way can read them.
   * This machine may always be reached over plain http.
   * @default false
   */
  readonly allowInsecureHttp?: boolean | undefined;
  /** How long one try may take, from connecting to the last byte. @default Duration.seconds(30) */
  readonly requestTimeout?: TimeSpan | undefined;
  /** How many times a call is sent again at the most. @default 4 */
  readonly maxRetries?: number | undefined;
  /**
   * The longest pause between two tries. If the API asks for a longer one, the call fails at once and says so.
   * @default Duration.minutes(1)
   */
  readonly maxRetryDelay?: TimeSpan | undefined;
  /**
   * How long a list of keys may be given out after it came, if this client has not written since. Zero means that lists are not kept;
   * reads at the same time still share one request.
   * @default Duration.seconds(1)
   */
  readonly listMaxAge?: TimeSpan | undefined;
  /** @default systemClock */
  readonly clock?: Clock | undefined;
  /** Gives a number from 0 up to but not including 1, which spreads the pauses between tries. @default Math.random */
  readonly random?: (() => number) | undefined;
  /** Gets a line for every try: never a header, a body or a secret. @default - nothing is logged */
  readonly logger?: Pick<Logger, "debug"> | undefined;
}

/** Options that are known to work, with their defaults. */
export interface ClientSettings {
  readonly endpoint: Endpoint;
  readonly credentials: Credentials;
  readonly userAgent: string;
  readonly requestTimeoutMs: number;
  readonly maxRetries: number;
  readonly maxRetryDelayMs: number;
  readonly listMaxAgeMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Pick<Logger, "debug"> | undefined;
}

/** The longest time that a timer of Node can take. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Checks options and fills in the defaults.
 * @throws KeyturnError INVALID_CONFIGURATION, without any secret
 */
export function readOptions(options: KeyApiClientOptions): ClientSettings {
  checkCredentials(options.credentials);
  // RFC 9110, 5.5: what a header may carry.
  if (!/^[\x20-\x7e]+$/.test(options.userAgent)) throw invalid("the user agent must be one line of ASCII text");
  const { maxRetries = 4 } = options;
  if (!Number.isInteger(maxRetries) || maxRetries < 0) {
    throw invalid(`the number of retries is ${maxRetries}; it must be a whole number, 0 or more`);
  }
  const requestTimeoutMs = milliseconds("request time-out", options.requestTimeout ?? Duration.seconds(30));
  if (requestTimeoutMs === 0) throw invalid("the request time-out is 0; it must be longer");
  return {
    endpoint: parseEndpoint(options.endpoint, options.allowInsecureHttp ?? false),
    credentials: options.credentials,
    userAgent: options.userAgent,
    requestTimeoutMs,
    maxRetries,
    maxRetryDelayMs: milliseconds("longest pause between tries", options.maxRetryDelay ?? Duration.minutes(1)),
    listMaxAgeMs: milliseconds("longest age of a list", options.listMaxAge ?? Duration.seconds(1)),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    logger: options.logger,
  };
}

function milliseconds(what: string, { ms }: TimeSpan): number {
  if (!(ms >= 0) || ms > longestTimerMs) {
    throw invalid(`the ${what} is ${ms} ms; it must be from 0 to 24 days`);
  }
  return ms;
}

function invalid(message: string): KeyturnError {
  return new KeyturnError("INVALID_CONFIGURATION", message);
}
