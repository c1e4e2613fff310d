/**
 * Notes of a merge request on GitLab, through version 4 of its REST API.
 *
 * Five calls of a documented API, over the HTTP client that is here anyway; docs/dependencies.md says why no package is used.
 */
import * as z from "zod";
import type { Clock } from "../model/clock";
import type { Secret } from "../model/secret";
import type { CodeHost, HostComment } from "./code-host";
import { checkAnswer, unexpectedAnswer, withoutAnswer, type Asked, type HostAnswer } from "./host-error";
import { requestTimeoutMs, type HostFetch } from "./host-fetch";

/** Which merge request, and who asks. */
export interface GitLabOptions {
  /** Address of version 4 of the API: `https://gitlab.com/api/v4`. */
  readonly apiUrl: string;
  /** The id of the project, or its path with its groups. */
  readonly project: string;
  /** The number of the merge request in its project: its iid. */
  readonly number: number;
  /** Where a person finds the project; undefined if nobody has said. */
  readonly projectUrl: string | undefined;
  readonly token: Secret;
  readonly fetch: HostFetch;
  readonly clock: Clock;
}

const noteBody = z.object({ id: z.number(), body: z.string(), author: z.object({ id: z.number() }).nullish() });
const userBody = z.object({ id: z.number() });

const mostPages = 100;

/** The merge request. */
export function gitLab(options: GitLabOptions): CodeHost {
  const { project, number, projectUrl } = options;
  const place = `${project}!${number}`;
  const notes = `/projects/${encodeURIComponent(project)}/merge_requests/${number}/notes`;
  const ask = async (tried: string, call: Call): Promise<{ readonly answer: HostAnswer; readonly asked: Asked }> => {
    const asked = askedOf(options, `${tried} ${place}`);
    return { answer: checkAnswer(await send(options, call, asked), asked), asked };
  };
  const commentOf = (body: unknown, asked: Asked): HostComment => {
    const note = noteBody.safeParse(body);
    if (!note.success) throw unexpectedAnswer(asked);
    const { id, body: text, author } = note.data;
    const address = projectUrl ? `${projectUrl}/-/merge_requests/${number}#note_${id}` : `note ${id} of ${place}`;
    return { id, address, body: text, author: String(author?.id ?? "") };
  };
  const stored = async (tried: string, call: Call): Promise<HostComment> => {
    const { answer, asked } = await ask(tried, call);
    return commentOf(answer.body, asked);
  };
  return {
    name: "GitLab",
    longestComment: 1_000_000,
    self: async () => {
      const { answer, asked } = await ask("find out whose token this is, for", { method: "GET", path: "/user" });
      const user = userBody.safeParse(answer.body);
      if (!user.success) throw unexpectedAnswer(asked);
      return String(user.data.id);
    },
    comments: async () => {
      const found: HostComment[] = [];
      let page = "1";
      for (let count = 0; page !== "" && count < mostPages; count += 1) {
        const path = `${notes}?sort=asc&order_by=created_at&per_page=100&page=${page}`;
        const { answer, asked } = await ask("list the notes of", { method: "GET", path });
        if (!Array.isArray(answer.body)) throw unexpectedAnswer(asked);
        found.push(...answer.body.map((body: unknown) => commentOf(body, asked)));
        // Empty on the last page. Only a number: nothing that comes back decides where the token is sent.
        page = /^\d+$/.exec(answer.headers["x-next-page"] ?? "")?.[0] ?? "";
      }
      return found.sort((a, b) => a.id - b.id);
    },
    create: (body) => stored("comment on", { method: "POST", path: notes, body: { body } }),
    update: (id, body) => stored("update the note on", { method: "PUT", path: `${notes}/${id}`, body: { body } }),
    remove: async (id) => {
      await ask("remove the second note on", { method: "DELETE", path: `${notes}/${id}` });
    },
  };
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

function askedOf({ token, clock }: GitLabOptions, tried: string): Asked {
  return {
    host: "GitLab",
    tried,
    permission:
      "the token may not do this: it needs the scope api, and the role Reporter or more in the project; CI_JOB_TOKEN cannot comment",
    notFound: "there is no such merge request, or the token may not see it",
    token,
    now: clock.now(),
  };
}

async function send(
  { apiUrl, token, fetch }: GitLabOptions,
  { method, path, body }: Call,
  asked: Asked,
): Promise<HostAnswer> {
  try {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token.reveal()}`,
        "user-agent": "keyturn",
        ...(body && { "content-type": "application/json" }),
      },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: jsonOf(await response.text()) };
  } catch (error) {
    throw withoutAnswer(asked, error);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
