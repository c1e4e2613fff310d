/** Puts errors of the file system into words that say what is missing and what to do. */
import path from "node:path";
import { KeyturnError } from "../model/error";

/**
 * Whether an error has this code, such as `ENOENT`. It goes by the code alone: errors of node's own modules may come from another
 * realm, where `instanceof Error` is false.
 */
export function hasCode(error: unknown, code: string): boolean {
  return codeOf(error) === code;
}

/**
 * The error to throw where a file cannot be used; an error of our own is passed on as it is.
 * @param attempt what was tried, as the beginning of a sentence: `the encrypted file /a/b cannot be written`
 */
export function fileProblem(attempt: string, file: string, error: unknown): KeyturnError {
  if (error instanceof KeyturnError) return error;
  return new KeyturnError("STORE_UNREACHABLE", `${attempt}: ${describe(path.dirname(file), error)}`, { cause: error });
}

function describe(folder: string, error: unknown): string {
  switch (codeOf(error)) {
    case "ENOENT":
      return `the folder ${folder} does not exist. Create it, for the user that runs Terraform`;
    case "ENOTDIR":
      return `${folder} is not a folder`;
    case "EACCES":
    case "EPERM":
      return `the user that runs Terraform may not do that. It needs the right to read the file and to write in the folder ${folder}`;
    case "EROFS":
      return `the folder ${folder} is on a file system that can only be read`;
    case "ENOSPC":
    case "EDQUOT":
      return `there is no space left in the folder ${folder}`;
    case "ENAMETOOLONG":
      return "its name is too long";
    default:
      return messageOf(error);
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}
