/**
 * Judges what stands in the place of a Secret: ours, free to be taken, or somebody else's.
 *
 * Annotations tell whose it is. A Secret that is annotated with the name of the logical key, and with no key id, is ours and empty, whatever
 * other data keys it has; so people can hand over a Secret that has other data in it.
 */
import { previousDataKeySuffix } from "../../model/kubernetes-secret-target";
import { dataManagers, originOf, type SecretMetadata } from "./secret-metadata";

/** The annotations of a Secret of ours. Labels would be too short for ids, and show in every list. */
export const annotations = {
  keyName: "keyturn.internal/key-name",
  dataKey: "keyturn.internal/data-key",
  keyId: "keyturn.internal/key-id",
  /** The key that was current before, also where its secret is no longer kept. */
  predecessorId: "keyturn.internal/predecessor-id",
  /** The key whose secret is kept under the second data key. */
  previousKeyId: "keyturn.internal/previous-key-id",
  /** The key that was current before that one. */
  previousPredecessorId: "keyturn.internal/previous-predecessor-id",
  service: "keyturn.internal/service",
  environment: "keyturn.internal/environment",
  owner: "keyturn.internal/owner",
} as const;

/** Where a secret stands, and whose it has to be. */
export interface Place {
  readonly dataKey: string;
  readonly keyName: string;
}

/** What stands in the place of a Secret. */
export type FoundSecret =
  | { readonly kind: "missing" }
  /** There is no secret in it, and one may be put there. */
  | { readonly kind: "free"; readonly metadata: SecretMetadata; readonly hasData: boolean }
  | {
      readonly kind: "ours";
      readonly metadata: SecretMetadata;
      readonly keyId: string;
      readonly predecessorId: string | undefined;
      /** The secret that is kept under the second data key. */
      readonly previous: { readonly keyId: string; readonly predecessorId: string | undefined } | undefined;
      /** What stands under the second data key and was not put there for this key, in words for messages. */
      readonly foreignPrevious: string | undefined;
    }
  /** Somebody else's. `what` names it: `a Secret with other data`. */
  | { readonly kind: "foreign"; readonly what: string };

/** What the data key of the previous secret is called. */
export function previousDataKey(dataKey: string): string {
  return dataKey + previousDataKeySuffix;
}

/**
 * Judges a Secret by its metadata.
 * @returns undefined if that takes the names of its data keys, too
 */
export function judgeMetadata(metadata: SecretMetadata, { dataKey, keyName }: Place): FoundSecret | undefined {
  const noted = metadata.annotations ?? {};
  const owner = noted[annotations.keyName];
  const keyId = noted[annotations.keyId];
  if (owner !== undefined && owner !== keyName) return foreign(`the secret of the key ${owner}`);
  if (owner === undefined || keyId === undefined) return undefined;
  const notedDataKey = noted[annotations.dataKey];
  if (notedDataKey !== undefined && notedDataKey !== dataKey) {
    return foreign(`the secret of this key under the data key ${notedDataKey} instead of ${dataKey}`);
  }
  const origin = originOf(metadata, { dataKey, annotation: annotations.keyId });
  if (origin.kind === "apart") return foreign(`a value that somebody has changed by hand (${origin.who})`);
  if (origin.kind === "gone") return foreign(`a Secret whose value ${dataKey} somebody has taken away`);
  const second = previousDataKey(dataKey);
  const previousKeyId = noted[annotations.previousKeyId];
  const previousOrigin = originOf(metadata, { dataKey: second, annotation: annotations.previousKeyId });
  return {
    kind: "ours",
    metadata,
    keyId,
    predecessorId: noted[annotations.predecessorId],
    previous:
      previousKeyId !== undefined && previousOrigin.kind === "together"
        ? { keyId: previousKeyId, predecessorId: noted[annotations.previousPredecessorId] }
        : undefined,
    foreignPrevious:
      previousOrigin.kind === "apart"
        ? `a value under ${second} that somebody else has put there (${previousOrigin.who})`
        : undefined,
  };
}

/** Judges a Secret by its metadata and the names of its data keys. */
export function judgeSecret(metadata: SecretMetadata, dataKeys: readonly string[], place: Place): FoundSecret {
  const judged = judgeMetadata(metadata, place);
  if (judged) return judged;
  const isClaimed = metadata.annotations?.[annotations.keyName] !== undefined;
  const { dataKey } = place;
  if (!isClaimed && dataKeys.length > 0) {
    const who = dataManagers(metadata);
    return foreign(`a Secret with data that keyturn has not put there${who === undefined ? "" : ` (it is by ${who})`}`);
  }
  const taken = dataKeys.find((name) => name === dataKey || name === previousDataKey(dataKey));
  if (taken !== undefined) return foreign(`a Secret whose value ${taken} keyturn has not put there`);
  return { kind: "free", metadata, hasData: dataKeys.length > 0 };
}

/** Whether the same secrets of the same keys are there, whatever else has changed. */
export function isSame(one: FoundSecret, other: FoundSecret): boolean {
  return JSON.stringify(essence(one)) === JSON.stringify(essence(other));
}

/** The version that the server gave to it; undefined where nothing may be changed. */
export function versionOf(found: FoundSecret): string | undefined {
  return found.kind === "ours" || found.kind === "free" ? found.metadata.resourceVersion : undefined;
}

function essence(found: FoundSecret): unknown {
  return found.kind === "ours" ? [found.keyId, found.predecessorId, found.previous] : found.kind;
}

function foreign(what: string): FoundSecret {
  return { kind: "foreign", what };
}
