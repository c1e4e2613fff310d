/** Asks every source of evidence about one key. */
import type { Observation } from "../model/evidence";
import type { EvidenceSource, EvidenceWindow, WatchedKey } from "./evidence-source";

/**
 * What the sources know about the use of the key, in their order. They are asked at the same time.
 * @throws KeyturnError ABORTED
 */
export async function gatherEvidence(
  sources: readonly EvidenceSource[],
  key: WatchedKey,
  window: EvidenceWindow,
  signal?: AbortSignal,
): Promise<readonly Observation[]> {
  return Promise.all(sources.map((source) => source.observe(key, window, signal)));
}
