/**
 * Whose secret a version is, as a record that stands in the version itself, and as a note of it in the custom metadata.
 *
 * The record is written together with the secret, in one request, and no version ever changes: so it tells the truth, whatever was killed and
 * whoever else writes. It has the number of its version in it, so that a copy of it in another version tells nothing. The note is for
 * those who may not read secrets. It is written after the version, and is good only for that very one. Whoever can write either can forge it.
 */
import { Instant } from "../../model/instant";
import type { StoreOwner } from "../store";

/** Whose secret a version is. */
export interface VersionRecord {
  /** The name of the logical key. */
  readonly keyName: string;
  readonly version: number;
  readonly keyId: string;
  /** What was current before, and in which version it is: in none, if it is not kept. Undefined if nothing was current before. */
  readonly predecessor: { readonly keyId: string; readonly version: number | undefined } | undefined;
  /** The field that holds the secret. */
  readonly field: string;
  /** The versions that are to be destroyed once this one is there: the one that it takes back, and the one that it is a copy of. */
  readonly replaces: readonly number[];
}

/** A note in the custom metadata: of which version it is, which cannot be another one of that number, written after a removal. */
export interface VersionNote {
  readonly record: VersionRecord;
  readonly createdAt: Instant;
}

/** The limits of the engine on custom metadata, in bytes (hashicorp/vault-plugin-secrets-kv, `path_metadata.go`). */
export const customMetadataLimits = { entries: 64, valueSize: 512 } as const;

const names = {
  keyName: "keyturn_key",
  owner: "keyturn_owner",
  service: "keyturn_service",
  environment: "keyturn_environment",
  note: "keyturn_version",
} as const;

/** The characters that a part of a record may have. */
const partPattern = /^[\x21-\x7e]+$/;

/** Whether the id of a key can stand in a record. Ids of the API can, but nothing promises it. */
export function fitsRecord(keyId: string): boolean {
  return partPattern.test(keyId) && keyId.length <= 100;
}

/** The record as it stands in the version. */
export function recordText(record: VersionRecord): string {
  return `for=${encodeURIComponent(record.keyName)} ${shortText(record)}`;
}

/** Reads a record out of a version. Undefined if it is none. */
export function readRecord(text: string): VersionRecord | undefined {
  const parts = partsOf(text);
  const keyName = decoded(parts.get("for"));
  return keyName === undefined ? undefined : recordOf(keyName, parts);
}

/** Reads the note out of custom metadata. Undefined if there is none. */
export function readNote(custom: Readonly<Record<string, string>>): VersionNote | undefined {
  const parts = partsOf(custom[names.note] ?? "");
  const keyName = custom[names.keyName];
  const record = keyName === undefined ? undefined : recordOf(keyName, parts);
  const createdAt = Instant.tryParse(parts.get("created") ?? "");
  return record && createdAt && { record, createdAt };
}

/** Custom metadata with this note in place of the one before; everything else in them stays. */
export function withNote(
  custom: Readonly<Record<string, string>>,
  owner: StoreOwner,
  { record, createdAt }: VersionNote,
): Readonly<Record<string, string>> {
  const entries = {
    [names.keyName]: record.keyName,
    [names.owner]: forPeople(owner.owner),
    [names.service]: forPeople(owner.service),
    [names.environment]: forPeople(owner.environment),
    // The name of the logical key stands beside it already, and may be long.
    [names.note]: `${shortText(record)} created=${createdAt.toString()}`,
  };
  const own = Object.entries(entries).filter(([, value]) => value !== "");
  return { ...withoutNote(custom), ...Object.fromEntries(own) };
}

/** Custom metadata without all that keyturn has put there. */
export function withoutNote(custom: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const ours: readonly string[] = Object.values(names);
  return Object.fromEntries(Object.entries(custom).filter(([name]) => !ours.includes(name)));
}

function shortText({ version, keyId, predecessor, field, replaces }: VersionRecord): string {
  return [
    `version=${version}`,
    `key=${keyId}`,
    ...(predecessor ? [`after=${predecessor.keyId}`] : []),
    ...(predecessor?.version === undefined ? [] : [`in=${predecessor.version}`]),
    ...(replaces.length === 0 ? [] : [`replaces=${replaces.join(",")}`]),
    `field=${encodeURIComponent(field)}`,
  ].join(" ");
}

function recordOf(keyName: string, parts: ReadonlyMap<string, string>): VersionRecord | undefined {
  const version = readNumber(parts.get("version"));
  const keyId = parts.get("key");
  const field = decoded(parts.get("field"));
  if (version === undefined || !keyId || field === undefined) return undefined;
  const after = parts.get("after");
  const replaces = parts.get("replaces")?.split(",").map(readNumber) ?? [];
  return {
    keyName,
    version,
    keyId,
    predecessor: after ? { keyId: after, version: readNumber(parts.get("in")) } : undefined,
    field,
    replaces: replaces.filter((number) => number !== undefined),
  };
}

function partsOf(text: string): ReadonlyMap<string, string> {
  return new Map(text.split(" ").map(splitPart));
}

function splitPart(part: string): [string, string] {
  const [name = "", ...value] = part.split("=");
  return [name, value.join("=")];
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text ? decodeURIComponent(text) : undefined;
  } catch {
    return undefined;
  }
}

/** A text that is only shown, made to fit: the engine refuses what does not print, and what is too long. */
function forPeople(text: string): string {
  const printable = text.replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "?");
  let fitting = printable;
  while (Buffer.byteLength(fitting) > customMetadataLimits.valueSize) fitting = fitting.slice(0, -1);
  return fitting.replace(/\p{Cs}$/u, "");
}
