/**
 * Saying no: what a handler throws, and the body that the client then gets.
 *
 * The body's shape depends on the behaviour switch, because deployments differ; `api/error-body.ts` reads all of them.
 */
import type * as z from "zod";
import type { Behaviour } from "./behaviour";

/** Refuses a request with a status and a code of the contract. */
export class ApiFailure extends Error {
  constructor(
    readonly status: 400 | 401 | 402 | 403 | 404 | 409 | 413 | 429,
    readonly code: string,
    message: string,
    readonly extra: { readonly remediation?: string; readonly retryAfterSeconds?: number } = {},
  ) {
    super(message);
  }
}

/** One field at fault, as FastAPI names it. */
export interface FieldFault {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** Refuses a request whose content is not valid: 422. */
export class ValidationFailure extends Error {
  constructor(readonly fields: readonly FieldFault[]) {
    super("the request is not valid");
  }

  /** The issues of a schema, each located under `origin`: "body" or "query". */
  static of(error: z.ZodError, origin: "body" | "query"): ValidationFailure {
    return new ValidationFailure(
      error.issues.map(({ path, message, code }) => ({
        loc: [origin, ...path.map((step) => (typeof step === "number" ? step : String(step)))],
        msg: message,
        type: code,
      })),
    );
  }
}

/** The JSON body for a refusal. */
export function failureBody(failure: ApiFailure, shape: Behaviour["errorShape"], requestId: string): object {
  const { code, message, extra } = failure;
  switch (shape) {
    case "plain":
      return { detail: message };
    case "message":
      return { detail: { message, code } };
    case "nested":
      return { detail: { error: { code, message } } };
    case "current":
      return {
        detail: message,
        error: {
          code,
          message,
          ...(extra.remediation === undefined ? {} : { remediation: extra.remediation }),
          request_id: requestId,
          ...(extra.retryAfterSeconds === undefined ? {} : { retry_after_seconds: extra.retryAfterSeconds }),
        },
      };
  }
}

/** The body of a 500: the same in every setting, and without a word about the cause. */
export function unexpectedFailureBody(requestId: string): object {
  return { detail: "Internal server error", request_id: requestId };
}
