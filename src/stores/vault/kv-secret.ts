/**
 * What is known of one secret of a KV engine: which key's secret is current, which one was before, and what is somebody else's. Pure.
 */
import { Duration } from "../../model/duration";
import type { Instant } from "../../model/instant";
import { readNote, type VersionRecord } from "./kv-record";

/** One version of a secret. */
export interface KvVersion {
  readonly createdAt: Instant;
  /** When it is deleted, or was. A reader gets nothing from then on. */
  readonly deletedAt: Instant | undefined;
  readonly isDestroyed: boolean;
}

/** The metadata of a secret. One that is not there has version 0. */
export interface KvMetadata {
  /** The number of the last version, also if that one has been deleted. */
  readonly currentVersion: number;
  readonly versions: ReadonlyMap<number, KvVersion>;
  readonly custom: Readonly<Record<string, string>>;
  /** How many versions are kept, as it is set for this secret. 0: as it is set for the engine. */
  readonly maxVersions: number;
  /** Whether versions of this secret are deleted by themselves after a time. */
  readonly areVersionsDeleted: boolean;
  /** The time of the server when it told this. */
  readonly servedAt: Instant;
}

/** What a secret holds for a logical key. */
export interface KvHolding {
  /** The current version, if it is one of this logical key that a reader gets. */
  readonly current: VersionRecord | undefined;
  /** Where the secret is that was current before, if it is still there. */
  readonly previous: { readonly keyId: string; readonly version: number } | undefined;
  /** What is there for a reader and not of this logical key, in words. */
  readonly foreign: string | undefined;
  /** Versions that the current one replaces, and that have not been destroyed yet. */
  readonly leftovers: readonly number[];
}

/** The current version, if a reader gets it. */
export function readableVersion({ currentVersion, versions, servedAt }: KvMetadata): KvVersion | undefined {
  const version = versions.get(currentVersion);
  return isReadable(version, servedAt) ? version : undefined;
}

/** Whose secret the current version is, if the custom metadata tell of that very version. */
export function notedRecord(metadata: KvMetadata): VersionRecord | undefined {
  const note = readNote(metadata.custom);
  const version = metadata.versions.get(metadata.currentVersion);
  const isOfIt =
    note?.record.version === metadata.currentVersion && note.createdAt.epochMs === version?.createdAt.epochMs;
  return isOfIt ? note.record : undefined;
}

/**
 * Tells what a secret holds for the logical key of that name.
 * @param record what is known of the current version, from a note of it or from itself
 */
export function holdingOf(metadata: KvMetadata, record: VersionRecord | undefined, keyName: string): KvHolding {
  const nothing: KvHolding = { current: undefined, previous: undefined, foreign: undefined, leftovers: [] };
  const { currentVersion, versions } = metadata;
  const version = readableVersion(metadata);
  if (!version) return nothing;
  // A record of another number is a copy: somebody has changed a field, and taken the others along.
  if (record?.version !== currentVersion) {
    return {
      ...nothing,
      foreign: `a secret that somebody else has written (version ${currentVersion}, at ${version.createdAt.toString()})`,
    };
  }
  if (record.keyName !== keyName) return { ...nothing, foreign: `the secret of the logical key ${record.keyName}` };
  return {
    ...nothing,
    current: record,
    previous: previousOf(record, metadata),
    leftovers: record.replaces.filter((number) => versions.get(number)?.isDestroyed === false),
  };
}

function previousOf({ predecessor }: VersionRecord, { versions, servedAt }: KvMetadata): KvHolding["previous"] {
  if (predecessor?.version === undefined || !isReadable(versions.get(predecessor.version), servedAt)) return undefined;
  return { keyId: predecessor.keyId, version: predecessor.version };
}

/** The server tells its time in whole seconds, rounded down, and the time of a deletion exactly. */
const roundedAway = Duration.seconds(1);

function isReadable(version: KvVersion | undefined, at: Instant): version is KvVersion {
  if (!version || version.isDestroyed) return false;
  return version.deletedAt === undefined || version.deletedAt.isAfter(at.plus(roundedAway));
}
