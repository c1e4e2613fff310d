/** Puts what GitHub refuses, and what does not reach it, into words that say which permission is missing and what to do. */
import { KeyturnError } from "../../model/error";
import type { GitHubOutcome } from "./github-request";

/** What was tried. */
export interface Attempt {
  /** The store. */
  readonly description: string;
  readonly what: "read" | "written";
  readonly kind: "secrets" | "variables";
  readonly isEnvironment: boolean;
}

/** A call of GitHub that has failed. */
export class GitHubError extends KeyturnError {
  override readonly name = "GitHubError";

  constructor(
    message: string,
    /** Whether it may have been carried out all the same, or may still be. */
    readonly mayHaveHappened: boolean,
  ) {
    super("STORE_UNREACHABLE", message);
  }
}

/** The error to throw for an outcome that is none of the good ones. */
export function gitHubProblem(outcome: GitHubOutcome, attempt: Attempt): GitHubError {
  return new GitHubError(
    `${attempt.description} cannot be ${attempt.what}: ${reasonOf(outcome, attempt)}`,
    outcome.mayHaveHappened,
  );
}

function reasonOf(outcome: GitHubOutcome, attempt: Attempt): string {
  if (outcome.status === undefined) return `${outcome.problem}. It is that of GITHUB_API_URL, where that is set`;
  const { status, message, limitedUntil } = outcome;
  const said =
    message === undefined ? `GitHub answered ${status}` : `GitHub answered ${status}, ${JSON.stringify(message)}`;
  if (limitedUntil)
    return `${said}: too many requests were made with this token. It takes more from ${limitedUntil} on`;
  switch (true) {
    case status === 200:
      return "the answer is not of GitHub's API; check GITHUB_API_URL, and what stands between";
    case status >= 300 && status < 400:
      return `${said}: the repository has been renamed or moved. Write its present name`;
    case status === 401:
      return `${said}: the token of GITHUB_TOKEN or GH_TOKEN is wrong or has expired. Make another one`;
    case status === 403:
      return `${said}: the token lacks a permission. ${permissionAdvice(outcome, attempt)}`;
    case status === 404:
      return `${said}: there is no such ${placeOf(attempt)}, or the token may not see it. ${permissionAdvice(outcome, attempt)}`;
    case status >= 500:
      return `${said}. Run it again later`;
    default:
      return said;
  }
}

function placeOf({ isEnvironment }: Attempt): string {
  return isEnvironment ? "repository or environment" : "repository";
}

function permissionAdvice(
  { neededPermissions }: { readonly neededPermissions?: string | undefined },
  attempt: Attempt,
): string {
  const asked =
    neededPermissions === undefined ? "" : `GitHub asks for ${JSON.stringify(neededPermissions.slice(0, 100))}. `;
  // Also reading needs what writing needs in the end.
  const permissions = attempt.isEnvironment ? '"Environments"' : '"Secrets" and "Variables"';
  return (
    `${asked}Give a fine-grained token or an app ${permissions} with read and write access to the repository, or a classic token the scope "repo". ` +
    "The token that GitHub makes for each run of a workflow can do neither"
  );
}
