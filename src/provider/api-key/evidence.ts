/**
 * What a refresh saw, as it is kept in the resource's private data.
 *
 * Terraform plans a change at plan time and again at apply time, and both must decide the same. So planning has no clock and asks
 * nobody: it decides from this snapshot, which is taken once, when the resource is read. It is small, because core copies it often.
 */
import { Instant } from "../../model/instant";
import type { ListedKey } from "../../model/listed-key";
import type { RetiringEvidence, SuccessorEvidence } from "../../model/retirement";

/** What is known of the proof of a key's secret; nothing, for a key that was imported. */
export type RememberedProof = Pick<SuccessorEvidence, "provenAt" | "noticedWithin">;

/** One reading of the API's clock, and the evidence of that moment. */
export interface Snapshot extends RememberedProof {
  readonly readAt: Instant;
  readonly lastUsedAt: Instant | undefined;
  /** The workspace that the key is in, if the API says so. */
  readonly workspaceId: string | undefined;
  /** The other keys of the same name, by id. */
  readonly retiring: ReadonlyMap<string, RetiringEvidence>;
}

/** The snapshot as JSON: instants are milliseconds since 1970, and null stands for what is not known. */
interface SnapshotJson {
  readonly readAt: number;
  readonly lastUsedAt: number | null;
  readonly provenAt: number | null;
  readonly noticedWithinMs: number | null;
  readonly workspaceId: string | null;
  readonly retiring: Readonly<Record<string, number | null>>;
}

/** Takes a snapshot of a key and of the other keys of its name. */
export function takeSnapshot(facts: {
  readonly readAt: Instant;
  readonly key: ListedKey;
  readonly proof: RememberedProof;
  readonly leftovers: readonly ListedKey[];
}): Snapshot {
  const { readAt, key, proof, leftovers } = facts;
  return {
    readAt,
    lastUsedAt: key.lastUsedAt,
    provenAt: proof.provenAt,
    noticedWithin: proof.noticedWithin,
    workspaceId: key.workspaceId,
    retiring: new Map(leftovers.map(({ id, lastUsedAt }) => [id, { lastUsedAt }])),
  };
}

/** The form for the private data. */
export function encodeSnapshot(snapshot: Snapshot): unknown {
  return {
    readAt: snapshot.readAt.epochMs,
    lastUsedAt: snapshot.lastUsedAt?.epochMs ?? null,
    provenAt: snapshot.provenAt?.epochMs ?? null,
    noticedWithinMs: snapshot.noticedWithin?.ms ?? null,
    workspaceId: snapshot.workspaceId ?? null,
    retiring: Object.fromEntries(
      [...snapshot.retiring].map(([id, { lastUsedAt }]) => [id, lastUsedAt?.epochMs ?? null]),
    ),
  } satisfies SnapshotJson;
}

/**
 * Reads private data.
 * @returns undefined where there is none yet, or where it is of another form: then nothing is due that needs evidence
 */
export function decodeSnapshot(value: unknown): Snapshot | undefined {
  if (!isSnapshotJson(value)) return undefined;
  return {
    readAt: Instant.ofEpochMs(value.readAt),
    lastUsedAt: optionalInstant(value.lastUsedAt),
    provenAt: optionalInstant(value.provenAt),
    noticedWithin: value.noticedWithinMs === null ? undefined : { ms: value.noticedWithinMs },
    workspaceId: value.workspaceId ?? undefined,
    retiring: new Map(
      Object.entries(value.retiring).map(([id, lastUsedAt]) => [id, { lastUsedAt: optionalInstant(lastUsedAt) }]),
    ),
  };
}

/** The evidence on the key itself, as the successor of those that it replaced. */
export function successorEvidence(
  { lastUsedAt, provenAt, noticedWithin }: Snapshot,
  createdAt: Instant | undefined,
): SuccessorEvidence {
  return { createdAt, lastUsedAt, provenAt, noticedWithin };
}

function isSnapshotJson(value: unknown): value is SnapshotJson {
  if (typeof value !== "object" || value === null) return false;
  const { readAt, lastUsedAt, provenAt, noticedWithinMs, workspaceId, retiring } = value as Partial<
    Record<keyof SnapshotJson, unknown>
  >;
  return (
    Number.isInteger(readAt) &&
    [lastUsedAt, provenAt, noticedWithinMs].every(isOptionalInteger) &&
    (workspaceId === null || typeof workspaceId === "string") &&
    typeof retiring === "object" &&
    retiring !== null &&
    Object.values(retiring).every(isOptionalInteger)
  );
}

function isOptionalInteger(value: unknown): boolean {
  return value === null || Number.isInteger(value);
}

function optionalInstant(epochMs: number | null): Instant | undefined {
  return epochMs === null ? undefined : Instant.ofEpochMs(epochMs);
}
