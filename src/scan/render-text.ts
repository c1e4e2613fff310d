/**
 * Renders a report for people: one line for each finding, in the form that editors and CI systems make links of.
 */
import type { Finding, Remark, ScanReport } from "./finding";

/** So many files are named for one reason. */
const namedFiles = 3;

/** The findings: what the scan is about. */
export function findingLines({ findings }: ScanReport): readonly string[] {
  return findings.map((finding) => {
    const { masked, form, fingerprint, liveKey } = finding;
    const what = liveKey === null ? "a key" : `the live key ${liveKey}`;
    return `${placeText(finding)}: ${what}, ${masked}, ${form}${fingerprint === null ? "" : `, ${fingerprint}`}`;
  });
}

/** What else there is to say: what was not searched, and how much was. */
export function remarkLines(report: ScanReport): readonly string[] {
  const { findings, allowed, problems, notes, searchedFiles, searchedBytes } = report;
  const size = `${(searchedBytes / 1e6).toFixed(1)} MB`;
  return [
    ...allowed.map((finding) => `allowed: ${placeText(finding)}: ${String(finding.allowedBecause)}`),
    ...grouped(notes).map((line) => `note: ${line}`),
    ...problems.map(({ file, reason }) => `not searched: ${file}: ${reason}`),
    `searched ${counted(searchedFiles, "file")} (${size}), found ${counted(findings.length, "key")}` +
      (problems.length > 0 ? `, and could not search ${counted(problems.length, "path")}` : ""),
  ];
}

/** The file with the place in it. */
function placeText({ file, place }: Finding): string {
  switch (place.kind) {
    case "content":
      return `${file}:${place.line}:${place.column}`;
    case "unpacked":
      return `${file}:${place.line}:${place.column} (unpacked)`;
    case "object":
      return `${file}:${place.line}:${place.column} (git object ${place.objectId})`;
    case "name":
      return `${file} (in the name)`;
  }
}

function grouped(remarks: readonly Remark[]): readonly string[] {
  const files = new Map<string, string[]>();
  for (const { file, reason } of remarks) files.set(reason, [...(files.get(reason) ?? []), file]);
  return [...files].map(([reason, all]) => {
    const more = all.length > namedFiles ? ` and ${all.length - namedFiles} more` : "";
    return `${all.slice(0, namedFiles).join(", ")}${more}: ${reason}`;
  });
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
