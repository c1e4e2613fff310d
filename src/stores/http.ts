/**
 * One request in JSON to the HTTP interface of a store, with a time limit, and with more tries where a second try does no harm.
 *
 * Redirects are not followed: credentials go to the configured server and nowhere else. An answer of any status is returned, and only no
 * answer throws. Errors say nothing of what was sent or received. undici is loaded at the first request only.
 */
import type { Dispatcher } from "undici";
import { systemClock, type Clock } from "../model/clock";
import { KeyturnError } from "../model/error";
import { Secret } from "../model/secret";

/** How the server is trusted, and how it knows who asks. Connections are shared by requests with the same object. */
export interface HttpTls {
  /** The certificates of the authorities to trust, in PEM. @default - those that Node trusts */
  readonly ca?: string | undefined;
  /** The certificate that this process shows, in PEM. @default - none is shown */
  readonly certificate?: string | undefined;
  /** The key of that certificate, in PEM. */
  readonly privateKey?: Secret | undefined;
  /** The name that the server's certificate must have. @default - the host of the origin */
  readonly serverName?: string | undefined;
}

/** A request. */
export interface JsonRequest {
  /** `https://vault.internal:8200` */
  readonly origin: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the first slash on, encoded, with the query. */
  readonly path: string;
  /** Those beside `accept` and `content-type`, or in their place. */
  readonly headers?: Readonly<Record<string, string | Secret>>;
  /** Sent as JSON. Every `Secret` in it is sent as the text that it holds. @default - nothing is sent */
  readonly body?: unknown;
  /** Whether it may be sent again when nobody knows if it has taken effect, since twice is the same as once. */
  readonly isIdempotent: boolean;
  readonly tls?: HttpTls | undefined;
  /** Ends the request, and any pause before the next try. */
  readonly signal?: AbortSignal | undefined;
}

/** What a server answered, whatever its status. */
export interface JsonAnswer {
  readonly status: number;
  /** Undefined if the body is empty, or is no JSON, such as the page of a proxy. */
  readonly json: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How long, and how often. */
export interface HttpLimits {
  readonly timeoutMs: number;
  readonly maxTries: number;
  /** The pause before the second try at most; it doubles from try to try, and chance shortens it. */
  readonly firstPauseMs: number;
  /** A server that asks for a longer pause than this is not asked again. */
  readonly maxPauseMs: number;
  /** The largest body of an answer, in bytes. */
  readonly maxAnswerSize: number;
  /** Statuses that pass, beside 429, 500, 502, 503 and 504. */
  readonly passingStatuses: readonly number[];
  readonly clock: Pick<Clock, "now" | "sleep">;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
}

/** No answer came. */
export class NoAnswerError extends KeyturnError {
  override readonly name = "NoAnswerError";

  constructor(
    code: "STORE_UNREACHABLE" | "ABORTED",
    message: string,
    /** Whether the request may have taken effect all the same. */
    readonly mayHaveHappened: boolean,
  ) {
    super(code, message);
  }
}

const defaultLimits: HttpLimits = {
  timeoutMs: 10_000,
  maxTries: 4,
  firstPauseMs: 250,
  maxPauseMs: 10_000,
  maxAnswerSize: 2 * 1024 * 1024,
  passingStatuses: [],
  clock: systemClock,
  random: Math.random,
};

const passingStatuses: readonly number[] = [429, 500, 502, 503, 504];

interface Failure {
  /** Why there is no answer, in a few words. */
  readonly reason: string;
  readonly wasSent: boolean;
  /** Whether it may be otherwise the next time. */
  readonly isPassing: boolean;
}

/**
 * Sends a request until it is answered for good.
 * @throws NoAnswerError STORE_UNREACHABLE if no answer came, ABORTED if the signal was aborted
 */
export async function requestJson(request: JsonRequest, changed: Partial<HttpLimits> = {}): Promise<JsonAnswer> {
  const limits = { ...defaultLimits, ...changed };
  let wasSent = false;
  for (let tries = 1; ; tries += 1) {
    if (request.signal?.aborted) throw aborted(request, wasSent);
    const outcome = await send(request, limits);
    if ("reason" in outcome) wasSent ||= outcome.wasSent;
    if (request.signal?.aborted) throw aborted(request, wasSent);
    const pauseMs = request.isIdempotent && tries < limits.maxTries ? pauseAfter(outcome, tries, limits) : undefined;
    if (pauseMs === undefined) {
      if (!("reason" in outcome)) return outcome;
      throw unreachable(request, outcome.reason, wasSent);
    }
    await limits.clock.sleep({ ms: pauseMs }, request.signal).catch(() => {
      throw aborted(request, wasSent);
    });
  }
}

async function send(request: JsonRequest, limits: HttpLimits): Promise<JsonAnswer | Failure> {
  const { origin, method, path, headers = {}, body, tls, signal } = request;
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  try {
    const dispatcher = await dispatcherFor(tls);
    const response = await dispatcher.request({
      origin,
      method,
      path,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, textOf(value)])),
      },
      body: body === undefined ? null : JSON.stringify(body, revealSecrets),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > limits.maxAnswerSize) {
        return { reason: `the answer has more than ${limits.maxAnswerSize} bytes`, wasSent: true, isPassing: false };
      }
      chunks.push(chunk);
    }
    return {
      status: response.statusCode,
      json: readJson(Buffer.concat(chunks).toString("utf8")),
      headers: firstOfEach(response.headers),
    };
  } catch (error) {
    if (timeout.aborted) {
      return { reason: `no answer within ${limits.timeoutMs / 1000} s`, wasSent: true, isPassing: true };
    }
    return failureOf(error);
  }
}

