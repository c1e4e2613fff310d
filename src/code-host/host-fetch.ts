/**
 * The `fetch` that talks to code hosts: through the proxy that the environment names, as runners in companies need it.
 */
import { EnvHttpProxyAgent, fetch, type RequestInit, type Response } from "undici";

/** Sends a request. */
export type HostFetch = (url: string, init?: RequestInit) => Promise<Response>;

/** A `fetch` that goes by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` of these variables. */
export function hostFetch(variables: Readonly<Record<string, string | undefined>>): HostFetch {
  const either = (name: string): string | undefined => variables[name.toLowerCase()] ?? variables[name];
  const [httpProxy, httpsProxy] = [either("HTTP_PROXY"), either("HTTPS_PROXY")];
  if (!httpProxy && !httpsProxy) return fetch;
  const dispatcher = new EnvHttpProxyAgent({
    ...(httpProxy && { httpProxy }),
    ...(httpsProxy && { httpsProxy }),
    noProxy: either("NO_PROXY") ?? "",
  });
  return (url, init) => fetch(url, { ...init, dispatcher });
}

/** The longest that a request may take. */
export const requestTimeoutMs = 30_000;
