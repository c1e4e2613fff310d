/**
 * Reads what undici and Node throw into the reasons for which a request has no answer.
 *
 * "Not sent" needs proof, because a request that was not sent may be sent again whatever it does. Everything doubtful counts as sent.
 * The thrown error itself goes no further: undici's parser errors hold the bytes of the answer, and those may hold a new secret.
 */
import type { FailureKind } from "./answer";
import { UnreadableBody } from "./body";

/** The kind of a failure, and a few words about it. */
export interface FailureReading {
  readonly failure: FailureKind;
  readonly reason: string;
}

/** What Node says when it will not trust the other side; the list is in its documentation under "X509 certificate error codes". */
const trustCodes =
  /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** Reads an error that a request ended with. */
export function readFailure(error: unknown): FailureReading {
  if (error instanceof UnreadableBody) return { failure: error.failure, reason: error.message };
  const code = textOf(error, "code");
  if (code === "UND_ERR_CONNECT_TIMEOUT") return { failure: "not-sent", reason: "no connection in time" };
  if (isFromConnecting(error)) return { failure: "not-sent", reason: `no connection (${code || "unknown cause"})` };
  if (trustCodes.test(code)) return { failure: "not-trusted", reason: `the certificate is not trusted (${code})` };
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return { failure: "garbled", reason: "the answer is too large" };
  // undici gives its parser's errors no code of their own, so an answer cut short looks like one that was never HTTP.
  if (textOf(error, "name") === "HTTPParserError") {
    return { failure: "incomplete", reason: "the answer is not complete, or not HTTP" };
  }
  return { failure: "broken", reason: `the connection broke (${code || "unknown cause"})` };
}

/** Whether an error comes from the name look-up or from `connect`, also where several addresses were tried. */
function isFromConnecting(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isFromConnecting);
  return ["connect", "getaddrinfo"].includes(textOf(error, "syscall"));
}

function textOf(error: unknown, property: "code" | "name" | "syscall"): string {
  if (typeof error !== "object" || error === null) return "";
  const value: unknown = Reflect.get(error, property);
  return typeof value === "string" ? value : "";
}
