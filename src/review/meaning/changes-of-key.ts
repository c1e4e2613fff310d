/**
 * Says what a plan means for one key. It is the reverse of the provider's planning: from what is planned back to why.
 */
import { isDeepStrictEqual } from "node:util";
import type { Instant } from "../../model/instant";
import { phaseOf, phaseSince } from "../../model/key-name";
import type { KeyAttributes, RetiringKey } from "../plan/key-attributes";
import type { PlannedKey } from "../plan/planned-key";
import { isHidden, known } from "../../policy/shown";
import type { Change } from "../report/change-schema";
import { attributeChanges } from "./attribute-changes";
import { declaredTimes, declaredVerification } from "../../policy/declared-times";
import { driftChanges, logicalNameOf } from "./drift";
import { rotationReasons } from "./rotation-reasons";

/** A planned change, what the refresh before it found, and when that was. */
export interface KeyPlanning {
  readonly key: PlannedKey;
  readonly drift: PlannedKey | undefined;
  readonly plannedAt: Instant | undefined;
}

/** Everything that happens to the key, the weightiest first. Empty if nothing does. */
export function changesOfKey({ key, drift, plannedAt }: KeyPlanning): readonly Change[] {
  const drifted = [...driftChanges(drift), ...namesake(key)];
  const moved: readonly Change[] = key.previousAddress === null ? [] : [{ kind: "move", from: key.previousAddress }];
  const main = mainChanges(key, { isGone: drift !== undefined && !drift.after, plannedAt });
  const isTold = (change: Change): boolean =>
    main.some(
      (other) =>
        isDeepStrictEqual(other, change) ||
        // It says the same from the other side.
        (other.kind === "take-over" && change.kind === "drift" && change.what === "replaced-outside"),
    );
  return [...main, ...drifted.filter((change) => !isTold(change)), ...moved];
}

/** It stays a finding for as long as it is there, also after an apply has recorded it. */
function namesake({ before, isDeposed }: PlannedKey): readonly Change[] {
  if (!before || isDeposed || before.namesake === null) return [];
  return [{ kind: "drift", what: "namesake", name: before.name, id: before.namesake }];
}

interface Context {
  readonly isGone: boolean;
  readonly plannedAt: Instant | undefined;
}

function mainChanges(key: PlannedKey, { isGone, plannedAt }: Context): readonly Change[] {
  const { before, after } = key;
  switch (key.action) {
    case "no-op":
      return key.importedBy === null ? [] : [imported(key)];
    case "create":
      return [{ kind: "create", isRecreation: isGone, ...whatIsMade(after) }];
    case "delete":
      if (key.isDeposed) return [{ kind: "retire", id: before?.id ?? null }];
      return [{ kind: "destroy", id: before?.id ?? null, isForced: mayBeForced(before) }];
    case "forget":
      return [{ kind: "forget", id: before?.id ?? null }];
    case "update":
      return before && after ? updateChanges(key, before, after) : [];
    case "create-then-delete":
    case "delete-then-create":
    case "create-then-forget":
      return before && after ? [...replacement(key, before, { after, plannedAt }), ...attributeChangesBeside(key)] : [];
  }
}

/** What a new key may do, and where its secret goes. */
function whatIsMade(
  after: KeyAttributes | undefined,
): Pick<Extract<Change, { readonly kind: "create" }>, "scopes" | "targets"> {
  const { scopes = null, targets = null } = after ?? {};
  return { scopes: isHidden(scopes) ? [scopes] : (scopes ?? []), targets: known(targets) ?? [] };
}

/** Where it is not shown, it may be. */
function mayBeForced(before: KeyAttributes | undefined): boolean {
  return before !== undefined && (isHidden(before.forceRevoke) || known(before.forceRevoke) === true);
}

/** A change in place: an adoption, the answer to a leak, the end of replaced keys, or other settings. */
function updateChanges(key: PlannedKey, before: KeyAttributes, after: KeyAttributes): readonly Change[] {
  // An imported key to which nothing was applied has no service yet.
  if (key.importedBy !== null || before.service === null) return [imported(key), ...rightsChanges(key)];
  if (isHidden(after.id)) return [answerToLeak(before, after), ...attributeChangesBeside(key)];
  if (known(after.id) !== known(before.id)) {
    return [{ kind: "take-over", from: "interrupted-run", id: before.id }, ...attributeChangesBeside(key)];
  }
  return [...endings(before, after), ...finished(before, after), ...attributeChanges(key)];
}

