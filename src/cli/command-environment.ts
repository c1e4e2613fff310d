/**
 * The process as a command sees it: what it may read, where it may write, and when it should stop.
 *
 * Commands take this instead of `process`, so that they can be tested without a process of their own.
 */

/** What a command may use of its process. */
export interface CommandEnvironment {
  /** Environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The current folder, absolute. */
  readonly currentFolder: string;
  /** Whether output may be coloured. */
  readonly isTerminal: boolean;
  /** Everything that comes in on the standard input. */
  readonly readInput: () => Promise<Uint8Array>;
  /** Whether somebody sits at standard input. */
  readonly isInputTerminal: boolean;
  /** Writes a line of result. */
  readonly print: (line: string) => void;
  /** Writes a line that is no result: a warning, an error. */
  readonly printError: (line: string) => void;
  /** Resolves when the process is asked to stop. A second request ends it at once. */
  readonly untilStopped: () => Promise<void>;
  /** Calls the listener at each of these signals, which have no other effect on the process until `stop` is called. */
  readonly onSignal: (
    names: readonly NodeJS.Signals[],
    listener: (name: NodeJS.Signals) => void,
  ) => { readonly stop: () => void };
}
