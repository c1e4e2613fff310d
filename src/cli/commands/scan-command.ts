/** `keyturn scan`. What it does is loaded only when it runs. */
import { CommanderError, type Command } from "commander";
import type { ScanOptions } from "../scan";
import { collect, type CommandContext } from "./command-context";

const help = `
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

/** Adds the command. */
export function addScanCommand(program: Command, { environment, ending }: CommandContext): void {
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
    .addHelpText("after", help)
    .exitOverride((error) => {
      // A gate must be able to tell "found" from "not understood".
      throw error.exitCode === 0 ? error : new CommanderError(2, error.code, error.message);
    })
    .action(async (paths: string[], options: ScanOptions) => {
      ending.statusAfterError = 2;
      const { scanCommand } = await import("../scan.js");
      ending.status = await scanCommand(paths, options, environment);
    });
}
