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
import type { ScanOptions } from "./scan";
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

const scanHelp = `
Looks for secrets of keys, pb_live_… and pb_test_…, as they are, escaped, split, in base64, hexadecimal and UTF-16, also in what gzip and Brotli
have packed. Nothing is left out but what --exclude names, and the objects in .git: --history searches them. Links are not followed. No secret
is printed.

Exit status:
  0  everything was searched, and no key was found
  1  a key was found
  2  something could not be searched, or the command was wrong; a key found takes precedence

Lists:
  --fingerprints  a fingerprint and a key's name on each line, or a JSON object of names and fingerprints
  --allow         a fingerprint and the reason on each line; for values that are no secrets

Environment:
  KEYTURN_FINGERPRINT_KEY  the key that fingerprints are made under; without it there are none`;

/** How a command has ended, and what an error of it means. */
interface Ending {
  status: number;
  statusAfterError: number;
}

/**
 * Runs a command line.
 * @param commandArguments without the names of node and of the script
 * @returns the exit status: what the command says, usually 0; after an error, of which one line was printed, 1, or 2 for a scan
 */
export async function runProgram(
  commandArguments: readonly string[],
  environment: CommandEnvironment,
): Promise<number> {
  const ending: Ending = { status: 0, statusAfterError: 1 };
  try {
    await createProgram(environment, ending).parseAsync(commandArguments, { from: "user" });
    return ending.status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    environment.printError(`keyturn: ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof KeyturnError)) environment.printError("keyturn: this should not happen; please report it");
    return ending.statusAfterError;
  }
}

function createProgram(environment: CommandEnvironment, ending: Ending): Command {
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
  program
    .command("scan")
    .description("find secrets of keys in build outputs, bundles, repositories and logs")
    .argument("<path...>", "files and folders to search")
    .option("--exclude <glob>", "leave out what fits; may be given more than once", collect)
    .option("--history", "search the objects of git repositories, too")
    .option("--fingerprints <file>", "fingerprints of live keys; may be given more than once", collect)
    .option("--state", "take the fingerprints of live keys from Terraform's state")
    .option("--dir <folder>", "folder that Terraform runs in, for --state; may be given more than once", collect)
    .option("--allow <file>", "values that may stand where they are found")
    .option("--json", "print the report as one line of JSON")
    .option("--sarif", "print the report as SARIF")
    .addHelpText("after", scanHelp)
    .exitOverride((error) => {
      // A gate must be able to tell "found" from "not understood".
      throw error.exitCode === 0 ? error : new CommanderError(2, error.code, error.message);
    })
    .action(async (paths: string[], options: ScanOptions) => {
      ending.statusAfterError = 2;
      const { scanCommand } = await import("./scan.js");
      ending.status = await scanCommand(paths, options, environment);
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
