/**
 * Sends requests to GitHub's REST API, waits where GitHub asks for it, and tries again what may be repeated.
 *
 * Everything that is sent here may be: setting, changing and deleting by name does the same a second time, and a variable that is made a
 * second time is refused. Whoever gets no answer is told whether the request may have been carried out.
 */
import { systemClock } from "../../model/clock";
import { Instant } from "../../model/instant";
import { packageVersion } from "../../model/version";
import type { Secret } from "../../model/secret";

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
      readonly isTimeout: boolean;
      readonly mayHaveHappened: boolean;
    };

/** How long one try may take. */
const timeLimitMs = 10_000;

/** The longest pause that is waited for. GitHub's hourly limits are longer, and end the work instead. */
const longestPauseMs = 30_000;

/** The pauses before the second try, and the ones after it. */
const pausesMs: readonly number[] = [250, 500, 1500];

/** GitHub's answers have some kilobytes. */
const longestBody = 1024 * 1024;

/** Sends a request. Never rejects because of the network. */
export async function sendToGitHub(
  request: GitHubRequest,
  { url, token }: { readonly url: string; readonly token: Secret },
): Promise<GitHubOutcome> {
  let mayHaveHappened = false;
  for (let tries = 0; ; tries += 1) {
    const outcome = await sendOnce(request, { url, token });
    const pauseMs = pauseAfter(outcome, tries);
    if (outcome.status === undefined || outcome.status >= 500) mayHaveHappened ||= outcome.mayHaveHappened;
    if (pauseMs === undefined) return { ...outcome, mayHaveHappened };
    await systemClock.sleep({ ms: pauseMs });
  }
}

/** @returns undefined if there is no other try */
function pauseAfter(outcome: GitHubOutcome, tries: number): number | undefined {
  const pauseMs = pausesMs[tries];
  if (pauseMs === undefined) return undefined;
  // Who has waited for two answers in vain need not wait for two more.
  if (outcome.status === undefined && outcome.isTimeout && tries > 0) return undefined;
  if (outcome.status === undefined || outcome.status >= 500) return pauseMs;
  if (outcome.limitedUntil === undefined) return undefined;
  const asked = (outcome.servedAt ?? systemClock.now()).msUntil(outcome.limitedUntil);
  return asked > longestPauseMs ? undefined : Math.max(asked, pauseMs);
}

async function sendOnce(
  { method, path, body }: GitHubRequest,
  { url, token }: { readonly url: string; readonly token: Secret },
): Promise<GitHubOutcome> {
  const { request } = await import("undici");
  try {
    const answer = await request(url + path, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token.reveal()}`,
        "user-agent": `keyturn/${packageVersion}`,
        "x-github-api-version": "2022-11-28",
        ...(body ? { "content-type": "application/json" } : {}),
      },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(timeLimitMs),
    });
    const text = await readText(answer.body);
    return read(answer.statusCode, answer.headers, text);
  } catch (error) {
    return { status: undefined, ...describeFailure(error) };
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > longestBody) throw new Error("its answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function read(status: number, headers: Headers, text: string): GitHubOutcome {
  const one = (name: string): string | undefined => [headers[name]].flat()[0];
  const servedAt = dateOf(one("date"));
  const json = parse(text);
  return {
    status,
    json,
    message: messageIn(json),
    servedAt,
    neededPermissions: one("x-accepted-github-permissions"),
    limitedUntil: limitedUntil(status, one, servedAt ?? systemClock.now()),
    mayHaveHappened: status >= 500,
  };
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function limitedUntil(status: number, header: (name: string) => string | undefined, now: Instant): Instant | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const seconds = header("retry-after");
  if (seconds !== undefined && /^\d{1,6}$/.test(seconds)) return now.plus({ ms: Number(seconds) * 1000 });
  const reset = header("x-ratelimit-reset");
  if (header("x-ratelimit-remaining") === "0" && reset !== undefined && /^\d{1,12}$/.test(reset)) {
    return Instant.ofEpochMs(Number(reset) * 1000);
  }
  // GitHub asks for a minute where it names no time.
  return status === 429 ? now.plus({ ms: 60_000 }) : undefined;
}

/** What is certain not to have left this machine, or not to have reached GitHub. */
const neverSent: readonly string[] = [
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
];

function describeFailure(error: unknown): Omit<Extract<GitHubOutcome, { readonly status: undefined }>, "status"> {
  const { name, code } = namesOf(error);
  if (name === "TimeoutError" || code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
    const problem = `there was no answer within ${timeLimitMs / 1000} s`;
    return { problem, isTimeout: true, mayHaveHappened: true };
  }
  return {
    // Only the code: a message of the network may show an address that holds a password.
    problem: `there was no whole answer (${code || name || "the connection broke"})`,
    isTimeout: false,
    mayHaveHappened: !neverSent.includes(code) && !/CERT|TLS|SSL/.test(code),
  };
}

/** Goes by the names alone: errors of Node's own modules may come from another realm. */
function namesOf(error: unknown): { readonly name: string; readonly code: string } {
  const { name, code } = typeof error === "object" && error !== null ? (error as Partial<NodeJS.ErrnoException>) : {};
  return { name: typeof name === "string" ? name : "", code: typeof code === "string" ? code : "" };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageIn(json: unknown): string | undefined {
  if (typeof json !== "object" || json === null || !("message" in json) || typeof json.message !== "string") {
    return undefined;
  }
  return json.message.replaceAll(/\p{Cc}/gu, " ").slice(0, 200);
}

function dateOf(text: string | undefined): Instant | undefined {
  const ms = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : Instant.ofEpochMs(ms);
}
