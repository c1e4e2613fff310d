/**
 * `keyturn serve`: runs the embedded key API until the process is asked to stop.
 *
 * The line or lines that say where it listens are printed when it does, so a script may wait for them.
 */
import { createColors } from "picocolors";
import { KeyturnError } from "../model/error";
import { Secret } from "../model/secret";
import { createEmbeddedServer, type EmbeddedServer } from "../server";
import type { CommandEnvironment } from "./command-environment";

/** The options of `keyturn serve`. */
export interface ServeOptions {
  readonly port: number;
  readonly data?: string;
  readonly sandbox?: true;
  readonly admin?: true;
  readonly json?: true;
}

/**
 * Serves until stopped.
 * @throws KeyturnError INVALID_CONFIGURATION if the port is taken, or the data file is in use or cannot be read
 */
export async function serve(options: ServeOptions, environment: CommandEnvironment): Promise<void> {
  const stopped = environment.untilStopped();
  const { KEYTURN_SERVE_EMAIL: email, KEYTURN_SERVE_PASSWORD: password } = environment.variables;
  if (password === "") {
    throw new KeyturnError("INVALID_CONFIGURATION", "KEYTURN_SERVE_PASSWORD is empty; give a password or unset it");
  }
  const chosenLogin =
    password === undefined ? undefined : { email: email || defaultEmail, password: new Secret(password) };
  const server = await createEmbeddedServer({
    port: options.port,
    sandbox: options.sandbox ?? false,
    admin: options.admin ?? false,
    email: email || defaultEmail,
    ...(chosenLogin ? { seed: { users: [chosenLogin] } } : {}),
    ...(options.data === undefined ? {} : { dataFile: options.data }),
    onUnexpectedError: (error) => {
      environment.printError(`keyturn: ${error instanceof Error ? error.message : String(error)}`);
    },
  });
  try {
    const lines = options.json
      ? [jsonLine(server, options, chosenLogin?.email)]
      : humanLines(server, { options, environment, chosenEmail: chosenLogin?.email });
    for (const line of lines) environment.print(line);
    await stopped;
  } finally {
    await server.close();
  }
}

const defaultEmail = "admin@keyturn.localhost";

function jsonLine({ url, login }: EmbeddedServer, options: ServeOptions, chosenEmail: string | undefined): string {
  return JSON.stringify({
    url,
    email: login?.email ?? chosenEmail ?? null,
    password: login?.password.reveal() ?? null,
    data: options.data ?? null,
    admin: options.admin ?? false,
  });
}

function humanLines(
  { url, login }: EmbeddedServer,
  about: { options: ServeOptions; environment: CommandEnvironment; chosenEmail: string | undefined },
): string[] {
  const { options, environment, chosenEmail } = about;
  const { bold, dim, yellow } = createColors(environment.isTerminal);
  const kept = options.data === undefined ? "in memory, gone when the server stops" : options.data;
  const lines = [`${bold("keyturn serve")} listens on ${bold(url)}`, `  keys      ${kept}`];
  if (login) {
    lines.push(`  email     ${login.email}`, `  password  ${login.password.reveal()} ${dim("(shown only this once)")}`);
  } else if (chosenEmail === undefined) {
    lines.push("  log in    with the password that the first start has shown; KEYTURN_SERVE_PASSWORD replaces it");
  } else {
    lines.push(`  log in    as ${chosenEmail} with the password of KEYTURN_SERVE_PASSWORD`);
  }
  if (options.admin) lines.push(yellow("  admin     anyone on this machine can steer this server under /_embedded/"));
  return lines;
}
