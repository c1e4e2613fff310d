/**
 * The command line: which commands and options there are.
 *
 * What a command does is loaded only when it runs, so that `keyturn --help` answers at once.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { KeyturnError } from "../model/error";
import { packageVersion } from "../model/version";
import type { CommandEnvironment } from "./command-environment";
import type { ReviewOptions } from "./review";
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

const reviewHelp = `
STACK is the name of a stack in cdktf.out; without one, all stacks are reviewed. Run "cdktf diff STACK" for each before, which saves
its plan there. With plain Terraform, or for a plan from elsewhere:
  terraform show -json PLANFILE | keyturn review --plan -

No plan is made, and nothing is changed. No secret is printed, and neither is anything else that is not known to be none.
The policy is keyturn.policy.json in the current folder, if there is one.

Exit status:
  0  reviewed           2  there are changes, with --detailed-exitcode
  1  an error           3  denied by the policy

Environment:
  TERRAFORM_BINARY_NAME  the terraform to run (default: terraform, else tofu)
  GITHUB_STEP_SUMMARY    where --github-step-summary writes to; GitHub Actions sets it`;

/**
 * Runs a command line.
 * @param commandArguments without the names of node and of the script
 * @returns the exit status: 0, or 1 after an error, of which one line was printed, or what the command says
 */
export async function runProgram(
  commandArguments: readonly string[],
  environment: CommandEnvironment,
): Promise<number> {
  let status = 0;
  const end = (commandStatus: number): void => {
    status = commandStatus;
  };
  try {
    await createProgram(environment, end).parseAsync(commandArguments, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    environment.printError(`keyturn: ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof KeyturnError)) environment.printError("keyturn: this should not happen; please report it");
    return 1;
  }
}

/** @param end tells the exit status of a command, if it is not 0 */
function createProgram(environment: CommandEnvironment, end: (status: number) => void): Command {
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
    .command("review")
    .description("say what plans will do to keys, and judge them by a policy")
    .argument("[stacks...]", "stacks to review")
    .option(
      "--plan <file>",
      "plan in JSON instead of stacks; - reads it from the input; may be given more than once",
      collect,
    )
    .addOption(new Option("--format <format>", "how to print it").choices(reviewFormats).default("text"))
    .option("--policy <file>", "policy to judge by")
    .option("--out <file>", "write the report to a file, and print the verdict only")
    .option("--detailed-exitcode", "end with status 2 if there are changes")
    .option("--github-step-summary", "also write the report to the summary of this step of GitHub Actions")
    .addHelpText("after", reviewHelp)
    .action(async (stacks: readonly string[], options: ReviewOptions) => {
      const { review } = await import("./review.js");
      end(await review(stacks, options, environment));
    });
  return program;
}

/** The formats of a review. */
const reviewFormats = ["text", "markdown", "json"] as const satisfies readonly ReviewOptions["format"][];

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("give a number from 0 to 65535.");
  return port;
}
