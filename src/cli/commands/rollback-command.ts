/** `keyturn rollback`. What it does is loaded only when it runs. */
import type { Command } from "commander";
import type { RollbackOptions } from "../rollback";
import { collect, type CommandContext } from "./command-context";

const help = `
NAME is the key's name on the API, such as scheduler-prod. What it is and where its secret goes is read with "terraform show" in the
folder of each stack of cdktf.out, else in the current folder. Nothing is changed unless the key before the present one still works, and
every delivery target still has its secret. It is safe to run this again. Do not run it while a deployment is under way.

Environment:
  KEYTURN_ENDPOINT, KEYTURN_API_KEY, …  the API and the credential, as for a deployment
  TERRAFORM_BINARY_NAME                 the terraform to run (default: terraform, else tofu)`;

/** Adds the command. */
export function addRollbackCommand(program: Command, { environment }: CommandContext): void {
  program
    .command("rollback")
    .description("put the key before the present one back into service")
    .argument("<name>", "the key's name: service-environment")
    .option("--dir <folder>", "folder that Terraform runs in; may be given more than once", collect)
    .option("--endpoint <url>", "address of the API")
    .option("--project-id <id>", "project to act in after a login")
    .option("--dry-run", "change nothing, and say what would be done")
    .option("--json", "print one line of JSON for scripts")
    .addHelpText("after", help)
    .action(async (name: string, options: RollbackOptions) => {
      const { rollback } = await import("../rollback.js");
      await rollback(name, options, environment);
    });
}
