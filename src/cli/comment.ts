/**
 * `keyturn comment`: puts the report of a review on the pull request that the pipeline runs for, in place of the one before.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { CodeHost } from "../code-host/code-host";
import { findPullRequest, type PullRequestOptions } from "../code-host/pull-request";
import { putComment, type PutComment } from "../code-host/put-comment";
import { systemClock, type Clock } from "../model/clock";
import { KeyturnError } from "../model/error";
import type { CommandEnvironment } from "./command-environment";

/** The options of `keyturn comment`. */
export interface CommentOptions extends Omit<PullRequestOptions, "repository"> {
  readonly repo?: string;
  readonly name?: string;
  readonly dryRun?: true;
}

const markerLine = /^<!-- keyturn-review [0-9a-f]{16} -->$/;

/**
 * Comments.
 * @param file the report in Markdown; - is the input
 * @throws KeyturnError that says what is missing, or what the code host has refused
 */
export async function comment(
  file: string,
  options: CommentOptions,
  environment: CommandEnvironment,
  clock: Clock = systemClock,
): Promise<void> {
  const { repo, name, dryRun, ...rest } = options;
  const report = readReport(await readText(file, environment), file, name);
  const host = await findPullRequest(
    { ...rest, ...(repo !== undefined && { repository: repo }) },
    { variables: environment.variables, readFile: (each) => readFile(each, "utf8"), clock },
  );
  checkLength(report.body, host);
  const isDryRun = dryRun ?? false;
  environment.print(sentenceOf(await putComment(host, { ...report, isDryRun, clock }), isDryRun));
}

/** The report, and the line in it by which it is found again. A name takes the place of the stacks in it. */
function readReport(text: string, file: string, name: string | undefined): { body: string; marker: string } {
  const lines = text.replaceAll("\r\n", "\n").trimEnd().split("\n");
  const own = lines.pop() ?? "";
  if (!markerLine.test(own)) {
    throw new KeyturnError(
      "INVALID_VALUE",
      `${file === "-" ? "the input" : file} is not a whole report in Markdown; make one with keyturn review --format markdown --out FILE`,
    );
  }
  const marker = name === undefined ? own : `<!-- keyturn-review ${digestOf(name)} -->`;
  return { body: `${[...lines, marker].join("\n")}\n`, marker };
}

function digestOf(name: string): string {
  return createHash("sha256").update(`name ${name}`).digest("hex").slice(0, 16);
}

async function readText(file: string, { currentFolder, readInput }: CommandEnvironment): Promise<string> {
  if (file === "-") return Buffer.from(await readInput()).toString("utf8");
  try {
    return await readFile(path.resolve(currentFolder, file), "utf8");
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new KeyturnError("INVALID_VALUE", `the report ${file} cannot be read (${code})`);
  }
}

function checkLength(body: string, { name, longestComment }: CodeHost): void {
  if (body.length <= longestComment) return;
  throw new KeyturnError(
    "INVALID_VALUE",
    `the report has ${body.length} characters, and ${name} takes ${longestComment}; keyturn review makes it fit, so comment what it has written, unchanged`,
  );
}

function sentenceOf({ done, address }: PutComment, isDryRun: boolean): string {
  const where = address === undefined ? "" : `: ${address}`;
  if (done === "unchanged") return `the comment is up to date${where}`;
  return isDryRun ? `the comment would be ${done}${where}` : `the comment was ${done}${where}`;
}
