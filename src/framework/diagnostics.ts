/**
 * What the practitioner is told: errors and warnings, each with a title, an explanation and, where possible, a place.
 *
 * An error does not end anything by itself: a method may report several problems at once, and still return what it achieved.
 */
import type { Path } from "../plugin/value/path";

/** The words of a diagnostic. */
export interface DiagnosticText {
  /** A title of a few words, without a full stop. */
  readonly summary: string;
  /** What happened, why, and what to do about it, in full sentences. */
  readonly detail: string;
  /** The attribute that it is about. @default - it is about the whole object */
  readonly path?: Path;
}

/** One error or warning. */
export interface Diagnostic extends DiagnosticText {
  readonly severity: "error" | "warning";
}

/** Collects the diagnostics of one call. */
export class Diagnostics {
  private readonly collected: Diagnostic[] = [];

  /** Everything reported so far, in order. */
  get all(): readonly Diagnostic[] {
    return this.collected;
  }

  get hasErrors(): boolean {
    return this.collected.some(({ severity }) => severity === "error");
  }

  error(text: DiagnosticText): void {
    this.collected.push({ ...text, severity: "error" });
  }

  warning(text: DiagnosticText): void {
    this.collected.push({ ...text, severity: "warning" });
  }
}
