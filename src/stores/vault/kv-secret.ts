/**
 * What is known of one secret of a KV engine from its metadata alone: which key's secret is current, which one was before, and what is
 * somebody else's. Pure.
 */
import { Duration } from "../../model/duration";
import type { Instant } from "../../model/instant";
import { readRecords, type VersionRecord } from "./kv-record";

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

/**
 * How long a reserved version number is good for. A write is tried for less than that, so what comes later is somebody else's. Between
 * the reservation and the version only a run that was killed leaves room for anybody else.
 */
export const reservationTime = Duration.minutes(2);

/** Tells what a secret holds for the logical key of that name. */
export function holdingOf(metadata: KvMetadata, keyName: string): KvHolding {
  const nothing: KvHolding = { current: undefined, previous: undefined, foreign: undefined, leftovers: [] };
  const { currentVersion, versions, servedAt } = metadata;
  const version = versions.get(currentVersion);
  if (!isReadable(version, servedAt)) return nothing;
  const records = readRecords(metadata.custom);
  if (records.keyName !== undefined && records.keyName !== keyName) {
    return { ...nothing, foreign: `the secret of the logical key ${records.keyName}` };
  }
  const { newer, older } = records;
  const current = [newer, older].find(
    (record) =>
      record?.version === currentVersion && !version.createdAt.isAfter(record.reservedAt.plus(reservationTime)),
  );
  if (!current) {
    return {
      ...nothing,
      foreign: `a secret that somebody else has written (version ${currentVersion}, at ${version.createdAt.toString()})`,
    };
  }
  return {
    ...nothing,
    current,
    previous: previousOf(current, metadata),
    leftovers: current.replaces.filter((number) => versions.get(number)?.isDestroyed === false),
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
