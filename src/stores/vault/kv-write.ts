/**
 * Writes a version whose number has been reserved in the metadata, and finds out what came of it where no answer tells.
 *
 * A version that somebody else has written instead is never taken for ours: the note that announced it is taken back.
 */
import type { Clock } from "../../model/clock";
import { KeyturnError } from "../../model/error";
import type { Instant } from "../../model/instant";
import { Secret } from "../../model/secret";
import { askedPauseMs } from "../http";
import type { StoreOwner } from "../store";
import type { KvApi } from "./kv-api";
import type { KvDocument } from "./kv-body";
import { announces, newerRecordName, readRecords, withRecords, type VersionRecord } from "./kv-record";
import { reservationTime, type KvMetadata, type KvVersion } from "./kv-secret";

/** What is to be written. */
export interface ReservedVersion {
  readonly record: VersionRecord;
  readonly document: KvDocument;
}

/** What it is written with. */
export interface KvWriteParts {
  readonly kv: KvApi;
  readonly owner: StoreOwner;
  readonly clock: Pick<Clock, "now" | "sleep">;
  /** When the metadata were read from which the number was reserved, by this machine's clock. */
  readonly startedAt: Instant;
}

/** Somebody else has written the version, or the note about it. The message is the reason, without the target. */
export class KvVersionConflict extends Error {
  override readonly name = "KvVersionConflict";
}

const maxTries = 3;
const firstPauseMs = 250;
/** A server that asks for a longer pause is not asked again. */
const maxPauseMs = 10_000;

/** The time for one request, and what two clocks may differ within a few minutes. A write that is sent earlier arrives in time. */
const marginMs = 30_000;

/**
 * @returns the version as it was written
 * @throws KvVersionConflict if it is somebody else's
 * @throws KeyturnError STORE_UNREACHABLE if it could not be written, or nobody knows
 */
export async function writeKvVersion(reserved: ReservedVersion, parts: KvWriteParts): Promise<KvVersion> {
  const { kv, clock, startedAt } = parts;
  const { record, document } = reserved;
  const lastSendAt = startedAt.plus({ ms: reservationTime.ms - marginMs });
  let mayBeOurs = false;
  for (let tries = 1; ; tries += 1) {
    if (clock.now().isAfter(lastSendAt)) {
      throw new KeyturnError("STORE_UNREACHABLE", "the server took too long for one delivery. Run it again");
    }
    const write = await kv.writeVersion(document, record.version - 1);
    if (write.kind === "written") {
      await settle(record, write, parts);
      return write.version;
    }
    if (write.kind === "unknown") {
      mayBeOurs = true;
      const backOffMs = firstPauseMs * 2 ** (tries - 1);
      const askedMs = (write.answer && askedPauseMs(write.answer.headers, { clock })) ?? 0;
      if (askedMs > maxPauseMs) throw write.error;
      await clock.sleep({ ms: Math.max(askedMs, backOffMs) });
    }
    // The version says whether it was written, and its number makes sure that it is not written twice.
    const { currentVersion, custom } = await kv.readMetadata();
    if (write.kind === "changed" || currentVersion >= record.version) {
      const version = mayBeOurs ? await versionIfOurs(reserved, kv) : undefined;
      if (!version) throw await conflict(record, parts);
      await settle(record, { custom, version }, parts);
      return version;
    }
    if (tries === maxTries) throw write.error;
  }
}

/** The version, if it holds what was sent. */
async function versionIfOurs({ record, document }: ReservedVersion, kv: KvApi): Promise<KvVersion | undefined> {
  const found = await kv.readVersion(record.version);
  const isOurs = found && isSameSecret(found.document[record.field], document[record.field]);
  return isOurs ? found.metadata.versions.get(record.version) : undefined;
}

/**
 * Makes sure that the metadata tell of a version that is ours. Another process may have put a note over it, about a version of its own,
 * which cannot come any more; or the clocks of two nodes of the server differ, so that the version seems to have come too late.
 */
async function settle(
  record: VersionRecord,
  { custom, version }: { readonly custom: KvMetadata["custom"]; readonly version: KvVersion },
  { kv, owner }: KvWriteParts,
): Promise<void> {
  const isLate = version.createdAt.isAfter(record.reservedAt.plus(reservationTime));
  if (!isLate && announces(custom, record)) return;
  const noted = isLate ? { ...record, reservedAt: version.createdAt } : record;
  const isNoted = ({ custom: found, currentVersion }: KvMetadata): boolean =>
    currentVersion !== record.version || announces(found, noted);
  const now = await kv.readMetadata();
  if (isNoted(now)) return;
  const { older } = readRecords(now.custom);
  await kv.writeMetadata({ custom_metadata: withRecords(now.custom, owner, { newer: noted, older }) });
  if (isNoted(await kv.readMetadata())) return;
  throw new KvVersionConflict(
    `what was noted of version ${record.version} in its custom metadata does not stay. ` +
      "Make sure that only one run delivers to it, and that the server is OpenBao, or Vault 1.9 or later",
  );
}

/** Takes the note back, so that somebody else's version is not taken for the one that was announced. */
async function conflict(record: VersionRecord, { kv, owner }: KvWriteParts): Promise<KvVersionConflict> {
  const reason = `somebody else has written version ${record.version} of it in this moment, which has not been overwritten`;
  try {
    const { custom } = await kv.readMetadata();
    if (announces(custom, record)) {
      const { older } = readRecords(custom);
      await kv.writeMetadata({ custom_metadata: withRecords(custom, owner, { newer: undefined, older }) });
    }
    return new KvVersionConflict(reason);
  } catch {
    return new KvVersionConflict(
      `${reason}. ${newerRecordName} in its custom metadata tells of another one, and could not be changed; remove it by hand`,
    );
  }
}

/** Whether two fields hold the same secret. */
export function isSameSecret(one: unknown, other: unknown): boolean {
  return one instanceof Secret && other instanceof Secret && one.reveal() === other.reveal();
}
