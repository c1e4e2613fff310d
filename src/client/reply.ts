/** An answer together with the call that it belongs to: what error messages and readers need. */
import type { ApiErrorBody } from "../api/error-body";
import type { Answer } from "./answer";
import type { ApiRequest } from "./api-request";

/** A call, and how often it was tried. */
export interface Attempted {
  readonly request: ApiRequest;
  /** Host and port of the API. */
  readonly host: string;
  /** How many times the request was sent. */
  readonly tries: number;
}

/** The answer that a call ended with, whatever its status. */
export interface Reply extends Attempted {
  readonly answer: Answer;
  /** What the API said, if the answer is a refusal in a form that the contract knows. */
  readonly problem: ApiErrorBody | undefined;
}
