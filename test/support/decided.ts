/** A logical key at an instant, for tests of `decide`: its generations by their ids, and what is decided about them in short. */
import type { Decision, Delivery, Intent } from "../../src/model/decision";
import { decide } from "../../src/model/lifecycle";
import type { ListedKey } from "../../src/model/listed-key";
import type { RotationPolicy } from "../../src/model/rotation-policy";
import { at, said, shortPolicy, taggedSince, type Said } from "./judgement";

const logicalName = "scheduler-prod";

/** A key by its id, with what is known of it. Times are seconds after the start. */
export interface Given {
  readonly id: string;
  readonly name: string;
  /** @default - the API does not tell */
  readonly created?: number | undefined;
  readonly source?: string;
  readonly revoked?: boolean;
  /** @default - it was watched all the time, and not used */
  readonly said?: readonly Said[];
  /** @default "formerly" */
  readonly delivery?: Delivery;
}

/** A situation. By default it is to be maintained at second 200, and nobody remembers the proof. */
export interface Case {
  readonly keys: readonly Given[];
  readonly intent?: Intent;
  readonly now?: number;
  readonly proven?: number | undefined;
  readonly policy?: Partial<RotationPolicy>;
}

/** What `decide` says of a case. */
export function decisionsOn({
  keys,
  intent = { kind: "maintain" },
  now = 200,
  proven,
  policy,
}: Case): readonly Decision[] {
  const given = new Map(keys.map((key) => [key.id, key]));
  return decide({
    logicalName,
    keys: keys.map(({ id, name, created, source = "manual", revoked = false }) => ({
      id,
      name,
      source,
      createdAt: created === undefined ? undefined : at(created),
      revokedAt: revoked ? at(1) : undefined,
    })),
    policy: shortPolicy(policy),
    evidence: {
      provenAt: proven === undefined ? undefined : at(proven),
      observations: ({ id }) => (given.get(id)?.said ?? [{ watched: [-1e6, now] as const }]).map(said),
      delivery: ({ id }) => given.get(id)?.delivery ?? "formerly",
    },
    now: at(now),
    intent,
  });
}

/** The decisions without their reasons, as text: `keep old: quiet`. */
export function decided(facts: Case): string[] {
  return decisionsOn(facts).map(inShort);
}

function inShort(decision: Decision): string {
  const idOf = (key: ListedKey | "minted"): string => (key === "minted" ? key : key.id);
  switch (decision.kind) {
    case "mint":
      return "mint";
    case "retire":
      return `retire ${decision.key.id} as ${decision.as}`;
    case "keep":
      return `keep ${decision.key.id}: ${decision.missing.map(({ condition }) => condition).join(", ")}`;
    default:
      return `${decision.kind} ${idOf(decision.key)}`;
  }
}

/** The reasons of the decisions that have one. */
export function reasons(facts: Case): string[] {
  return decisionsOn(facts).flatMap((decision) => {
    if (decision.kind === "keep") return decision.missing.map(({ reason }) => reason);
    return "reason" in decision ? [decision.reason] : [];
  });
}

/** The longest run, in seconds. */
export const longRun = 15 * 60;
/** Used at second 150, which is after every delivery, and at second 200 long enough ago for a leftover to be quiet. */
export const inUse: readonly Said[] = [{ used: 150, watched: [-1e6, 200] }];
/** Delivered and in use. */
export const active: Given = { id: "active", name: logicalName, created: 0, said: inUse, delivery: "everywhere" };
/** Replaced. A name tells seconds only, so that is a part of a second after the active key was created. */
export const old: Given = { id: "old", name: taggedSince("retiring", 1), created: -5000, said: inUse };
/** Rolled back. */
export const undone: Given = { id: "undone", name: taggedSince("rolledback", 1), created: -100, said: inUse };
/** Left unfinished long ago, and delivered nowhere. */
export const pending: Given = {
  id: "pending",
  name: taggedSince("pending", -1000),
  created: -1000,
  delivery: "nowhere",
};
/** Unfinished, but every target hands it out. */
export const handedOut: Given = { ...pending, delivery: "everywhere" };
/** Named as ours, but not in our grammar. */
export const foreign: Given = { id: "foreign", name: `${logicalName}~other`, created: -1 };
/** Made for another application, under our name. */
export const oauth: Given = { id: "oauth", name: logicalName, created: -1, source: "oauth" };

/** How the active key is replaced. */
export const newGeneration = ["mint", "deliver minted", "retire active as retiring", "promote minted"];
/** How a key is made where none is active. */
export const firstGeneration = ["mint", "deliver minted", "promote minted"];
