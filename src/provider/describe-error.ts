/**
 * Puts an error into the words of a diagnostic. What is not one of our own errors is a bug, and is said to be one.
 */
import type { DiagnosticText } from "../framework";
import { KeyturnError, type ErrorCode } from "../model/error";

const summaries: Record<ErrorCode, string> = {
  INVALID_VALUE: "Invalid value",
  INVALID_CONFIGURATION: "Invalid provider configuration",
  UNAUTHENTICATED: "The API does not accept the credential",
  FORBIDDEN: "The credential may not do this",
  NOT_FOUND: "Not found",
  CONFLICT: "Conflict",
  REQUEST_REFUSED: "The API refused the request",
  RATE_LIMITED: "The API is limiting requests",
  API_FAILED: "The API failed",
  UNREACHABLE: "The API cannot be reached",
  UNEXPECTED_ANSWER: "Unexpected answer",
  OUTCOME_UNKNOWN: "The outcome of a request is not known",
  KEY_STATE: "Not possible with the key as it is now",
  STORE_UNREACHABLE: "A delivery target cannot be used",
  STORE_REFUSED: "A delivery target may not be overwritten",
  ABORTED: "Interrupted",
};

/** The diagnostic for anything that was thrown. Never shows a stack. */
export function describeError(error: unknown): DiagnosticText {
  if (error instanceof KeyturnError) {
    return { summary: summaries[error.code], detail: asSentence(error.message) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    summary: "Unexpected error in the keyturn provider",
    detail: `${asSentence(message)} This is a bug in keyturn; please report it with the steps that led to it.`,
  };
}

function asSentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
