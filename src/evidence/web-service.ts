/**
 * Asks a web service that may know about the use of keys, and says in words why there is no answer.
 *
 * One try, ten seconds, no redirect: a token goes to the configured host and nowhere else. Who gave no answer is not asked again for
 * as long, so that a plan of a thousand keys does not wait a thousand times. It uses the transport of the API client, which is loaded
 * at the first question only.
 */
import type { ApiRequest } from "../client/api-request";
import type { Answer } from "../client/answer";
import type { Transport } from "../client/transport";
import type { Clock } from "../model/clock";
import { Duration } from "../model/duration";
import { KeyturnError } from "../model/error";
import type { Instant } from "../model/instant";
import { Secret } from "../model/secret";

/** How long one question may take, and how long nobody asks again after no answer came. */
const timeLimit = Duration.seconds(10);

/** How a service is reached. */
export interface WebServiceSettings {
  /** Where it is. Only the origin and the path count. */
  readonly url: string;
  /** The name of the environment variable that holds a bearer token. @default - no token is sent */
  readonly bearerTokenVariable?: string | undefined;
}

/** What a service is asked with. */
export interface WebServiceParts {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly userAgent: string;
}

/** A question. */
interface Question extends Pick<ApiRequest, "method" | "path" | "form"> {
  /** What the service says for itself in a refusal, if it says so in JSON. */
  readonly refusal?: (json: unknown) => string | undefined;
}

/** The JSON that came, with the service's own time; or why none came, in words and without a secret. */
type Reply = { readonly json: unknown; readonly servedAt: Instant } | { readonly problem: string };

/** A service that answers in JSON. */
export interface WebService {
  /** @throws KeyturnError ABORTED */
  ask(question: Question, signal: AbortSignal | undefined): Promise<Reply>;
}

/** Prepares a service. Nothing is connected before the first question. */
export function webService({ url, bearerTokenVariable }: WebServiceSettings, parts: WebServiceParts): WebService {
  const { origin, host } = new URL(url);
  let transport: Promise<Transport> | undefined;
  let silence: { readonly problem: string; readonly until: Instant } | undefined;

  async function open(): Promise<Transport> {
    const { openTransport } = await import("../client/transport.js");
    return openTransport({
      endpoint: { origin, host, prefix: "" },
      clock: parts.clock,
      userAgent: parts.userAgent,
      requestTimeoutMs: timeLimit.ms,
      closing: new AbortController().signal,
    });
  }

  return {
    ask: async ({ refusal, ...question }, signal) => {
      const token = bearerTokenVariable === undefined ? undefined : parts.variables[bearerTokenVariable];
      const missing = bearerTokenVariable !== undefined && tokenProblem(token, bearerTokenVariable);
      if (missing) return { problem: missing };
      if (silence && parts.clock.now().isBefore(silence.until)) return { problem: silence.problem };
      const request: ApiRequest = {
        ...question,
        purpose: "ask for evidence",
        ...(token === undefined ? {} : { credential: { name: "authorization", secret: new Secret(token) } }),
      };
      const outcome = await (await (transport ??= open())).send(request, signal);
      if ("failure" in outcome) {
        if (outcome.failure === "aborted" || outcome.failure === "not-started") {
          throw new KeyturnError("ABORTED", `cannot ask ${host} for evidence: ended by the caller`);
        }
        const problem = `${host}: ${outcome.reason}; check that it runs, and that it can be reached from here`;
        silence = { problem, until: parts.clock.now().plus(timeLimit) };
        return { problem };
      }
      const words = refusalWords(outcome, bearerTokenVariable);
      if (words === undefined) return { json: outcome.json, servedAt: outcome.servedAt };
      const said = refusal?.(outcome.json);
      const { presentable } = await import("../client/redact.js");
      return {
        problem: `${host} answered ${words}${said === undefined ? "" : ` (it says: ${presentable(said, request)})`}`,
      };
    },
  };
}

function tokenProblem(token: string | undefined, variable: string): string | undefined {
  if (!token) return `the environment variable ${variable}, which is to hold the token, is not set`;
  // RFC 6750, 2.1; a line break at the end of a file is what usually goes wrong.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    return `the token in the environment variable ${variable} has a blank, a line break or another character that cannot be sent`;
  }
  return undefined;
}

/** Why an answer is of no use; undefined if it is. */
function refusalWords(
  { status, json, location, contentType }: Answer,
  variable: string | undefined,
): string | undefined {
  if (status >= 200 && status < 300) {
    if (json !== undefined) return undefined;
    return `${status} ${contentType === "" ? "without content" : "with something else than JSON"}; check the address`;
  }
  if (status < 400) {
    return `${status}, a redirect${location === undefined ? "" : " elsewhere"} that is not followed; write the address that it leads to`;
  }
  if (status === 401 || status === 403) {
    return variable === undefined
      ? `${status}; it wants a token: name the environment variable that holds it`
      : `${status}; check the token in the environment variable ${variable}`;
  }
  return status === 404 ? "404; check the address" : String(status);
}
