/**
 * Sends one request once, over connections that are kept open, and says what came of it. It never throws.
 *
 * Redirects are not followed: credentials go to the endpoint and nowhere else.
 * This is the only file that knows undici.
 */
import { Pool } from "undici";
import { requestIdHeader } from "../api/header";
import type { Clock } from "../model/clock";
import { Instant } from "../model/instant";
import type { Answer, Failure, Outcome } from "./answer";
import type { ApiRequest } from "./api-request";
import { maxBodySize, readJson } from "./body";
import type { CredentialHeader } from "./credentials";
import type { Endpoint } from "./endpoint";
import { readFailure } from "./failure";
import { onAbort } from "./on-abort";
import { presentable } from "./redact";

/** Sends requests to one endpoint. */
export interface Transport {
  /** Sends a request, and waits for its answer until the signal is aborted or the time for one try has run out. */
  send(request: ApiRequest, signal: AbortSignal | undefined): Promise<Outcome>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** What a transport needs to know. */
export interface TransportOptions {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly requestTimeoutMs: number;
  /** Aborted when the client is closed; requests in flight then end as aborted. */
  readonly closing: AbortSignal;
}

/** More than Terraform ever uses at its usual parallelism, and few enough for a proxy's limit on one client. */
const maxConnections = 32;

/** The part of the time for one try that connecting may take, so that "never sent" can be told from "no answer". */
const connectShare = 0.5;

/** What comes of a request whose caller had gone before it could be sent. */
export const notStarted: Failure = { failure: "not-started", reason: "ended by the caller" };

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Opens a transport. Nothing is connected before the first request. */
export function openTransport({ endpoint, clock, userAgent, requestTimeoutMs, closing }: TransportOptions): Transport {
  const pool = new Pool(endpoint.origin, {
    connections: maxConnections,
    connect: { timeout: requestTimeoutMs * connectShare },
    // The timer below covers the whole try, and is exact where undici's are coarse.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: maxBodySize,
  });

  async function exchange(request: ApiRequest, signal: AbortSignal): Promise<Outcome> {
    const query = request.query?.toString() ?? "";
    const response = await pool.request({
      method: request.method,
      path: `${endpoint.prefix}${request.path}${query === "" ? "" : `?${query}`}`,
      headers: requestHeaders(request, userAgent),
      body: request.form?.toString() ?? (request.body ? JSON.stringify(request.body) : null),
      signal,
    });
    const { statusCode: status, headers } = response;
    const contentType = (header(headers, "content-type") ?? "").split(";", 1).join("").trim().toLowerCase();
    const contentEncoding = (header(headers, "content-encoding") ?? "").trim().toLowerCase();
    const date = readDate(header(headers, "date"));
    const answer: Omit<Answer, "json"> = {
      status,
      servedAt: date ?? clock.now(),
      isDated: date !== undefined,
      requestId: presentableHeader(headers, requestIdHeader, request),
      contentType,
      location: header(headers, "location"),
      retryAfter: header(headers, "retry-after"),
    };
    try {
      const bytes = Buffer.from(await response.body.arrayBuffer());
      return { ...answer, json: await readJson(bytes, { contentType, contentEncoding }) };
    } catch (error) {
      // A refusal stands by its status alone; only a success is worth nothing without its body.
      if (status >= 300) return { ...answer, json: undefined };
      return { ...failureOf(error, signal), status, requestId: answer.requestId };
    }
  }

  return {
    send: async (request, callerSignal) => {
      const signals = [closing, callerSignal].filter((signal) => signal !== undefined);
      if (signals.some((signal) => signal.aborted)) return notStarted;
      const ending = new AbortController();
      const stopListening = signals.map((signal) =>
        onAbort(signal, () => {
          ending.abort("aborted");
        }),
      );
      const timer = setTimeout(() => {
        ending.abort("timeout");
      }, requestTimeoutMs);
      try {
        return await exchange(request, ending.signal);
      } catch (error) {
        return failureOf(error, ending.signal);
      } finally {
        clearTimeout(timer);
        for (const stop of stopListening) stop();
      }
    },
    close: () => pool.destroy(),
  };
}

/** An ended signal explains the error, whatever undici made of it. */
function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (!signal.aborted) return readFailure(error);
  return signal.reason === "timeout"
    ? { failure: "timeout", reason: "no answer in time" }
    : { failure: "aborted", reason: "ended by the caller" };
}

function requestHeaders({ body, form, credential }: ApiRequest, userAgent: string): Record<string, string> {
  return {
    accept: "application/json",
    "accept-encoding": "gzip",
    "user-agent": userAgent,
    ...(body ? { "content-type": "application/json" } : {}),
    ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
    ...(credential ? { [credential.name]: credentialValue(credential) } : {}),
  };
}

function credentialValue({ name, secret }: CredentialHeader): string {
  return name === "authorization" ? `Bearer ${secret.reveal()}` : secret.reveal();
}

/** A repeated header counts once: none of those read here means anything as a list. */
function header(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** A header that will be shown to people. */
function presentableHeader(headers: Headers, name: string, request: ApiRequest): string | undefined {
  const value = header(headers, name);
  return value === undefined ? undefined : presentable(value, request);
}

/** Reads an HTTP date (RFC 9110, 5.6.7); undefined if it is none. */
function readDate(text: string | undefined): Instant | undefined {
  const epochMs = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(epochMs) ? undefined : Instant.ofEpochMs(epochMs);
}
