/**
 * Enters the provider into the text of a dependency lock file (`.terraform.lock.hcl`).
 *
 * Without an entry, cdktf-cli asks the provider's registry for checksums, and there is no such registry. Everything outside our
 * own entry is kept to the byte, comments included. Entries are sorted by address, as Terraform writes them.
 */

/** A provider at an exact version. */
export interface LockedProvider {
  readonly source: string;
  readonly version: string;
  /** Checksum of the package, starting with `h1:`. */
  readonly h1: string;
}

const header = `# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.
`;
const entryStart = /^provider "([^"]+)" \{/;
const entryEnd = /^\}/;

interface Entry {
  readonly source: string;
  /** Index of its first line, and of the line after its last. */
  readonly start: number;
  readonly end: number;
}

/** The text of the lock file with the provider locked to exactly that version; the same text if it is so already. */
export function withProviderLocked(text: string, provider: LockedProvider): string {
  if (text.trim() === "") return `${header}\n${entryText(provider)}`;

  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const entries = entriesIn(lines);
  const ours = entries.find(({ source }) => source === provider.source);
  if (ours) {
    if (isLockedTo(lines.slice(ours.start, ours.end).join(""), provider)) return text;
    return [...lines.slice(0, ours.start), entryText(provider), ...lines.slice(ours.end)].join("");
  }
  const next = entries.find(({ source }) => source > provider.source);
  if (next) return [...lines.slice(0, next.start), entryText(provider), "\n", ...lines.slice(next.start)].join("");
  return `${text}${text.endsWith("\n") ? "" : "\n"}\n${entryText(provider)}`;
}

function entriesIn(lines: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  for (let start = 0; start < lines.length; start += 1) {
    const source = entryStart.exec(lines[start] ?? "")?.[1];
    if (source === undefined) continue;
    const length = lines.slice(start).findIndex((line) => entryEnd.test(line));
    const end = length < 0 ? lines.length : start + length + 1;
    entries.push({ source, start, end });
    start = end - 1;
  }
  return entries;
}

/** Terraform may have added checksums of its own. They are kept, as long as ours is among them. */
function isLockedTo(entry: string, { version, h1 }: LockedProvider): boolean {
  const value = (name: string): string | undefined =>
    new RegExp(`^\\s*${name}\\s*=\\s*"([^"]*)"`, "m").exec(entry)?.[1];
  return value("version") === version && value("constraints") === version && entry.includes(`"${h1}"`);
}

function entryText({ source, version, h1 }: LockedProvider): string {
  return `provider "${source}" {
  version     = "${version}"
  constraints = "${version}"
  hashes = [
    "${h1}",
  ]
}
`;
}
