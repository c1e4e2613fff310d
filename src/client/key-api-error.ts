/**
 * The error of a call to the API that did not go well.
 *
 * Its message says what was tried, what came back and what to do. It never holds a secret, a header or a body, and it has no cause:
 * what undici and the parsers throw may quote the answer, and the answer may hold a new key's secret.
 */
import { KeyturnError, type ErrorCode } from "../model/error";

/** What is known of a call that failed. */
export interface KeyApiErrorDetails {
  readonly method: string;
  readonly path: string;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly apiCode?: string | undefined;
}

/** A call to the API failed. Match on `code`. */
export class KeyApiError extends KeyturnError {
  override readonly name = "KeyApiError";
  /** The HTTP method of the call. */
  readonly method: string;
  /** The path of the call as the API documents it: without the endpoint's prefix and without a query. */
  readonly path: string;
  /** The HTTP status; undefined if no answer came. */
  readonly status: number | undefined;
  /** The name of the call in the API's own logs; undefined if it gave none. */
  readonly requestId: string | undefined;
  /** The API's own code, such as `insufficient_scope`; undefined if it gave none. */
  readonly apiCode: string | undefined;

  constructor(code: ErrorCode, message: string, { method, path, status, requestId, apiCode }: KeyApiErrorDetails) {
    super(code, message);
    this.method = method;
    this.path = path;
    this.status = status;
    this.requestId = requestId;
    this.apiCode = apiCode;
  }
}
