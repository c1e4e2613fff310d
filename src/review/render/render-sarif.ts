/**
 * The findings as SARIF 2.1.0, which code hosts keep track of from one review to the next.
 *
 * The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
 */
import { createHash } from "node:crypto";
import { rules, ruleIds } from "../../policy/rules";
import type { Finding, Report, Severity } from "../report/report-schema";
import { inert } from "./inert-text";
import { inertJson } from "./json-text";
import { exceptionInWords, placeInWords, plain } from "./plain-words";
import { sourceFiles } from "./source-file";

const levels: Readonly<Record<Severity, string>> = { deny: "error", warn: "warning", note: "note" };

/** JSON with a line break at the end. @param version of keyturn */
export function renderSarif(report: Report, { version }: { readonly version: string }): string {
  const driver = { name: "keyturn review", version, rules: ruleIds.map(ruleOf) };
  const fingerprints = new Fingerprints();
  const fileOf = sourceFiles(report);
  const results = report.findings.map((finding) => ({
    ...resultOf(finding, fileOf(finding.stack)),
    partialFingerprints: { "keyturnFinding/v1": fingerprints.of(finding) },
  }));
  return inertJson({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver },
        automationDetails: { id: "keyturn-review/" },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: true }],
        results,
      },
    ],
  });
}

function ruleOf(id: (typeof ruleIds)[number]): object {
  const { severity, title, why, remedy } = rules[id];
  return {
    id,
    shortDescription: { text: message(title) },
    fullDescription: { text: message(why) },
    help: { text: message(`${why} ${remedy}`) },
    defaultConfiguration: { level: levels[severity] },
  };
}

function resultOf(finding: Finding, file: string): object {
  const { rule, severity, what, address, constructPath, stack, exception } = finding;
  const construct = constructPath ?? address ?? stack;
  return {
    ruleId: rule,
    ruleIndex: (ruleIds as readonly string[]).indexOf(rule),
    level: levels[severity],
    message: { text: message(`${plain(what)} At ${placeInWords(finding)}. ${finding.why} ${finding.remedy}`) },
    locations: [
      {
        // GitHub takes no location without a line.
        physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: inert(construct), kind: address === null ? "module" : "resource" }],
      },
    ],
    ...(exception !== null && {
      suppressions: [{ kind: "external", status: "accepted", justification: exceptionInWords(exception) }],
    }),
  };
}

/** Braces hold the place of arguments in a message, and `[…](…)` is a link (3.11.5 and 3.11.6); a backslash takes a bracket its meaning. */
function message(text: string): string {
  return text.replaceAll("{", "{{").replaceAll("}", "}}").replaceAll("](", "\\](");
}

function uriOf(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}

/** What says that two findings are the same one: the rule and the key, but not the words, in which there are instants. */
class Fingerprints {
  readonly #counts = new Map<string, number>();

  /** The findings are in one order always, so those of one rule and one key are told apart by their number. */
  of({ rule, stack, address, constructPath, key }: Finding): string {
    const identity = JSON.stringify([rule, stack, constructPath ?? address, key]);
    const number = (this.#counts.get(identity) ?? 0) + 1;
    this.#counts.set(identity, number);
    return `${createHash("sha256").update(identity).digest("hex").slice(0, 32)}:${number}`;
  }
}
