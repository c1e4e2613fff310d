/** `keyturn review`. What it does is loaded only when it runs. */
import { Option, type Command } from "commander";
import type { ReviewOptions } from "../review";
import { collect, type CommandContext } from "./command-context";

/** The formats of a review. */
const reviewFormats = [
  "text",
  "markdown",
  "html",
  "json",
  "sarif",
  "junit",
  "github",
] as const satisfies readonly ReviewOptions["format"][];

const help = `
STACK is the name of a stack in cdktf.out; without one, all stacks are reviewed. Run "cdktf diff STACK" for each before, which saves
its plan there. With plain Terraform, or for a plan from elsewhere:
  terraform show -json PLANFILE | keyturn review --plan -

No plan is made, and nothing is changed. No secret is printed, and neither is anything else that is not known to be none.
The policy is keyturn.policy.json in the current folder, if there is one.

Formats:
  text, markdown   for terminals, and as a comment on a pull request
  html             one page that needs no network
  json             as docs/schemas/keyturn.report.schema.json describes it
  sarif, junit     for code scanning, and where results of tests are shown
  github           annotations of GitHub Actions; print them, a file is not looked at

Exit status:
  0  reviewed           2  there are changes, with --detailed-exitcode
  1  an error           3  denied by the policy

Environment:
  TERRAFORM_BINARY_NAME  the terraform to run (default: terraform, else tofu)
  GITHUB_STEP_SUMMARY    where --github-step-summary writes to; GitHub Actions sets it`;

/** Adds the command. */
export function addReviewCommand(program: Command, { environment, ending }: CommandContext): void {
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
    .addHelpText("after", help)
    .action(async (stacks: readonly string[], options: ReviewOptions) => {
      const { review } = await import("../review.js");
      ending.status = await review(stacks, options, environment);
    });
}
