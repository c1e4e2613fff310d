/**
 * What the wire layer needs of the process that it runs in. Node's `process` fits; a test passes what it likes.
 */

/** A stream that takes text: stdout or stderr. */
export interface HostStream {
  write(text: string): boolean;
  on(event: "error", listener: (error: Error) => void): unknown;
}

export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** The parent's process id, read anew each time: it changes when the parent ends. */
  readonly ppid: number;
  readonly stdout: HostStream;
  readonly stderr: HostStream;
  on(event: "SIGINT" | "SIGTERM" | "SIGHUP" | "exit", listener: () => void): unknown;
  on(event: "uncaughtException" | "unhandledRejection", listener: (error: unknown) => void): unknown;
  exit(code: number): void;
}
