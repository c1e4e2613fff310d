/**
 * Writes a version if it follows the one that it was meant to follow, and finds out what came of it where no answer tells.
 *
 * A version that somebody else has written instead is never taken for ours: the record in it says whose it is.
 */
import type { Clock } from "../../model/clock";
import { askedPauseMs } from "../http";
import type { KvApi } from "./kv-api";
import type { KvDocument } from "./kv-body";
import { recordText, type VersionRecord } from "./kv-record";
import type { KvMetadata, KvVersion } from "./kv-secret";

/** A version as it was written, and the custom metadata of then. */
export interface WrittenVersion {
  readonly version: KvVersion;
  readonly custom: KvMetadata["custom"];
}

/** Somebody else has written the version. The message is the reason, without the target. */
export class KvVersionConflict extends Error {
  override readonly name = "KvVersionConflict";
}

const maxTries = 3;
const firstPauseMs = 250;
/** A server that asks for a longer pause is not asked again. */
const maxPauseMs = 10_000;

/**
 * @throws KvVersionConflict if it is somebody else's
 * @throws KeyturnError STORE_UNREACHABLE if it could not be written, or nobody knows
 */
export async function writeKvVersion(
  { record, document }: { readonly record: VersionRecord; readonly document: KvDocument },
  { kv, clock }: { readonly kv: KvApi; readonly clock: Pick<Clock, "now" | "sleep"> },
): Promise<WrittenVersion> {
  let mayBeOurs = false;
  for (let tries = 1; ; tries += 1) {
    const write = await kv.writeVersion(document, record);
    if (write.kind === "written") return write;
    if (write.kind === "unknown") {
      mayBeOurs = true;
      const backOffMs = firstPauseMs * 2 ** (tries - 1);
      const askedMs = (write.answer && askedPauseMs(write.answer.headers, { clock })) ?? 0;
      if (askedMs > maxPauseMs) throw write.error;
      await clock.sleep({ ms: Math.max(askedMs, backOffMs) });
    }
    // The version says whether it was written, and its number makes sure that it is not written twice.
    const { currentVersion } = await kv.readMetadata();
    if (write.kind === "changed" || currentVersion >= record.version) {
      const written = mayBeOurs ? await writtenVersion(record, kv) : undefined;
      if (written) return written;
      throw new KvVersionConflict(
        `somebody else has written version ${record.version} of it in this moment, which has not been overwritten`,
      );
    }
    if (tries === maxTries) throw write.error;
  }
}

/** The version, if it is the one that was sent. */
async function writtenVersion(record: VersionRecord, kv: KvApi): Promise<WrittenVersion | undefined> {
  const found = await kv.readVersion(record.version);
  const version = found?.metadata.versions.get(record.version);
  if (!version || !found?.record || recordText(found.record) !== recordText(record)) return undefined;
  return { version, custom: found.metadata.custom };
}
