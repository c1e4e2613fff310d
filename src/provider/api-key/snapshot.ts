/**
 * What a refresh saw, as it is kept in the resource's private data.
 *
 * Terraform plans a change at plan time and again at apply time, and both must decide the same. So planning has no clock and asks
 * nobody: it decides from this snapshot, which is taken once, when the resource is read. It is small, because core copies it often.
 */
import type { Delivery } from "../../model/decision";
import type { Observation } from "../../model/evidence";
import { Instant } from "../../model/instant";
import type { RememberedProof } from "../rotation/prove-key";

/** What was seen of one key. */
export interface SeenKey {
  readonly lastUsedAt: Instant | undefined;
  /** Where its secret is; undefined where it was not asked. */
  readonly delivery: Delivery | undefined;
  /** What further sources of evidence say, where they were asked. */
  readonly observations: readonly Observation[];
}

/** An active key of the same name that is not the one in the state. */
export interface Usurper {
  readonly id: string;
  /** Its last use, if it was used after it had taken over. */
  readonly usedAt: Instant | undefined;
}

/** A newer key of the same name, which every store hands out, and which the state does not know. */
export interface DeliveredKey {
  readonly id: string;
}

/** One reading of the API's clock, and the evidence of that moment. */
export interface Snapshot {
  readonly proof: RememberedProof;
  readonly readAt: Instant;
  /** The workspace that the key is in, if the API says so. */
  readonly workspaceId: string | undefined;
  /** What was seen of the key itself and of the others of its name, by id. */
  readonly seen: ReadonlyMap<string, SeenKey>;
  readonly usurper: Usurper | undefined;
  readonly delivered: DeliveredKey | undefined;
  /** Whether a rotation was asked for at a time when the key could not be rotated yet. */
  readonly owesRotation: boolean;
}

/** The snapshot as JSON. Instants are milliseconds since 1970, and what is not known is left out. */
interface SnapshotJson {
  readonly version: typeof currentVersion;
  readonly readAt: number;
  readonly proof: ProofJson;
  readonly workspaceId?: string;
  readonly seen: Readonly<Record<string, SeenKeyJson>>;
  readonly usurper?: { readonly id: string; readonly usedAt?: number };
  readonly delivered?: DeliveredKey;
  readonly owesRotation?: true;
}

interface ProofJson {
  readonly firstTriedAt?: number;
  readonly provenAt?: number;
  readonly notedWithinMs?: number;
  readonly leavesOutMs?: number;
  readonly requestId?: string;
}

interface SeenKeyJson {
  readonly lastUsedAt?: number;
  readonly delivery?: Delivery;
  readonly observations?: readonly ObservationJson[];
}

interface ObservationJson {
  readonly source: string;
  readonly lastUsedAt?: number;
  readonly lastUsedUpTo?: number;
  readonly watched?: readonly [number, number];
  readonly problem?: string;
}

const currentVersion = 3;

/** The form for the private data. */
export function encodeSnapshot(snapshot: Snapshot): unknown {
  const { readAt, proof, workspaceId, seen, usurper, delivered, owesRotation } = snapshot;
  return {
    version: currentVersion,
    readAt: readAt.epochMs,
    proof: encodeProof(proof),
    ...given("workspaceId", workspaceId),
    seen: Object.fromEntries([...seen].map(([id, key]) => [id, encodeSeenKey(key)])),
    ...given("usurper", usurper && { id: usurper.id, ...given("usedAt", usurper.usedAt?.epochMs) }),
    ...given("delivered", delivered),
    ...(owesRotation && { owesRotation }),
  } satisfies SnapshotJson;
}

function encodeProof({ firstTriedAt, provenAt, notedWithin, leavesOut, requestId }: RememberedProof): ProofJson {
  return {
    ...given("firstTriedAt", firstTriedAt?.epochMs),
    ...given("provenAt", provenAt?.epochMs),
    ...given("notedWithinMs", notedWithin?.ms),
    ...given("leavesOutMs", leavesOut?.ms),
    ...given("requestId", requestId),
  };
}

function encodeSeenKey({ lastUsedAt, delivery, observations }: SeenKey): SeenKeyJson {
  return {
    ...given("lastUsedAt", lastUsedAt?.epochMs),
    ...given("delivery", delivery),
    ...(observations.length > 0 && { observations: observations.map(encodeObservation) }),
  };
}

function encodeObservation({ source, lastUsedAt, lastUsedUpTo, watched, problem }: Observation): ObservationJson {
  return {
    source,
    ...given("lastUsedAt", lastUsedAt?.epochMs),
    ...given("lastUsedUpTo", lastUsedUpTo?.epochMs),
    ...(watched && { watched: [watched.from.epochMs, watched.to.epochMs] }),
    ...given("problem", problem),
  };
}

function given<K extends string, V>(name: K, value: V | undefined): { readonly [Name in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Name in K]?: V });
}

/**
 * Reads private data.
 * @returns undefined where there is none yet, or where another version of the provider wrote it: then nothing is due that needs evidence
 */
export function decodeSnapshot(value: unknown): Snapshot | undefined {
  if (!isSnapshotJson(value)) return undefined;
  const { usurper } = value;
  return {
    readAt: Instant.ofEpochMs(value.readAt),
    proof: decodeProof(value.proof),
    workspaceId: value.workspaceId,
    seen: new Map(Object.entries(value.seen).map(([id, key]) => [id, decodeSeenKey(key)])),
    usurper: usurper && { id: usurper.id, usedAt: optionalInstant(usurper.usedAt) },
    delivered: value.delivered,
    owesRotation: value.owesRotation ?? false,
  };
}

function decodeProof({ firstTriedAt, provenAt, notedWithinMs, leavesOutMs, requestId }: ProofJson): RememberedProof {
  return {
    firstTriedAt: optionalInstant(firstTriedAt),
    provenAt: optionalInstant(provenAt),
    notedWithin: notedWithinMs === undefined ? undefined : { ms: notedWithinMs },
    leavesOut: leavesOutMs === undefined ? undefined : { ms: leavesOutMs },
    requestId,
  };
}

/** Only this provider writes its private data, so a version that is right vouches for the rest. */
function isSnapshotJson(value: unknown): value is SnapshotJson {
  return typeof value === "object" && value !== null && (value as { version?: unknown }).version === currentVersion;
}

function decodeSeenKey({ lastUsedAt, delivery, observations = [] }: SeenKeyJson): SeenKey {
  return { lastUsedAt: optionalInstant(lastUsedAt), delivery, observations: observations.map(decodeObservation) };
}

function decodeObservation({ source, lastUsedAt, lastUsedUpTo, watched, problem }: ObservationJson): Observation {
  return {
    source,
    lastUsedAt: optionalInstant(lastUsedAt),
    lastUsedUpTo: optionalInstant(lastUsedUpTo),
    watched: watched && { from: Instant.ofEpochMs(watched[0]), to: Instant.ofEpochMs(watched[1]) },
    problem,
  };
}

function optionalInstant(epochMs: number | undefined): Instant | undefined {
  return epochMs === undefined ? undefined : Instant.ofEpochMs(epochMs);
}
