/** Tells errors of the file system apart, and turns them into sentences that name the file. */
import { KeyturnError } from "../../model/error";

/**
 * Whether an error has this code, such as `ENOENT`. It goes by the code alone: errors of node's own modules may come from another
 * realm, where `instanceof Error` is false.
 */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}

/** What the file system says about a file that cannot be used; an error of our own is passed on as it is. */
export function fileError(problem: string, error: unknown): KeyturnError {
  if (error instanceof KeyturnError) return error;
  const reason = typeof error === "object" && error !== null && "message" in error ? error.message : error;
  return new KeyturnError("INVALID_CONFIGURATION", `${problem}: ${String(reason)}`, { cause: error });
}
