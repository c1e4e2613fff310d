/**
 * Sends requests to GitHub's REST API, waits where GitHub asks for it, and tries again what may be repeated.
 *
 * Everything that is sent here may be: setting, changing and deleting by name does the same a second time, and a variable that is made a
 * second time is refused. Whoever gets no answer is told whether the request may have been carried out.
 */
import { systemClock } from "../../model/clock";
import { Instant } from "../../model/instant";
import { Secret } from "../../model/secret";
import { packageVersion } from "../../model/version";
import { askedPauseMs, NoAnswerError, requestJson, type HttpLimits, type JsonAnswer } from "../http";

/** One request. */
export interface GitHubRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the root of the API, encoded. */
  readonly path: string;
  readonly body?: object;
}

/** What came back. */
export type GitHubOutcome =
  | {
      readonly status: number;
      /** The body, if it is JSON. It may hold what was sent, so it goes into no message. */
      readonly json: unknown;
      /** What GitHub said in one line: `message` of an error. */
      readonly message: string | undefined;
      /** The time of the server. */
      readonly servedAt: Instant | undefined;
      /** The permissions that a token would need: `secrets=write`. */
      readonly neededPermissions: string | undefined;
      /** Until when GitHub wants no requests; undefined if this is not why it refused. */
      readonly limitedUntil: Instant | undefined;
      /** Whether a try before this one has got no answer, and so may have been carried out. */
      readonly mayHaveHappened: boolean;
    }
  /** No answer. `problem` says why, in words. */
  | {
      readonly status: undefined;
      readonly problem: string;
      readonly mayHaveHappened: boolean;
    };

/** The longest pause that is waited for. GitHub's hourly limits are longer, and end the work instead. */
const longestPauseMs = 30_000;

/** The pauses before the second try, and the ones after it. */
const pausesMs: readonly number[] = [250, 500, 1500];

/**
 * Sends a request. Never rejects because of the network.
 * @param limits how long one try may take, and by which clock pauses are. @default - as for every store
 */
export async function sendToGitHub(
  request: GitHubRequest,
  access: { readonly url: string; readonly token: Secret },
  limits: Partial<HttpLimits> = {},
): Promise<GitHubOutcome> {
  const clock = limits.clock ?? systemClock;
  let mayHaveHappened = false;
  for (let tries = 0; ; tries += 1) {
    const outcome = await sendOnce(request, access, { ...limits, clock });
    const pauseMs = pauseAfter(outcome, tries, clock.now());
    if (outcome.status === undefined || outcome.status >= 500) mayHaveHappened ||= outcome.mayHaveHappened;
    if (pauseMs === undefined) return { ...outcome, mayHaveHappened };
    await clock.sleep({ ms: pauseMs });
  }
}

/** @returns undefined if there is no other try */
function pauseAfter(outcome: GitHubOutcome, tries: number, now: Instant): number | undefined {
  const pauseMs = pausesMs[tries];
  if (pauseMs === undefined) return undefined;
  if (outcome.status === undefined || outcome.status >= 500) return pauseMs;
  if (outcome.limitedUntil === undefined) return undefined;
  const asked = (outcome.servedAt ?? now).msUntil(outcome.limitedUntil);
  return asked > longestPauseMs ? undefined : Math.max(asked, pauseMs);
}

/** One try: when there is another one is GitHub's own matter, since it tells its limits in headers of its own, and with 403 as well. */
async function sendOnce(
  { method, path, body }: GitHubRequest,
  { url, token }: { readonly url: string; readonly token: Secret },
  limits: Partial<HttpLimits> & Pick<HttpLimits, "clock">,
): Promise<GitHubOutcome> {
  const { origin, pathname } = new URL(url);
  const headers = {
    accept: "application/vnd.github+json",
    authorization: new Secret(`Bearer ${token.reveal()}`),
    "user-agent": `keyturn/${packageVersion}`,
    "x-github-api-version": "2022-11-28",
  };
  try {
    const from = { origin, path: pathname.replace(/\/$/, "") + path, method, headers };
    return read(await requestJson({ ...from, ...(body && { body }), isIdempotent: false }, limits), limits.clock.now());
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    return { status: undefined, problem: error.message, mayHaveHappened: error.mayHaveHappened };
  }
}

function read(answer: JsonAnswer, now: Instant): GitHubOutcome {
  const { status, json, headers } = answer;
  const servedMs = Date.parse(headers["date"] ?? "");
  const servedAt = Number.isNaN(servedMs) ? undefined : Instant.ofEpochMs(servedMs);
  return {
    status,
    json,
    message: messageIn(json),
    servedAt,
    neededPermissions: headers["x-accepted-github-permissions"],
    limitedUntil: limitedUntil(answer, servedAt ?? now),
    mayHaveHappened: status >= 500,
  };
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function limitedUntil({ status, headers }: JsonAnswer, now: Instant): Instant | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const askedMs = askedPauseMs(headers, { clock: { now: () => now } });
  if (askedMs !== undefined) return now.plus({ ms: askedMs });
  const reset = headers["x-ratelimit-reset"] ?? "";
  if (headers["x-ratelimit-remaining"] === "0" && /^\d{1,12}$/.test(reset)) {
    return Instant.ofEpochMs(Number(reset) * 1000);
  }
  // GitHub asks for a minute where it names no time.
  return status === 429 ? now.plus({ ms: 60_000 }) : undefined;
}

function messageIn(json: unknown): string | undefined {
  if (typeof json !== "object" || json === null || !("message" in json) || typeof json.message !== "string") {
    return undefined;
  }
  return json.message.replaceAll(/\p{Cc}/gu, " ").slice(0, 200);
}
