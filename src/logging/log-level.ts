/**
 * How much is logged, from the variables that Terraform documents.
 *
 * `TF_LOG_PROVIDER` is asked first, then `TF_LOG`, as Terraform does. The surprise: a level that Terraform does not know
 * means `trace` there, and so it does here.
 */

const levels = ["trace", "debug", "info", "warn", "error", "off"] as const;

/** A line is written if its level is at or behind the chosen one in this order: trace, debug, info, warn, error, off. */
export type LogLevel = (typeof levels)[number];

/**
 * Reads the level once, for the life of the process.
 * @returns `warn` when neither variable is set: the host drops what it does not want, and a run by hand shows what matters
 */
export function logLevelFrom(environment: Readonly<Record<string, string | undefined>>): LogLevel {
  const wanted = environment["TF_LOG_PROVIDER"] || environment["TF_LOG"];
  if (!wanted) {
    return "warn";
  }
  return levels.find((level) => level === wanted.toLowerCase()) ?? "trace";
}

/** Whether a line of that level is written under that choice. */
export function isLogged(level: LogLevel, chosen: LogLevel): boolean {
  return chosen !== "off" && levels.indexOf(level) >= levels.indexOf(chosen);
}
