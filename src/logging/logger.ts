/**
 * Writes log lines for developers, one JSON object a line, in the form that Terraform core reads (hclog's).
 *
 * The keys are a closed list, so that nobody logs a request, a response or a header: they may hold secrets.
 * Readers and tools may depend on a key, so renaming one is a breaking change. What a practitioner must know is
 * a diagnostic, not a log line.
 */
import { isLogged, type LogLevel } from "./log-level";

/** Everything that may be logged beside the message. Add a key only if its value can never be, or contain, a secret. */
export interface LogFields {
  /** What a caught exception says: its name and message, never its properties. */
  readonly error?: string;
  /** Where a caught exception was thrown. */
  readonly stack?: string;
  /** Name of a gRPC method. */
  readonly rpc?: string;
  readonly duration_ms?: number;
  /** Why the process ends, or a client was refused. */
  readonly reason?: string;
  /** Where the server listens. */
  readonly address?: string;
}

type Write = (message: string, fields?: LogFields) => void;

/** One method a level. A line below the chosen level costs nothing more than the call. */
export type Logger = Readonly<Record<Exclude<LogLevel, "off">, Write>>;

export interface LoggerOptions {
  /** Takes one line, with its line break; normally it writes to stderr. */
  readonly write: (line: string) => void;
  readonly level: LogLevel;
  /** Which part of the program speaks, for example `provider`. */
  readonly module: string;
  readonly now: () => Date;
}

export function createLogger({ write, level: chosen, module, now }: LoggerOptions): Logger {
  const writerFor = (level: LogLevel): Write => {
    if (!isLogged(level, chosen)) {
      return () => undefined;
    }
    return (message, fields) => {
      const line = {
        "@level": level,
        "@message": message,
        "@module": module,
        "@timestamp": hclogTimestamp(now()),
        ...fields,
      };
      write(`${JSON.stringify(line)}\n`);
    };
  };
  return {
    trace: writerFor("trace"),
    debug: writerFor("debug"),
    info: writerFor("info"),
    warn: writerFor("warn"),
    error: writerFor("error"),
  };
}

/** The loggable part of any thrown value. */
export function errorFields(error: unknown): Pick<LogFields, "error" | "stack"> {
  if (!(error instanceof Error)) {
    // The value itself is not shown: nobody knows what it is.
    return { error: `a thrown ${typeof error}` };
  }
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  return {
    error: `${error.name}: ${error.message}`,
    ...(frames.length > 0 && { stack: frames.map((frame) => frame.trim()).join("\n") }),
  };
}

/** RFC 3339 with exactly six digits: the host parses no other form and would show the whole line as plain text. */
function hclogTimestamp(instant: Date): string {
  return instant.toISOString().replace("Z", "000Z");
}
