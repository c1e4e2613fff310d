/**
 * The text of a data file: everything but the activity, as one JSON document with a line per key.
 *
 * A document that is not exactly of this form is refused, because an empty or half-read store would look like revoked keys.
 */
import * as z from "zod";
import { KeyturnError } from "../../model/error";
import { instantSchema as instant } from "../instant-schema";
import { Directory } from "./directory";
import type { KeyRecord } from "./key-record";

const account = z.object({ id: z.string(), username: z.string() });
const project = z.object({
  id: z.string(),
  name: z.string(),
  environment: z.enum(["production", "sandbox"]),
  plan: z.string(),
  createdAt: instant,
  accounts: z.array(account),
});
const user = z.object({ id: z.string(), email: z.string(), passwordHash: z.string() });
const key = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  accountIds: z.array(z.string()).nullable(),
  source: z.string().nullable(),
  clientName: z.string().nullable(),
  authorizedByEmail: z.string().nullable(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
  secretHash: z.string(),
});
const document = z.object({
  version: z.literal(1),
  organization: z.object({ id: z.string(), name: z.string() }),
  projects: z.tuple([project], project),
  users: z.array(user),
  keys: z.array(key),
});

/** What a data file holds. */
export interface Snapshot {
  readonly directory: Directory;
  readonly keys: readonly KeyRecord[];
}

/** Writes snapshots. It remembers the text of every key, so saving one change among thousands of keys stays cheap. */
export class SnapshotText {
  readonly #ofKey = new WeakMap<KeyRecord, string>();

  render(directory: Directory, keys: Iterable<KeyRecord>): string {
    const head = {
      version: 1,
      organization: directory.organization,
      projects: directory.projects,
      users: [...directory.users()],
    };
    const lines = Array.from(keys, (record) => this.#keyText(record));
    return `${JSON.stringify(head).slice(0, -1)},"keys":[\n${lines.join(",\n")}\n]}\n`;
  }

  #keyText(record: KeyRecord): string {
    let text = this.#ofKey.get(record);
    if (text === undefined) {
      text = JSON.stringify(record);
      this.#ofKey.set(record, text);
    }
    return text;
  }
}

/**
 * Reads a snapshot.
 * @throws KeyturnError INVALID_CONFIGURATION that names the file and the place at fault, and quotes nothing from it
 */
export function readSnapshot(text: string, file: string): Snapshot {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable(file, text.trim() === "" ? "it is empty" : "it is not valid JSON");
  }
  const parsed = document.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw unreadable(file, `at ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  const { organization, projects, users, keys } = parsed.data;
  return { directory: new Directory(organization, projects, users), keys };
}

function unreadable(file: string, reason: string): KeyturnError {
  return new KeyturnError(
    "INVALID_CONFIGURATION",
    `the data file ${file} cannot be read: ${reason}; restore it from a copy, or move it away to start with an empty store`,
  );
}
