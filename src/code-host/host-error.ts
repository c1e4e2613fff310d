/**
 * What a code host's refusals mean, told so that the owner of a pipeline knows what to change.
 *
 * Sources: docs.github.com, "Rate limits for the REST API" and "Troubleshooting the REST API"; docs.gitlab.com, "Rate limits" and "REST API".
 */
import { KeyturnError, type ErrorCode } from "../model/error";
import type { Instant } from "../model/instant";
import type { Secret } from "../model/secret";

/** An error of a code host. */
export class HostError extends KeyturnError {
  override readonly name = "HostError";

  /** @param retryAfterMs how long to wait before another attempt has a chance; undefined where none has */
  constructor(
    code: ErrorCode,
    message: string,
    readonly retryAfterMs: number | undefined,
  ) {
    super(code, message);
  }
}

/** An answer of a code host. Names of headers are in lower case. */
export interface HostAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

/** What an answer came to. */
export interface Asked {
  /** The host, as messages name it. */
  readonly host: string;
  /** What was tried, such as "list the comments of acme/keys#7". */
  readonly tried: string;
  /** What the token must be allowed to do, in the words of the host. */
  readonly permission: string;
  /** What may be wrong if there is no such thing. */
  readonly notFound: string;
  readonly token: Secret;
  readonly now: Instant;
}

/** GitHub asks for a minute where it does not say how long. */
const rateLimitPauseMs = 60_000;
const failurePauseMs = 2_000;

/** The answer, if it is a success. @throws HostError */
export function checkAnswer(answer: HostAnswer, asked: Asked): HostAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const { host, tried, permission, notFound } = asked;
  const said = `cannot ${tried}: ${host} answers ${answer.status}${messageIn(answer.body, asked.token)}`;
  const fail = (code: ErrorCode, advice: string, retryAfterMs?: number): HostError =>
    new HostError(code, `${said}; ${advice}`, retryAfterMs);
  if (isRateLimit(answer)) {
    const pauseMs = pauseOf(answer, asked.now) ?? rateLimitPauseMs;
    throw fail("RATE_LIMITED", `it asks to wait ${Math.ceil(pauseMs / 1000)} seconds`, pauseMs);
  }
  switch (answer.status) {
    case 401:
      throw fail("UNAUTHENTICATED", "the token is not valid, or has expired");
    case 403: {
      const accepted = answer.headers["x-accepted-github-permissions"];
      const wanted = accepted === undefined ? "" : ` (it names ${inert(accepted)})`;
      throw fail("FORBIDDEN", `${permission}${wanted}`);
    }
    case 404:
      throw fail("NOT_FOUND", notFound);
  }
  if (answer.status >= 500) throw fail("API_FAILED", "try again later", pauseOf(answer, asked.now) ?? failurePauseMs);
  throw fail("REQUEST_REFUSED", "correct the request, or report this");
}

/** The error of a request without an answer. */
export function withoutAnswer({ host, tried }: Asked, error: unknown): HostError {
  const reason = inert(reasonOf(error));
  return new HostError("UNREACHABLE", `cannot ${tried}: ${host} gives no answer (${reason})`, failurePauseMs);
}

/** The innermost cause, which says what has happened; `fetch` wraps it in errors that do not. */
function reasonOf(error: unknown): string {
  const { code, message, cause } = (error ?? {}) as { code?: unknown; message?: unknown; cause?: unknown };
  if (cause !== undefined) return reasonOf(cause);
  return typeof code === "string" ? code : String(message ?? error);
}

/** The error of an answer that is not of the documented form. */
export function unexpectedAnswer({ host, tried }: Asked): HostError {
  return new HostError(
    "UNEXPECTED_ANSWER",
    `cannot ${tried}: what came back is not what the API of ${host} answers; check the address of the API`,
    undefined,
  );
}

/** GitHub says 403 or 429, and then how long; GitLab says 429. */
function isRateLimit({ status, headers, body }: HostAnswer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers["retry-after"] !== undefined ||
    headers["x-ratelimit-remaining"] === "0" ||
    /rate limit/i.test(String((body as { readonly message?: unknown } | undefined)?.message))
  );
}

function pauseOf({ headers }: HostAnswer, now: Instant): number | undefined {
  const seconds = Number(headers["retry-after"] ?? "none");
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const resetAt = Number(headers["x-ratelimit-reset"] ?? headers["ratelimit-reset"] ?? "none");
  // A second more: the header has whole seconds, and clocks differ.
  return Number.isFinite(resetAt) ? Math.max(0, resetAt * 1000 - now.epochMs) + 1000 : undefined;
}

const longestMessage = 200;

function messageIn(body: unknown, token: Secret): string {
  const { message, error } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const found = message ?? error;
  if (found === undefined) return "";
  const text = typeof found === "string" ? found : JSON.stringify(found);
  return ` (${inert(text.replaceAll(token.reveal(), "…")).slice(0, longestMessage)})`;
}

/** It goes to a terminal, and comes from elsewhere. */
function inert(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}
