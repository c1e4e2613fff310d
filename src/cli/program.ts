/**
 * The command line: which commands there are, and what becomes of their errors. Each command is declared in a file of `commands`.
 */
import { Command, CommanderError } from "commander";
import { KeyturnError } from "../model/error";
import { packageVersion } from "../model/version";
import type { CommandEnvironment } from "./command-environment";
import type { CommandContext, Ending } from "./commands/command-context";
import { addExecCommand } from "./commands/exec-command";
import { addCommentCommand } from "./commands/comment-command";
import { addReviewCommand } from "./commands/review-command";
import { addRollbackCommand } from "./commands/rollback-command";
import { addScanCommand } from "./commands/scan-command";
import { addServeCommand } from "./commands/serve-command";

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
    await createProgram({ environment, ending }).parseAsync(commandArguments, { from: "user" });
    return ending.status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    environment.printError(`keyturn: ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof KeyturnError)) environment.printError("keyturn: this should not happen; please report it");
    return ending.statusAfterError;
  }
}

function createProgram(context: CommandContext): Command {
  const { print, printError } = context.environment;
  const program = new Command("keyturn")
    .description("API keys as code: declare, rotate and revoke them with Terraform and CDKTF")
    .version(packageVersion, "--version", "print the version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        print(text.trimEnd());
      },
      writeErr: (text) => {
        printError(text.trimEnd());
      },
    });
  for (const add of [
    addServeCommand,
    addExecCommand,
    addRollbackCommand,
    addReviewCommand,
    addCommentCommand,
    addScanCommand,
  ])
    add(program, context);
  return program;
}
