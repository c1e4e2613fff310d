/**
 * What the metadata of a secret say of its versions, and which of them are keyturn's.
 *
 * The custom metadata of a secret are the ledger: `keyturn_v7` says which key's secret version 7 is, what was current before, and when
 * the version was made. It is written before the version, without the instant, and once more after it, with it. So a run that is killed
 * between leaves an entry without an instant, and the version with that number may be somebody else's; then the version itself is asked.
 */
import { z } from "zod";

/** One version, as Vault tells. */
interface VersionState {
  readonly createdAt: string;
  /** Whether its content is gone, for good or for now. */
  readonly isGone: boolean;
}

/** What the ledger says of a version. */
export interface LedgerEntry {
  readonly keyId: string;
  /** The version, and its key, that was current before; undefined if none was. */
  readonly after: { readonly version: number; readonly keyId: string } | undefined;
  /** As in `VersionState`; undefined while it has not been confirmed. */
  readonly createdAt: string | undefined;
}

/** The metadata of a secret. */
export interface SecretMetadata {
  /** 0 where no version was ever written. */
  readonly currentVersion: number;
  /** How many versions are kept; 0 means as many as the engine says. */
  readonly maxVersions: number;
  readonly versions: ReadonlyMap<number, VersionState>;
  /** Of whoever has written them. */
  readonly custom: Readonly<Record<string, string>>;
}

/** The name of the entry that says which logical key the secret is for. */
export const keyNameEntry = "keyturn_key_name";

const metadataSchema = z.object({
  data: z.object({
    current_version: z.number().int(),
    max_versions: z.number().int().optional(),
    custom_metadata: z.record(z.string(), z.string()).nullish(),
    versions: z
      .record(z.string(), z.object({ created_time: z.string(), deletion_time: z.string(), destroyed: z.boolean() }))
      .nullish(),
  }),
});

/** Reads the answer of Vault; undefined if it is none. */
export function parseMetadata(json: unknown): SecretMetadata | undefined {
  const parsed = metadataSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const {
    current_version: currentVersion,
    max_versions: maxVersions = 0,
    custom_metadata: custom,
    versions,
  } = parsed.data.data;
  return {
    currentVersion,
    maxVersions,
    custom: custom ?? {},
    versions: new Map(
      Object.entries(versions ?? {}).map(([version, state]) => [
        Number(version),
        { createdAt: state.created_time, isGone: state.destroyed || state.deletion_time !== "" },
      ]),
    ),
  };
}

/** Nothing is there. */
export const noMetadata: SecretMetadata = { currentVersion: 0, maxVersions: 0, versions: new Map(), custom: {} };

/** What the ledger says of a version; undefined if nothing, or if the version is not the one that it speaks of. */
export function entryOf({ custom, versions }: SecretMetadata, version: number): LedgerEntry | undefined {
  const entry = parseEntry(custom[entryName(version)]);
  if (!entry?.createdAt) return entry;
  return versions.get(version)?.createdAt === entry.createdAt ? entry : undefined;
}

/** Whether a version can be read. */
export function isThere({ versions }: SecretMetadata, version: number): boolean {
  return versions.get(version)?.isGone === false;
}

/** The custom metadata with an entry for a version. Those of older ones go, but for the one that can be gone back to. */
export function customWith(
  custom: SecretMetadata["custom"],
  version: number,
  entry: LedgerEntry,
): Readonly<Record<string, string>> {
  const kept = [version, entry.after?.version, version - 1].map((each) => (each === undefined ? "" : entryName(each)));
  const others = Object.entries(custom).filter(([name]) => !name.startsWith(entryName("")) || kept.includes(name));
  return { ...Object.fromEntries(others), [entryName(version)]: entryText(entry) };
}

function entryName(version: number | ""): string {
  return `keyturn_v${version}`;
}

function entryText({ keyId, after, createdAt }: LedgerEntry): string {
  return JSON.stringify({
    key: keyId,
    ...(after && { after: [after.version, after.keyId] }),
    ...(createdAt && { at: createdAt }),
  });
}

const entrySchema = z.object({
  key: z.string().min(1),
  after: z.tuple([z.number().int(), z.string()]).optional(),
  at: z.string().optional(),
});

function parseEntry(text: string | undefined): LedgerEntry | undefined {
  try {
    const { key, after, at } = entrySchema.parse(JSON.parse(text ?? ""));
    return { keyId: key, after: after && { version: after[0], keyId: after[1] }, createdAt: at };
  } catch {
    return undefined;
  }
}
