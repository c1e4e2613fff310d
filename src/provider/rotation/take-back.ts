/**
 * Takes back what a run has done before it failed, and says what came of it.
 *
 * Stores go first, so that services read the old secret again; then the new key goes, so that there are never two active names; then old
 * keys get their names back. A new key that somebody may have read meanwhile is not revoked, but retired like any other. What cannot be taken back is left to the next run, which finds it by its name.
 */
import { KeyturnError } from "../../model/error";

/** How one step is taken back. */
export interface Undo {
  /** What is said when it could not be taken back, as a sentence without its end. */
  readonly whatIsLeft: string;
  /** Whether it comes before all others. @default false */
  readonly goesFirst?: boolean;
  /** Takes it back, and says what was done, as a sentence without its end. */
  readonly run: () => Promise<string>;
}

/** Takes the steps back, in the order in which they were done. @returns a sentence for each */
export async function takeBack(done: readonly Undo[]): Promise<readonly string[]> {
  const order = [...done.filter(({ goesFirst }) => goesFirst), ...done.filter(({ goesFirst }) => !goesFirst)];
  const outcome: string[] = [];
  let isStopped = false;
  for (const undo of order) {
    if (isStopped) {
      outcome.push(`${undo.whatIsLeft}.`);
      continue;
    }
    try {
      outcome.push(`${await undo.run()}.`);
    } catch (error) {
      outcome.push(`${undo.whatIsLeft}: ${sentence(error)}.`);
      // A key that services may read must not be revoked, and one that may be active keeps the old one from getting its name back.
      isStopped = true;
    }
  }
  return outcome;
}

/** The error that says what went wrong, and what was taken back. */
export function failureReport(error: unknown, outcome: readonly string[]): KeyturnError {
  const code = error instanceof KeyturnError ? error.code : "API_FAILED";
  const text = [...outcome, "It is safe to run this again."].join(" ");
  return new KeyturnError(code, `${sentence(error)}\n\n${text}`, { cause: error });
}

function sentence(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