const dispatchers = new WeakMap<HttpTls, Dispatcher>();
const noTls: HttpTls = {};

async function dispatcherFor(tls: HttpTls = noTls): Promise<Dispatcher> {
  const { Agent } = await import("undici");
  const known = dispatchers.get(tls);
  if (known) return known;
  const { ca, certificate, privateKey, serverName } = tls;
  const made = new Agent({
    connect: {
      ...(ca === undefined ? {} : { ca }),
      ...(certificate === undefined ? {} : { cert: certificate }),
      ...(privateKey === undefined ? {} : { key: privateKey.reveal() }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    },
  });
  dispatchers.set(tls, made);
  return made;
}

/** The pause before the next try, in milliseconds; undefined if there is none. */
function pauseAfter(outcome: JsonAnswer | Failure, tries: number, limits: HttpLimits): number | undefined {
  const backOffMs = limits.random() * Math.min(limits.maxPauseMs, limits.firstPauseMs * 2 ** (tries - 1));
  if ("reason" in outcome) return outcome.isPassing ? backOffMs : undefined;
  if (![...passingStatuses, ...limits.passingStatuses].includes(outcome.status)) return undefined;
  const askedMs = askedPauseMs(outcome.headers, limits);
  if (askedMs === undefined) return backOffMs;
  // Chance only ever adds to what was asked.
  return askedMs > limits.maxPauseMs ? undefined : askedMs + Math.min(backOffMs, limits.firstPauseMs);
}

/**
 * The pause that an answer asks for, in milliseconds; undefined if it asks for none. For whoever decides about a second try alone.
 * `Retry-After` is seconds, or an HTTP date on the server's own clock (RFC 9110, 10.2.3).
 */
export function askedPauseMs(
  headers: JsonAnswer["headers"],
  { clock }: { readonly clock: Pick<Clock, "now"> },
): number | undefined {
  const asked = headers["retry-after"]?.trim() ?? "";
  if (/^\d+$/.test(asked)) return Number(asked) * 1000;
  const until = Date.parse(asked);
  if (Number.isNaN(until)) return undefined;
  const servedAt = Date.parse(headers["date"] ?? "");
  return Math.max(0, until - (Number.isNaN(servedAt) ? clock.now().epochMs : servedAt));
}

/** What Node says when it will not trust the other side; the list is in its documentation under "X509 certificate error codes". */
const trustCodes =
  /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** Everything doubtful counts as sent. The error goes no further: those of undici's parser hold bytes of the answer. */
function failureOf(error: unknown): Failure {
  const code = propertyOf(error, "code");
  if (isFromConnecting(error) || code === "UND_ERR_CONNECT_TIMEOUT") {
    return { reason: `no connection (${code || "unknown cause"})`, wasSent: false, isPassing: true };
  }
  if (trustCodes.test(code)) {
    return { reason: `its certificate is not trusted (${code})`, wasSent: false, isPassing: false };
  }
  if (code === "UND_ERR_INVALID_ARG" || error instanceof TypeError) {
    return { reason: "the request has a character that cannot be sent", wasSent: false, isPassing: false };
  }
  if (code.startsWith("ERR_OSSL") || code.startsWith("ERR_SSL")) {
    return { reason: `no secure connection (${code})`, wasSent: false, isPassing: false };
  }
  if (propertyOf(error, "name") === "HTTPParserError") {
    return { reason: "the answer is not complete, or not HTTP", wasSent: true, isPassing: true };
  }
  return { reason: `the connection broke (${code || "unknown cause"})`, wasSent: true, isPassing: true };
}

/** Whether an error comes from the name look-up or from `connect`, also where several addresses were tried. */
function isFromConnecting(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isFromConnecting);
  return ["connect", "getaddrinfo"].includes(propertyOf(error, "syscall"));
}

function unreachable({ origin }: JsonRequest, reason: string, mayHaveHappened: boolean): NoAnswerError {
  const message = `${origin} gives no answer: ${reason}. Check the address, and that it can be reached from here`;
  return new NoAnswerError("STORE_UNREACHABLE", message, mayHaveHappened);
}

function aborted({ origin }: JsonRequest, mayHaveHappened: boolean): NoAnswerError {
  return new NoAnswerError("ABORTED", `the request to ${origin} was ended by the caller`, mayHaveHappened);
}

function propertyOf(error: unknown, property: "code" | "name" | "syscall"): string {
  if (typeof error !== "object" || error === null) return "";
  const value: unknown = Reflect.get(error, property);
  return typeof value === "string" ? value : "";
}

/** For `JSON.stringify`, which hands over what `toJSON` has made of a secret: the secret itself is still in its place. */
function revealSecrets(this: unknown, name: string, value: unknown): unknown {
  const inPlace: unknown = typeof this === "object" && this !== null ? Reflect.get(this, name) : undefined;
  return inPlace instanceof Secret ? textOf(inPlace) : value;
}

function textOf(value: string | Secret): string {
  return value instanceof Secret ? value.reveal() : value;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A repeated header counts once. */
function firstOfEach(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, string>;
}
