/**
 * The one place where a thrown value becomes a diagnostic.
 */
import { ValueError } from "../../plugin/value/value-error";
import type { DiagnosticText } from "../diagnostics";
import type { AnyProviderDefinition } from "../provider-definition";

/** Thrown by the framework itself, with its words ready. */
export class DiagnosticError extends Error {
  override readonly name = "DiagnosticError";

  constructor(readonly text: DiagnosticText) {
    super(text.summary);
  }
}

/** The words for anything that was thrown, by the provider's own hook where it has one. Never throws. */
export function describeThrown(definition: AnyProviderDefinition, thrown: unknown): DiagnosticText {
  if (thrown instanceof DiagnosticError) return thrown.text;
  if (thrown instanceof ValueError) return describeValueError(thrown);
  try {
    return definition.describeError?.(thrown) ?? describeUnexpected(thrown);
  } catch {
    return describeUnexpected(thrown);
  }
}

function describeValueError({ problem, path }: ValueError): DiagnosticText {
  return {
    summary: "Value does not fit the schema",
    detail: `A value could not be read or written: ${problem}. This is a bug in the provider, please report it.`,
    path,
  };
}

function describeUnexpected(thrown: unknown): DiagnosticText {
  return {
    summary: "Unexpected error",
    detail: thrown instanceof Error ? thrown.message : "Something that is not an error was thrown.",
  };
}
