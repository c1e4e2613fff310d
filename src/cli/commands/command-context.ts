/** What a command is declared with. */
import type { CommandEnvironment } from "../command-environment";

/** How a command has ended, and what an error of it means. A command that says nothing ends with 0, or 1 after an error. */
export interface Ending {
  status: number;
  statusAfterError: number;
}

/** What a command may use, and where it says how it has ended. */
export interface CommandContext {
  readonly environment: CommandEnvironment;
  readonly ending: Ending;
}

/** For options that may be given more than once. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
