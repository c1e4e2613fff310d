/** The way from a reply to its content: a refusal, or content of another form, becomes the error that says so. */
import type { Instant } from "../model/instant";
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

/**
 * The API's time of a reply that decides about keys. Every origin with a clock sends it (RFC 9110, 6.6.1). The local clock is no
 * stand-in: if it is fast, a key that was used a minute ago seems to have been quiet for hours.
 * @throws KeyApiError UNEXPECTED_ANSWER if the reply does not tell
 */
export function apiTimeOf(reply: Reply): Instant {
  if (reply.answer.isDated) return reply.answer.servedAt;
  throw unexpectedError(reply, "it has no Date header, so that nothing says what time it is for the API");
}

function isSuccess({ answer: { status } }: Reply): boolean {
  return status >= 200 && status < 300;
}
