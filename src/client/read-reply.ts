/** The way from a reply to its content: a refusal, or content of another form, becomes the error that says so. */
import { UnreadableContent } from "./content";
import { refusalError, unexpectedError } from "./describe-error";
import type { Reply } from "./reply";

/**
 * Reads the content of a success.
 * @throws KeyApiError with the code that fits the refusal, or UNEXPECTED_ANSWER, or OUTCOME_UNKNOWN
 */
export function readReply<T>(reply: Reply, read: (json: unknown) => T): T {
  if (!isSuccess(reply)) throw refusalError(reply);
  if (reply.answer.json === undefined) throw unexpectedError(reply, "JSON was expected");
  try {
    return read(reply.answer.json);
  } catch (error) {
    if (error instanceof UnreadableContent) throw unexpectedError(reply, error.message);
    throw error;
  }
}

function isSuccess({ answer: { status } }: Reply): boolean {
  return status >= 200 && status < 300;
}
