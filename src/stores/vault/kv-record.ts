/**
 * What the custom metadata of a secret say about its versions: which key's secret each of two versions is, without the secret.
 *
 * Custom metadata belong to the path and not to a version, and are written before the version that they tell of. So there are two
 * records: one of the version that is about to come, and one of the version that stays current if it never comes. Whoever can write
 * the metadata can forge them.
 */
import { Instant } from "../../model/instant";
import type { StoreOwner } from "../store";

/** Whose secret a version is. */
export interface VersionRecord {
  readonly version: number;
  readonly keyId: string;
  /** What was current before, and in which version it is: in none, if it is not kept. Undefined if nothing was current before. */
  readonly predecessor: { readonly keyId: string; readonly version: number | undefined } | undefined;
  /** The field that holds the secret. */
  readonly field: string;
  /** When the number was reserved, by the clock of the server. A version that came much later is somebody else's. */
  readonly reservedAt: Instant;
  /** The versions that are to be destroyed once this one is there: the one that it takes back, and the one that it is a copy of. */
  readonly replaces: readonly number[];
}

/** What is written into the custom metadata of a secret. */
export interface KvRecords {
  /** The name of the logical key. Undefined if it is a secret of somebody else's. */
  readonly keyName: string | undefined;
  readonly newer: VersionRecord | undefined;
  readonly older: VersionRecord | undefined;
}

/** The limits of the engine on custom metadata, in bytes (hashicorp/vault-plugin-secrets-kv, `path_metadata.go`). */
export const customMetadataLimits = { entries: 64, valueSize: 512 } as const;

const names = {
  keyName: "keyturn_key",
  owner: "keyturn_owner",
  service: "keyturn_service",
  environment: "keyturn_environment",
  newer: "keyturn_version_newer",
  older: "keyturn_version_older",
} as const;

/** The name of the entry that tells of the version that is about to come, or has come last. */
export const newerRecordName = names.newer;

/** The characters that a part of a record may have. */
const partPattern = /^[\x21-\x7e]+$/;

/** Whether the id of a key can stand in a record. Ids of the API can, but nothing promises it. */
export function fitsRecord(keyId: string): boolean {
  return partPattern.test(keyId) && keyId.length <= 100;
}

/** Reads the records out of custom metadata. */
export function readRecords(custom: Readonly<Record<string, string>>): KvRecords {
  const { [names.keyName]: keyName, [names.newer]: newer, [names.older]: older } = custom;
  return { keyName, newer: readRecord(newer), older: readRecord(older) };
}

/** Custom metadata with these records in place of those that they had; everything else in them stays. */
export function withRecords(
  custom: Readonly<Record<string, string>>,
  owner: StoreOwner,
  { newer, older }: Pick<KvRecords, "newer" | "older">,
): Readonly<Record<string, string>> {
  const entries = {
    [names.keyName]: owner.keyName,
    [names.owner]: forPeople(owner.owner),
    [names.service]: forPeople(owner.service),
    [names.environment]: forPeople(owner.environment),
    [names.newer]: newer && writeRecord(newer),
    [names.older]: older && writeRecord(older),
  };
  const own = Object.entries(entries).filter(([, value]) => value !== undefined && value !== "");
  return { ...withoutRecords(custom), ...(Object.fromEntries(own) as Record<string, string>) };
}

/** Custom metadata without all that keyturn has put there. */
export function withoutRecords(custom: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const ours: readonly string[] = Object.values(names);
  return Object.fromEntries(Object.entries(custom).filter(([name]) => !ours.includes(name)));
}

/** Whether custom metadata hold exactly this record as the newer one. */
export function announces(custom: Readonly<Record<string, string>>, record: VersionRecord): boolean {
  return custom[names.newer] === writeRecord(record);
}

function writeRecord({ version, keyId, predecessor, field, reservedAt, replaces }: VersionRecord): string {
  return [
    `version=${version}`,
    `key=${keyId}`,
    ...(predecessor ? [`after=${predecessor.keyId}`] : []),
    ...(predecessor?.version === undefined ? [] : [`in=${predecessor.version}`]),
    ...(replaces.length === 0 ? [] : [`replaces=${replaces.join(",")}`]),
    `field=${encodeURIComponent(field)}`,
    `reserved=${reservedAt.toString()}`,
  ].join(" ");
}

function readRecord(text: string | undefined): VersionRecord | undefined {
  if (text === undefined) return undefined;
  const parts = new Map(text.split(" ").map(splitPart));
  const version = readNumber(parts.get("version"));
  const keyId = parts.get("key");
  const field = readField(parts.get("field"));
  const reservedAt = Instant.tryParse(parts.get("reserved") ?? "");
  if (version === undefined || !keyId || field === undefined || !reservedAt) return undefined;
  const after = parts.get("after");
  const replaces = parts.get("replaces")?.split(",").map(readNumber) ?? [];
  return {
    version,
    keyId,
    predecessor: after ? { keyId: after, version: readNumber(parts.get("in")) } : undefined,
    field,
    reservedAt,
    replaces: replaces.filter((number) => number !== undefined),
  };
}

function splitPart(part: string): [string, string] {
  const [name = "", ...value] = part.split("=");
  return [name, value.join("=")];
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

function readField(text: string | undefined): string | undefined {
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
