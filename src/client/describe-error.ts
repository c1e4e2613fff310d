/**
 * Turns a call without success into the error that the caller sees.
 *
 * One rule stands above the others: a call that must not happen twice, and may have happened, is always OUTCOME_UNKNOWN.
 * A refusal counts as the API's own only if it is JSON. Anything else comes from a proxy or a web site in between.
 */
import type { ErrorCode } from "../model/error";
import { askedPauseMs } from "./retry";
import type { Failure, FailureKind } from "./answer";
import { KeyApiError } from "./key-api-error";
import { presentable } from "./redact";
import type { Attempted, Reply } from "./reply";

const checkEndpoint = "check that the endpoint is the API's own address, without the version in its path";

const lookBeforeRepeating = "it may have taken effect: look at the list of keys before it is tried again";

const mayHaveHappened: Readonly<Record<FailureKind, boolean>> = {
  "not-started": false,
  "not-sent": false,
  "not-trusted": false,
  broken: true,
  timeout: true,
  incomplete: true,
  garbled: true,
  aborted: true,
};

/** The error for a call that got no answer. */
export function failureError(attempted: Attempted, { failure, reason, status, requestId }: Failure): KeyApiError {
  const known = { came: reason, status, requestId };
  if (attempted.request.isOnceOnly && mayHaveHappened[failure]) {
    return error(attempted, "OUTCOME_UNKNOWN", { ...known, advice: lookBeforeRepeating });
  }
  switch (failure) {
    case "aborted":
    case "not-started":
      return error(attempted, "ABORTED", { ...known });
    case "incomplete":
    case "garbled":
      return error(attempted, "UNEXPECTED_ANSWER", { ...known, advice: checkEndpoint });
    case "not-trusted":
      return error(attempted, "UNREACHABLE", {
        ...known,
        advice: "if the API has a certificate of your own authority, name it in NODE_EXTRA_CA_CERTS",
      });
    case "not-sent":
      return error(attempted, "UNREACHABLE", { ...known, advice: "check the endpoint and the network" });
    case "broken":
    case "timeout":
      return error(attempted, "UNREACHABLE", { ...known, advice: "try again later" });
  }
}

/** The error for an answer that is not a success. */
export function refusalError(reply: Reply): KeyApiError {
  const { answer, problem, request } = reply;
  const { status, requestId } = answer;
  const came = `answered ${status}${problem ? "" : withoutMeaning(reply)}`;
  const known = { status, requestId: problem?.requestId ?? requestId, apiCode: problem?.code };
  if (status >= 500) {
    return request.isOnceOnly
      ? error(reply, "OUTCOME_UNKNOWN", { ...known, came, said: said(reply), advice: lookBeforeRepeating })
      : error(reply, "API_FAILED", { ...known, came, said: said(reply), advice: "try again later" });
  }
  if (status < 400) {
    return error(reply, "UNEXPECTED_ANSWER", { ...known, came: `${came}${redirection(reply)}`, advice: checkEndpoint });
  }
  const { code, advice } = refusals[status] ?? otherRefusal;
  if (code === "RATE_LIMITED") {
    const pauseMs = askedPauseMs(answer, problem);
    const when = pauseMs === undefined ? "later" : `in ${Math.ceil(pauseMs / 1000)} seconds`;
    return error(reply, code, {
      ...known,
      came,
      said: said(reply),
      advice: `try again ${when}, with fewer calls at once`,
    });
  }
  if (answer.json === undefined) {
    return error(reply, "UNEXPECTED_ANSWER", { ...known, came, advice: checkEndpoint });
  }
  return error(reply, code, { ...known, came, said: said(reply), advice });
}

/** The error for a success whose content is not of the contract. `what` must not quote the answer. */
export function unexpectedError(reply: Reply, what: string): KeyApiError {
  const { status, requestId } = reply.answer;
  const came = `answered ${status}${reply.answer.json === undefined ? withoutMeaning(reply) : ""}, but ${what}`;
  return reply.request.isOnceOnly
    ? error(reply, "OUTCOME_UNKNOWN", { status, requestId, came, advice: lookBeforeRepeating })
    : error(reply, "UNEXPECTED_ANSWER", { status, requestId, came, advice: checkEndpoint });
}

const otherRefusal: { code: ErrorCode; advice: string } = { code: "REQUEST_REFUSED", advice: "correct the request" };

const refusals: Readonly<Record<number, { code: ErrorCode; advice: string }>> = {
  401: {
    code: "UNAUTHENTICATED",
    advice: "check that the credential is complete, and that it is not revoked or expired",
  },
  402: { code: "FORBIDDEN", advice: "check the plan and the billing of the account" },
  403: { code: "FORBIDDEN", advice: "use a credential that may do this; keys may need a login to be managed" },
  404: { code: "NOT_FOUND", advice: `check the id, or ${checkEndpoint}` },
  409: { code: "CONFLICT", advice: "look at the list of keys, and remove what is in the way" },
  429: { code: "RATE_LIMITED", advice: "" },
};

/** What the API said for itself: its code, message, fields at fault and advice. */
function said({ problem, request }: Reply): string {
  if (!problem) return "";
  const { code, message, fields, remediation } = problem;
  const parts = [
    code === undefined ? message : `${code}: ${message}`,
    ...fields,
    ...(remediation === undefined ? [] : [`the API advises: ${remediation}`]),
  ];
  return presentable(parts.join("; "), request);
}

function withoutMeaning({ answer, request }: Reply): string {
  if (answer.json !== undefined) return " with JSON of a form that the contract does not know";
  return answer.contentType === "" ? " without content" : ` with ${presentable(answer.contentType, request)}`;
}

/** Names the host of a redirect and no more: the rest of the address may hold anything. */
function redirection({ answer: { location }, host }: Reply): string {
  if (location === undefined) return "";
  const base = `http://${host}`;
  return URL.canParse(location, base) ? `, a redirect to ${new URL(location, base).host} that is not followed` : "";
}

interface Words {
  readonly came: string;
  readonly said?: string;
  readonly advice?: string;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly apiCode?: string | undefined;
}

function error({ request, host, tries }: Attempted, code: ErrorCode, words: Words): KeyApiError {
  const requestId = words.requestId === undefined ? undefined : presentable(words.requestId, request);
  const apiCode = words.apiCode === undefined ? undefined : presentable(words.apiCode, request);
  const message = [
    `cannot ${request.purpose}: ${request.method} ${request.path} on ${host}: ${words.came}`,
    tries > 1 ? ` after ${tries} tries` : "",
    words.said ? ` (${words.said})` : "",
    words.advice ? `; ${words.advice}` : "",
    requestId ? ` [request id ${requestId}]` : "",
  ].join("");
  const { method, path } = request;
  return new KeyApiError(code, message, { method, path, status: words.status, requestId, apiCode });
}