function imported({ before, after, importedBy }: PlannedKey): Change {
  const id = importedBy ?? before?.id ?? null;
  return { kind: "import", id, name: before?.name ?? after?.name ?? null };
}

/** The other attributes were only unknown before. */
function rightsChanges(key: PlannedKey): readonly Change[] {
  return attributeChanges(key).filter(({ kind }) => kind === "scopes" || kind === "accounts");
}

function attributeChangesBeside(key: PlannedKey): readonly Change[] {
  // A new target is a reason of the rotation already, if there is nothing else to say of targets.
  return attributeChanges(key).filter(
    (change) => change.kind !== "delivery" || change.removed.length > 0 || !key.replacedFor.includes("deliver_to"),
  );
}

/** All generations are revoked before the new one is made. */
function answerToLeak(before: KeyAttributes, after: KeyAttributes): Change {
  const revoked = [...(known(before.retiring) ?? []), before].map(({ id }) => id);
  return {
    kind: "rotate",
    reasons: [{ kind: "compromised", report: after.compromised, revoked }],
    order: "revoke-first",
  };
}

function endings(before: KeyAttributes, after: KeyAttributes): readonly Change[] {
  if (isHidden(after.retiring) && !isHidden(before.retiring)) return [{ kind: "undecided" }];
  const staying = new Set((known(after.retiring) ?? []).map(({ id }) => known(id)));
  const leaving = (known(before.retiring) ?? []).filter(({ id }) => !staying.has(known(id)));
  if (leaving.length === 0) return [];
  const { overlap } = declaredTimes(after);
  return [
    {
      kind: "revoke",
      keys: leaving.map((key) => ({
        id: key.id,
        name: key.name,
        replacedAt: replacedAt(key)?.toString() ?? null,
        overlapEndedAt: (overlap && replacedAt(key)?.plus(overlap).toString()) ?? null,
      })),
      verification: declaredVerification(after) ?? after.verification,
      quietPeriod: declaredTimes(after).quietPeriod?.toString() ?? after.quietPeriod,
    },
  ];
}

/** One that a run has left pending takes over. One that somebody has renamed is told of as drift. */
function finished(before: KeyAttributes, after: KeyAttributes): readonly Change[] {
  const [name, logicalName] = [known(before.name), logicalNameOf(after)];
  if (name === undefined || logicalName === undefined) return [];
  if (phaseOf(name, logicalName) === "active" || known(after.name) !== logicalName) return [];
  if (phaseOf(name, logicalName) === undefined)
    return [{ kind: "drift", what: "renamed-outside", name, id: before.id }];
  return [{ kind: "take-over", from: "interrupted-run", id: before.id }];
}

function replacement(
  key: PlannedKey,
  before: KeyAttributes,
  { after, plannedAt }: { readonly after: KeyAttributes; readonly plannedAt: Instant | undefined },
): readonly Change[] {
  const isRename = key.replacedFor.includes("service") || key.replacedFor.includes("environment");
  if (isRename) return [{ kind: "rename", from: before.name, to: after.name }];
  if (key.replacedFor.includes("name")) return [{ kind: "take-over", from: takenOverFrom(before), id: before.id }];
  const order = key.action === "delete-then-create" ? "revoke-first" : "create-first";
  return [{ kind: "rotate", reasons: rotationReasons(key, plannedAt), order }];
}

/** Only whoever replaced it can have given it that name. */
function takenOverFrom(before: KeyAttributes): "another-state" | "interrupted-run" {
  const [name, logicalName] = [known(before.name), logicalNameOf(before)];
  const phase = name === undefined || logicalName === undefined ? undefined : phaseOf(name, logicalName);
  return phase === "retiring" || phase === "rolledBack" ? "another-state" : "interrupted-run";
}

/** Since when a key is replaced, rolled back or pending. */
export function replacedAt({ name }: Pick<RetiringKey, "name">): Instant | undefined {
  return phaseSince(known(name) ?? "");
}
