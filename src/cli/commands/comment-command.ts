/** `keyturn comment`. What it does is loaded only when it runs. */
import { InvalidArgumentError, Option, type Command } from "commander";
import type { CommentOptions } from "../comment";
import type { CommandContext } from "./command-context";

const help = `
FILE is a report that "keyturn review --format markdown --out FILE" has written; - reads it from the input. The comment of an earlier run is
updated: the one that this token wrote, and whose hidden last line names the same stacks. If the stacks of a project come and go, give
--name, which takes their place. Comments of others are never touched.

In GitHub Actions and GitLab CI everything but the token is known. The token is read from the environment only.
  GitHub  GITHUB_TOKEN; the job needs "permissions: pull-requests: write"
  GitLab  GITLAB_TOKEN, an access token of the project with the scope api; CI_JOB_TOKEN cannot comment

Environment:
  GITHUB_REPOSITORY, GITHUB_REF, GITHUB_EVENT_PATH, GITHUB_API_URL          set by GitHub Actions
  CI_PROJECT_ID, CI_MERGE_REQUEST_IID, CI_API_V4_URL, CI_PROJECT_URL        set by GitLab CI
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY                                         a proxy on the way`;

/** Adds the command. */
export function addCommentCommand(program: Command, { environment }: CommandContext): void {
  program
    .command("comment")
    .description("put the report of a review on its pull request, in place of the one before")
    .argument("<file>", "the report in Markdown")
    .option("--name <name>", "what the comment is found again by, in place of the names of the stacks")
    .option("--dry-run", "change nothing, and say what would be done")
    .addOption(new Option("--host <host>", "the code host").choices(["github", "gitlab"]))
    .option("--repo <repository>", "OWNER/NAME, or the id or path of the project on GitLab")
    .option("--number <number>", "number of the pull request, or iid of the merge request", parseNumber)
    .option("--api-url <url>", "address of the code host's API")
    .option("--token-variable <name>", "environment variable that holds the token")
    .addHelpText("after", help)
    .action(async (file: string, options: CommentOptions) => {
      const { comment } = await import("../comment.js");
      await comment(file, options, environment);
    });
}

function parseNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number, such as 7.");
}
