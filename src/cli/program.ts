/**
 * The command line: which commands and options there are.
 *
 * What a command does is loaded only when it runs, so that `keyturn --help` answers at once.
 */
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { KeyturnError } from "../model/error";
import type { CommandEnvironment } from "./command-environment";
import type { ServeOptions } from "./serve";

const serveHelp = `
The server listens on 127.0.0.1 only. At the first start it makes one person who can log in, and prints the password once.

Environment:
  KEYTURN_SERVE_EMAIL     e-mail address of that person (default: admin@keyturn.localhost)
  KEYTURN_SERVE_PASSWORD  password to use instead of a random one; also replaces a forgotten one`;

/**
 * Runs a command line.
 * @param commandArguments without the names of node and of the script
 * @returns the exit status: 0, or 1 after an error, of which one line was printed
 */
export async function runProgram(
  commandArguments: readonly string[],
  environment: CommandEnvironment,
): Promise<number> {
  try {
    await createProgram(environment).parseAsync(commandArguments, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    environment.printError(`keyturn: ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof KeyturnError)) environment.printError("keyturn: this should not happen; please report it");
    return 1;
  }
}

function createProgram(environment: CommandEnvironment): Command {
  const program = new Command("keyturn")
    .description("API keys as code: declare, rotate and revoke them with Terraform and CDKTF")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        environment.print(text.trimEnd());
      },
      writeErr: (text) => {
        environment.printError(text.trimEnd());
      },
    });
  program
    .command("serve")
    .description("run the embedded key API, for development and tests")
    .option("--port <number>", "port to listen on; 0 takes a free one", parsePort, 8470)
    .option("--data <file>", "keep the keys in this file; without it they are gone when the server stops")
    .option("--sandbox", "make a sandbox project, whose keys begin with pb_test_")
    .option("--admin", "allow faults, behaviour and clock to be changed under /_embedded/ (for tests)")
    .option("--json", "print one line of JSON for scripts")
    .addHelpText("after", serveHelp)
    .action(async (options: ServeOptions) => {
      const { serve } = await import("./serve.js");
      await serve(options, environment);
    });
  return program;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("give a number from 0 to 65535.");
  return port;
}
