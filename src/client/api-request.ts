/**
 * One call to the API, before it is sent.
 *
 * Whether it may be repeated is part of the call, because a wrong repetition leaves a live key that nobody knows of.
 */
import type { Secret } from "../model/secret";
import type { CredentialHeader } from "./credentials";

/** A call to the API. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The path that the API documents, without the endpoint's prefix and without a query. */
  readonly path: string;
  readonly query?: URLSearchParams;
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent as a form, in place of a body. */
  readonly form?: URLSearchParams;
  readonly credential?: CredentialHeader;
  /** What the body has of secrets, to be taken out of whatever the API says about the call. */
  readonly secrets?: readonly Secret[];
  /** What the call is for, to follow "cannot": `list the keys`. */
  readonly purpose: string;
  /** True if it must not happen twice: it is then never sent again once it may have happened. */
  readonly isOnceOnly?: boolean;
}
