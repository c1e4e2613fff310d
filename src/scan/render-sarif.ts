/**
 * Renders a report as SARIF 2.1.0, which code hosts show beside the lines of a change.
 *
 * The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
import type { Finding, Remark, ScanReport } from "./finding";

const ruleId = "key-secret";

/** The report as text of a SARIF file. */
export function sarifText(report: ScanReport, { version }: { readonly version: string }): string {
  const results = [...report.findings, ...report.allowed].map(result);
  const driver = {
    name: "keyturn scan",
    version,
    rules: [
      {
        id: ruleId,
        shortDescription: { text: "The secret of an API key" },
        help: { text: "Take the secret out, and rotate the key: whoever has this file has had the key." },
      },
    ],
  };
  const invocation = {
    executionSuccessful: report.problems.length === 0,
    toolExecutionNotifications: [
      ...report.problems.map((problem) => notification(problem, "error")),
      ...report.notes.map((note) => notification(note, "note")),
    ],
  };
  return JSON.stringify({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results, invocations: [invocation] }],
  });
}

function result(finding: Finding): object {
  const { file, place, masked, form, fingerprint, liveKey, allowedBecause } = finding;
  const what = liveKey === null ? "The secret of an API key" : `The secret of the live key ${liveKey}`;
  const where = place.kind === "object" ? ` It is in git object ${place.objectId}.` : "";
  return {
    ruleId,
    level: "error",
    message: { text: `${what}, ${masked}, written as: ${form}.${where}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          // Of other places there is no line in the file itself.
          ...(place.kind === "content" && { region: { startLine: place.line, startColumn: place.column } }),
        },
      },
    ],
    ...(fingerprint !== null && { partialFingerprints: { "keyturnSecret/v1": fingerprint } }),
    ...(allowedBecause !== null && { suppressions: [{ kind: "external", justification: allowedBecause }] }),
  };
}

function notification({ file, reason }: Remark, level: "error" | "note"): object {
  return {
    level,
    message: { text: reason },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
  };
}

function uriOf(file: string): string {
  const uri = file.split("/").map(encodeURIComponent).join("/");
  return uri.startsWith("/") ? `file://${uri}` : uri;
}
