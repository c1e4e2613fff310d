/**
 * The command line: which commands and options there are.
 *
 * What a command does is loaded only when it runs, so that `keyturn --help` answers at once.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { Duration } from "../model/duration";
import { KeyturnError } from "../model/error";
import { packageVersion } from "../model/version";
import type { CommandEnvironment } from "./command-environment";
import type { ExecOptions } from "./exec";
import { ownCredentials } from "./exec/child-environment";
import { parseRotationAction } from "./exec/rotation-action";
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

const execHelp = `
The secret is read once, put into the environment of COMMAND, and nowhere else. Signals are handed on, and the exit status is that of
COMMAND. If the secret cannot be read, nothing is started, and the exit status is 1.

Where it is read: from the places that --from names, on machines without Terraform; else from the delivery targets of the key, which are
read with "terraform show" in the folder of each stack, as for a roll-back. The first place that can be read is taken.

  --from encrypted-file:/srv/secrets/scheduler.age

When the key has been rotated, restart reads the new secret, ends COMMAND with SIGTERM, and starts it again. A running process keeps its
environment, so signal:NAME is for one that reads its secret again by itself, or ends and is started again by somebody else.

Environment:
  KEYTURN_AGE_IDENTITY_FILE, KEYTURN_AGE_IDENTITY  the private key for encrypted files
COMMAND gets all variables but those that hold credentials of keyturn itself:
  ${ownCredentials.join(", ")}`;

/**
 * Runs a command line.
 * @param commandArguments without the names of node and of the script
 * @returns the exit status: 0, or 1 after an error, of which one line was printed, or that of a command that was run
 */
export async function runProgram(
  commandArguments: readonly string[],
  environment: CommandEnvironment,
): Promise<number> {
  let status = 0;
  const program = createProgram(environment, (ofCommand) => {
    status = ofCommand;
  });
  try {
    await program.parseAsync(commandArguments, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    environment.printError(`keyturn: ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof KeyturnError)) environment.printError("keyturn: this should not happen; please report it");
    return 1;
  }
}

function createProgram(environment: CommandEnvironment, setStatus: (status: number) => void): Command {
  const program = new Command("keyturn")
    .description("API keys as code: declare, rotate and revoke them with Terraform and CDKTF")
    .version(packageVersion, "--version", "print the version")
    .exitOverride()
    // What follows a command belongs to it, and what follows COMMAND of exec belongs to that.
    .enablePositionalOptions()
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
    .command("exec")
    .description("run a command with the secret of a key in its environment")
    .usage("--key <name> --env <variable> [options] -- COMMAND [ARGUMENT…]")
    .argument("<command...>", "the command and its arguments")
    .passThroughOptions()
    .requiredOption("--key <name>", "the key's name: service-environment")
    .requiredOption("--env <variable>", "the variable in which COMMAND finds the secret")
    .addOption(
      new Option("--from <place>", "read the secret there; may be given more than once")
        .argParser(collect)
        .conflicts("dir"),
    )
    .option("--dir <folder>", "folder that Terraform runs in; may be given more than once", collect)
    .addOption(
      new Option("--on-rotation <action>", "what to do when the key has been rotated: ignore, restart or signal:SIGHUP")
        .argParser(parsedBy(parseRotationAction))
        .default({ kind: "ignore" }, "ignore"),
    )
    .addOption(durationOption("--poll <time>", "how often to look whether it has been", Duration.seconds(30)))
    .addOption(
      durationOption("--stop-timeout <time>", "how long COMMAND may take to end at a restart", Duration.seconds(10)),
    )
    .addHelpText("after", execHelp)
    .action(async (words: readonly string[], options: ExecOptions) => {
      const { exec } = await import("./exec.js");
      setStatus(await exec(words, options, environment));
    });
  return program;
}

function durationOption(flags: string, description: string, byDefault: Duration): Option {
  const parse = (text: string): Duration => {
    const duration = Duration.parse(text);
    if (duration.isZero()) throw new KeyturnError("INVALID_VALUE", "it must be longer than nothing");
    return duration;
  };
  return new Option(flags, description).argParser(parsedBy(parse)).default(byDefault, byDefault.toString());
}

/** Lets commander name the option whose value a parser of ours refuses. */
function parsedBy<Value>(parse: (text: string) => Value): (text: string) => Value {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw error instanceof KeyturnError ? new InvalidArgumentError(`${error.message}.`) : error;
    }
  };
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("give a number from 0 to 65535.");
  return port;
}
