/**
 * The command line: which commands and options there are.
 *
 * What a command does is loaded only when it runs, so that `keyturn --help` answers at once.
 */
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { KeyturnError } from "../model/error";
import { packageVersion } from "../model/version";
import type { CommandEnvironment } from "./command-environment";
import type { RollbackOptions } from "./rollback";
import type { ServeOptions } from "./serve";

const serveHelp = `
The server listens on 127.0.0.1 only. At the first start it makes one person who can log in, and prints the password once.

Environment:
  KEYTURN_SERVE_EMAIL     e-mail address of that person (default: admin@keyturn.localhost)
  KEYTURN_SERVE_PASSWORD  password to use instead of a random one; also replaces a forgotten one`;

const rollbackHelp = `
NAME is the key's name on the API, such as scheduler-prod. What it is and where its secret goes is read with "terraform show" in the
folder of each stack of cdktf.out, else in the current folder. Nothing is changed unless the key before the present one still works, and
every delivery target still has its secret. It is safe to run this again. Do not run it while a deployment is under way.

Environment:
  KEYTURN_ENDPOINT, KEYTURN_API_KEY, …  the API and the credential, as for a deployment
  TERRAFORM_BINARY_NAME                 the terraform to run (default: terraform, else tofu)`;

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
    .version(packageVersion, "--version", "print the version")
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
  program
    .command("rollback")
    .description("put the key before the present one back into service")
    .argument("<name>", "the key's name: service-environment")
    .option("--dir <folder>", "folder that Terraform runs in; may be given more than once", collect)
    .option("--endpoint <url>", "address of the API")
    .option("--project-id <id>", "project to act in after a login")
    .option("--dry-run", "change nothing, and say what would be done")
    .option("--json", "print one line of JSON for scripts")
    .addHelpText("after", rollbackHelp)
    .action(async (name: string, options: RollbackOptions) => {
      const { rollback } = await import("./rollback.js");
      await rollback(name, options, environment);
    });
  return program;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("give a number from 0 to 65535.");
  return port;
}
