/**
 * The findings as workflow commands of GitHub Actions, which the code host shows beside the change: `::error title=…::…`.
 *
 * A step may have ten annotations of each kind, and the rest is dropped in silence; so the tenth says how many more there are.
 * How the commands are written: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
import type { Finding, Report, Severity } from "../report/report-schema";
import { describeVerdict, outcomeWords } from "./describe-report";
import { placeInWords, plain } from "./plain-words";
import { sourceFiles } from "./source-file";

/** The most annotations of one kind that GitHub keeps of a step. */
export const mostAnnotations = 10;

const commands: Readonly<Record<Severity, string>> = { deny: "error", warn: "warning", note: "notice" };

const pointer = "Print the whole report with --format text, or see the summary of the step with --github-step-summary.";

/** The verdict as a line of the log, and then the annotations; each line has a line break at its end. */
export function renderGithub(report: Report): string {
  const fileOf = sourceFiles(report);
  const open = report.findings.filter(({ exception }) => exception === null);
  const annotations = (["deny", "warn", "note"] as const).flatMap((severity) => {
    const own = open.filter((finding) => finding.severity === severity);
    if (own.length <= mostAnnotations) return own.map((finding) => annotation(finding, fileOf(finding.stack)));
    const shown = own.slice(0, mostAnnotations - 1);
    const rest = own.length - shown.length;
    return [
      ...shown.map((finding) => annotation(finding, fileOf(finding.stack))),
      command(commands[severity], { title: "keyturn review" }, `${rest} more like this are not shown here. ${pointer}`),
    ];
  });
  const verdict = `${outcomeWords(report.verdict)}. ${plain(describeVerdict(report))}`;
  return `${[verdict, ...annotations].join("\n")}\n`;
}

function annotation(finding: Finding, file: string): string {
  const { rule, title, severity, what, why, remedy } = finding;
  const message = [plain(what), `At ${placeInWords(finding)}.`, why, remedy].join("\n");
  return command(commands[severity], { title: `${title} (${rule})`, file, line: "1" }, message);
}

function command(name: string, properties: Readonly<Record<string, string>>, message: string): string {
  const written = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(value)}`);
  return `::${name} ${written.join(",")}::${escapedMessage(message)}`;
}

function escapedMessage(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapedProperty(text: string): string {
  return escapedMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
