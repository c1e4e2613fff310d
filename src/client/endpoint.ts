/**
 * Reads the address of the API, and refuses one that would send credentials where they can be read.
 *
 * Plain http goes to this machine only, unless it is allowed in writing. A path in the endpoint is kept in front of every call.
 * Messages show the host at the most: whatever else is there may be a key that was pasted into the wrong setting.
 */
import { KeyturnError } from "../model/error";
import { isLoopback } from "../model/loopback";

/** Where the API is. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Host and port, for messages. */
  readonly host: string;
  /** What every path begins with: empty, or a path without a slash at its end. */
  readonly prefix: string;
}

/**
 * Reads an endpoint such as `https://api.pinbridge.io`.
 * @throws KeyturnError INVALID_CONFIGURATION
 */
export function parseEndpoint(text: string, allowInsecureHttp: boolean): Endpoint {
  if (!URL.canParse(text)) throw invalid("it is not a URL; write one like https://api.pinbridge.io");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw invalid("it does not begin with https://; write one like https://api.pinbridge.io");
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid("it contains a user name or a password; give credentials in their own settings");
  }
  if (url.protocol === "http:" && !allowInsecureHttp && !isLoopback(url.hostname)) {
    throw invalid(`plain http to ${url.host} would show keys to the network; use https, or allow insecure http`);
  }
  if (url.search !== "" || url.hash !== "") {
    throw invalid(`it has a query or a fragment after ${url.host}; give the address alone`);
  }
  return { origin: url.origin, host: url.host, prefix: url.pathname.replace(/\/+$/, "") };
}

function invalid(reason: string): KeyturnError {
  return new KeyturnError("INVALID_CONFIGURATION", `the endpoint cannot be used: ${reason}`);
}
