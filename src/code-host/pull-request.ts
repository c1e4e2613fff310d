/**
 * Finds out which pull request a pipeline runs for, from what the code host tells its jobs, and from options that say it better.
 *
 * Sources: docs.github.com, "Default environment variables" and "Webhook events and payloads"; docs.gitlab.com, "Predefined CI/CD variables".
 */
import { KeyturnError } from "../model/error";
import { isLoopback } from "../model/loopback";
import { Secret } from "../model/secret";
import type { Clock } from "../model/clock";
import type { CodeHost } from "./code-host";
import { gitHub } from "./github";
import { gitLab } from "./gitlab";
import { hostFetch } from "./host-fetch";

/** What the command line says of it. */
export interface PullRequestOptions {
  readonly host?: "github" | "gitlab";
  readonly apiUrl?: string;
  /** `owner/name` on GitHub, the id or the path of the project on GitLab. */
  readonly repository?: string;
  readonly number?: number;
  /** The name of the variable that holds the token. */
  readonly tokenVariable?: string;
}

/** Where else to look. */
export interface PullRequestSources {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly readFile: (file: string) => Promise<string>;
  readonly clock: Clock;
}

/**
 * The pull request of this run.
 * @throws KeyturnError INVALID_CONFIGURATION that names what is missing, and how to give it
 */
export async function findPullRequest(options: PullRequestOptions, sources: PullRequestSources): Promise<CodeHost> {
  const { variables, clock } = sources;
  const shared = { fetch: hostFetch(variables), clock };
  switch (options.host ?? hostOf(variables)) {
    case "github": {
      const repository = options.repository ?? variables["GITHUB_REPOSITORY"];
      const [owner, name, ...rest] = repository?.split("/") ?? [];
      if (!owner || !name || rest.length > 0) throw missing("the repository", "--repo OWNER/NAME", "GITHUB_REPOSITORY");
      return gitHub({
        ...shared,
        owner,
        repository: name,
        number: options.number ?? (await numberOnGitHub(sources)),
        apiUrl: addressOf(options.apiUrl ?? (variables["GITHUB_API_URL"] || "https://api.github.com")),
        token: tokenIn(variables, options.tokenVariable ?? "GITHUB_TOKEN"),
      });
    }
    case "gitlab": {
      const project = options.repository ?? variables["CI_PROJECT_ID"];
      if (!project) throw missing("the project", "--repo ID or --repo GROUP/NAME", "CI_PROJECT_ID");
      return gitLab({
        ...shared,
        project,
        projectUrl: options.repository === undefined ? variables["CI_PROJECT_URL"] : undefined,
        number: options.number ?? numberOnGitLab(variables),
        apiUrl: addressOf(options.apiUrl ?? (variables["CI_API_V4_URL"] || "https://gitlab.com/api/v4")),
        token: tokenIn(variables, options.tokenVariable ?? "GITLAB_TOKEN"),
      });
    }
  }
}

function hostOf(variables: PullRequestSources["variables"]): "github" | "gitlab" {
  if (variables["GITHUB_ACTIONS"] || variables["GITHUB_REPOSITORY"]) return "github";
  if (variables["GITLAB_CI"] || variables["CI_API_V4_URL"]) return "gitlab";
  throw new KeyturnError(
    "INVALID_CONFIGURATION",
    "this is neither a job of GitHub Actions nor one of GitLab CI; say where to comment with --host, --repo and --number",
  );
}

/** A merged preview of a pull request is checked out at refs/pull/N/merge; other events tell the number in their payload. */
async function numberOnGitHub({ variables, readFile }: PullRequestSources): Promise<number> {
  const inRef = /^refs\/pull\/(\d+)\//.exec(variables["GITHUB_REF"] ?? "")?.[1];
  if (inRef !== undefined) return Number(inRef);
  const file = variables["GITHUB_EVENT_PATH"];
  const number = file ? numberInEvent(await readFile(file).catch(() => "")) : undefined;
  if (number !== undefined) return number;
  throw new KeyturnError(
    "INVALID_CONFIGURATION",
    "this run is not for a pull request; run it on pull_request, or name one with --number",
  );
}

function numberInEvent(text: string): number | undefined {
  try {
    const { pull_request: pull, issue } = JSON.parse(text) as {
      readonly pull_request?: { readonly number?: unknown };
      readonly issue?: { readonly number?: unknown; readonly pull_request?: unknown };
    };
    const number = pull?.number ?? (issue?.pull_request ? issue.number : undefined);
    return typeof number === "number" ? number : undefined;
  } catch {
    return undefined;
  }
}

function numberOnGitLab(variables: PullRequestSources["variables"]): number {
  const number = variables["CI_MERGE_REQUEST_IID"] ?? "";
  if (/^\d+$/.test(number)) return Number(number);
  throw new KeyturnError(
    "INVALID_CONFIGURATION",
    "this job is not for a merge request; run it on merge_request_event, or name one with --number",
  );
}

function tokenIn(variables: PullRequestSources["variables"], name: string): Secret {
  const token = variables[name]?.trim();
  if (token) return new Secret(token);
  throw new KeyturnError(
    "INVALID_CONFIGURATION",
    `there is no token in ${name}; hand it to the job as a variable of that name, or name another one with --token-variable`,
  );
}

/** The token goes there, so it must not be readable on the way. */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url && isSafe && url.username === "" && url.search === "") return text.replace(/\/+$/, "");
  throw new KeyturnError(
    "INVALID_CONFIGURATION",
    "the address of the code host's API cannot be used; write one that begins with https://, without credentials, such as https://api.github.com",
  );
}

function missing(what: string, option: string, variable: string): KeyturnError {
  return new KeyturnError("INVALID_CONFIGURATION", `${what} is not known; give ${option}, or set ${variable}`);
}
