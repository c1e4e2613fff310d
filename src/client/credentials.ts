/**
 * What the client shows to the API to be let in, and the check that it can be sent at all.
 *
 * A request carries one credential in one header. The API would look at a second one in an order of its own.
 */
import { apiKeyHeader } from "../api/header";
import { KeyturnError, type ErrorCode } from "../model/error";
import type { Secret } from "../model/secret";

/**
 * Who the client is to the API.
 *
 * - `key`: an API key. Whether a key may create keys is up to the deployment.
 * - `token`: a token from a login made elsewhere. It is not renewed.
 * - `login`: email and password. The client logs in at the first call, and again when the API no longer takes the token.
 *   With a `projectId`, it acts in that project; without, in the one that is active at login.
 */
export type Credentials =
  | { readonly kind: "key"; readonly secret: Secret }
  | { readonly kind: "token"; readonly token: Secret }
  | {
      readonly kind: "login";
      readonly email: string;
      readonly password: Secret;
      /** @default - the project that is active at login */
      readonly projectId?: string | undefined;
    };

/** One header that lets a request in. */
export interface CredentialHeader {
  readonly name: typeof apiKeyHeader | "authorization";
  readonly secret: Secret;
}

/** Presents an API key. */
export function keyHeader(secret: Secret): CredentialHeader {
  return { name: apiKeyHeader, secret };
}

/** Presents a token. */
export function tokenHeader(secret: Secret): CredentialHeader {
  return { name: "authorization", secret };
}

// Visible ASCII: what RFC 9110, 5.5 allows in a field value, without the blanks that no key or token has.
const sendable = /^[\x21-\x7e]+$/;

/**
 * Refuses a secret that no header can carry, such as one read from a file with its line break.
 * @throws KeyturnError of the given code, without the secret
 */
export function checkSendable(secret: Secret, what: string, code: ErrorCode): void {
  const value = secret.reveal();
  if (value === "") throw new KeyturnError(code, `the ${what} is empty`);
  if (!sendable.test(value)) {
    throw new KeyturnError(
      code,
      `the ${what} contains a blank, a line break or another character that a header cannot carry; check how it was copied`,
    );
  }
}

/**
 * Refuses credentials that cannot work, before anything is sent.
 * @throws KeyturnError INVALID_CONFIGURATION, without the secret
 */
export function checkCredentials(credentials: Credentials): void {
  switch (credentials.kind) {
    case "key":
      checkSendable(credentials.secret, "API key", "INVALID_CONFIGURATION");
      return;
    case "token":
      checkSendable(credentials.token, "token", "INVALID_CONFIGURATION");
      return;
    case "login":
      if (credentials.email === "") throw new KeyturnError("INVALID_CONFIGURATION", "the login has no email");
      if (credentials.password.reveal() === "") {
        throw new KeyturnError("INVALID_CONFIGURATION", "the login has no password");
      }
      if (credentials.projectId === "")
        throw new KeyturnError("INVALID_CONFIGURATION", "the login's project id is empty");
      return;
  }
}
