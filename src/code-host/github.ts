/**
 * Comments of a pull request on GitHub, and on GitHub Enterprise Server, through GitHub's own client.
 *
 * A pull request is an issue there, and a comment on the whole of it is an issue comment.
 */
import * as z from "zod";
import type { Clock } from "../model/clock";
import type { Secret } from "../model/secret";
import type { CodeHost, HostComment } from "./code-host";
import { checkAnswer, unexpectedAnswer, withoutAnswer, type Asked, type HostAnswer } from "./host-error";
import { requestTimeoutMs, type HostFetch } from "./host-fetch";

/** Which pull request, and who asks. */
export interface GitHubOptions {
  /** Address of the REST API: `https://api.github.com`, or `https://HOST/api/v3`. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repository: string;
  readonly number: number;
  readonly token: Secret;
  readonly fetch: HostFetch;
  readonly clock: Clock;
}

const commentBody = z.object({
  id: z.number(),
  html_url: z.string(),
  body: z.string().nullish(),
  // Null for an account that was deleted.
  user: z.object({ login: z.string() }).nullable(),
});

const viewerBody = z.object({ data: z.object({ viewer: z.object({ login: z.string() }) }) });

/** So many comments are not read in any reasonable time, and no pull request has them. */
const mostPages = 100;

/** The pull request. */
export function gitHub(options: GitHubOptions): CodeHost {
  const { owner, repository, number, apiUrl } = options;
  const place = `${owner}/${repository}#${number}`;
  const list = "/repos/{owner}/{repo}/issues/{issue_number}/comments";
  const single = "/repos/{owner}/{repo}/issues/comments/{comment_id}";
  const about = { owner, repo: repository };
  const ask = async (tried: string, route: Route): Promise<{ readonly answer: HostAnswer; readonly asked: Asked }> => {
    const asked = askedOf(options, `${tried} ${place}`);
    return { answer: checkAnswer(await send(options, route, asked), asked), asked };
  };
  const stored = async (tried: string, route: Route): Promise<HostComment> => {
    const { answer, asked } = await ask(tried, route);
    return commentOf(answer.body, asked);
  };
  return {
    name: "GitHub",
    longestComment: 65_536,
    // The token of a workflow may not read "the authenticated user" of REST; GraphQL tells it the same.
    self: async () => {
      const route = { method: "POST", url: graphqlUrl(apiUrl), query: "query { viewer { login } }" };
      const { answer, asked } = await ask("find out whose token this is, for", route);
      const viewer = viewerBody.safeParse(answer.body);
      if (!viewer.success) throw unexpectedAnswer(asked);
      return viewer.data.data.viewer.login.toLowerCase();
    },
    comments: async () => {
      const found: HostComment[] = [];
      for (let page = 1; page <= mostPages; page += 1) {
        const route = { method: "GET", url: list, ...about, issue_number: number, per_page: 100, page };
        const { answer, asked } = await ask("list the comments of", route);
        if (!Array.isArray(answer.body)) throw unexpectedAnswer(asked);
        found.push(...answer.body.map((body: unknown) => commentOf(body, asked)));
        if (!/rel="next"/.test(answer.headers["link"] ?? "")) break;
      }
      return found.sort((a, b) => a.id - b.id);
    },
    create: (body) => stored("comment on", { method: "POST", url: list, ...about, issue_number: number, body }),
    update: (id, body) =>
      stored("update the comment on", { method: "PATCH", url: single, ...about, comment_id: id, body }),
    remove: async (id) => {
      await ask("remove the second comment on", { method: "DELETE", url: single, ...about, comment_id: id });
    },
  };
}

type Route = { readonly method: string; readonly url: string } & Readonly<Record<string, unknown>>;

function askedOf({ token, clock }: GitHubOptions, tried: string): Asked {
  return {
    host: "GitHub",
    tried,
    permission:
      "the token may not do this: give the job `permissions: pull-requests: write`; a run for a pull request from a fork never gets it",
    notFound: "there is no such pull request, or the token may not see it",
    token,
    now: clock.now(),
  };
}

/** An answer is an answer, also one that the client throws. */
async function send({ apiUrl, token, fetch }: GitHubOptions, route: Route, asked: Asked): Promise<HostAnswer> {
  const { request } = await import("@octokit/request");
  try {
    const answer: ClientAnswer = await request({
      ...route,
      baseUrl: apiUrl,
      headers: { authorization: `Bearer ${token.reveal()}`, "x-github-api-version": "2022-11-28" },
      request: { fetch, signal: AbortSignal.timeout(requestTimeoutMs) },
    });
    return answerOf(answer);
  } catch (error) {
    const { response } = error as { readonly response?: ClientAnswer };
    if (!response) throw withoutAnswer(asked, error);
    return answerOf(response);
  }
}

/** An answer as the client has it. */
interface ClientAnswer {
  readonly status: number;
  readonly headers: object;
  readonly data: unknown;
}

function answerOf({ status, headers, data }: ClientAnswer): HostAnswer {
  return { status, headers: headers as HostAnswer["headers"], body: data };
}

/** On a server of one's own the two APIs are beside each other: /api/v3 and /api/graphql. */
function graphqlUrl(apiUrl: string): string {
  return `${apiUrl.replace(/\/v3$/, "")}/graphql`;
}

function commentOf(body: unknown, asked: Asked): HostComment {
  const comment = commentBody.safeParse(body);
  if (!comment.success) throw unexpectedAnswer(asked);
  const { id, html_url: address, body: text, user } = comment.data;
  return { id, address, body: text ?? "", author: user?.login.toLowerCase() ?? "" };
}
