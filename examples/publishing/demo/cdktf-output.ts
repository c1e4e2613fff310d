/**
 * Finds in what cdktf printed what Terraform had to say.
 */

/** The plan. @throws Error if there is none */
export function planIn(output: string): string {
  const [, plan] = /will perform the following actions:\n+(.*?^Plan:[^\n]*)/ms.exec(terraformLines(output)) ?? [];
  if (plan === undefined) throw new Error(`there is no plan in the output of cdktf:\n${output}`);
  return plan;
}

/** Whether there was nothing to do. */
export function isPlanEmpty(output: string): boolean {
  return output.includes("No changes. Your infrastructure matches the configuration.");
}

/** The warnings. */
export function warningsIn(output: string): readonly string[] {
  return terraformLines(output).match(/^Warning: .*\n+(?:.+\n)+/gm) ?? [];
}

/** Without the lines that tell how far cdktf is, the name of the stack, and the indentation under it. */
function terraformLines(output: string): string {
  return output
    .split("\n")
    .filter((line) => !/^\s*(?:[⠀-⣿]\s+\w+|\d+ Stacks? .*)$/u.test(line))
    .map((line) => line.replace(/^(?:publishing {2}| {12})/, "").trimEnd())
    .map((line) => line.replace(/^# /, "  # ")) // cdktf trims the beginning of each piece that it passes on
    .join("\n");
}
