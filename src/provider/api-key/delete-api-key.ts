/**
 * Ends a key: by the rules of retirement when another key has taken over, and when the whole logical key is destroyed, only if it
 * is certain that nobody uses it, or if force was asked for.
 */
import type { KeyListing } from "../../client";
import type { Diagnostics } from "../../framework";
import type { Decision } from "../../model/decision";
import { KeyturnError } from "../../model/error";
import { generationsOf, isManageable } from "../../model/generations";
import { findKey } from "../../model/key-index";
import type { Instant } from "../../model/instant";
import { phaseOf, taggedName } from "../../model/key-name";
import { leftoversOf } from "../../model/leftover";
import { decide } from "../../model/lifecycle";
import type { ListedKey } from "../../model/listed-key";
import type { ProviderData } from "../provider-data";
import type { DeclaredKey } from "../rotation/declared-key";
import { gatherFacts } from "../rotation/gather-facts";
import { situationOf } from "../rotation/key-facts";
import { underOwnName } from "../rotation/own-name";
import { clockGranularity, noProof } from "../rotation/prove-key";
import { reportIncident } from "./report-incident";
import { retireKey, type RetirementOutcome } from "../rotation/retire-key";
import { severalActive } from "../rotation/several-active";
import type { KnownGeneration } from "./new-generations";
import type { Snapshot } from "./snapshot";
import { refuseOtherWorkspace } from "./workspace";

/** The key to end. */
export interface KeyToEnd {
  readonly keyId: string;
  readonly declared: DeclaredKey;
  /** What the last refresh saw; undefined if there was none. */
  readonly snapshot: Snapshot | undefined;
  /** Whether it may end also while it is in use. */
  readonly force: boolean;
  /** The report of a leak that its state knows. */
  readonly compromised: string | null;
  /** The key that this process has put into its place, if it has. */
  readonly successor: KnownGeneration | undefined;
}

/** The context of an ending. */
export interface EndContext {
  readonly data: ProviderData;
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
}

/** Ends a key, or says in `diagnostics` why it has to stay. @throws KeyturnError if nothing could be decided; the key stays in the state */
export async function deleteApiKey(toEnd: KeyToEnd, context: EndContext): Promise<void> {
  const { data, diagnostics, signal } = context;
  const { keyId, declared, successor } = toEnd;
  const { logicalName } = declared;
  const isReplaced = await data.locks.run(logicalName, async () => await endLogicalKey(toEnd, context));
  // Waiting for the end of an overlap must not keep anybody else from the keys of this name.
  if (!isReplaced) return;
  if (successor?.compromised && successor.compromised !== toEnd.compromised) {
    await answerLate({ keyId, logicalName, incident: successor.compromised, successorId: successor.keyId }, context);
    return;
  }
  const policy = successor?.policy ?? declared.policy;
  const outcome = await retireKey(
    { keyId, declared: { ...declared, policy }, successor },
    { client: data.client(), clock: data.clock, sources: data.evidence, signal },
  );
  reportRetirement(outcome, { keyId, logicalName }, diagnostics);
}

interface LateAnswer {
  readonly keyId: string;
  readonly logicalName: string;
  readonly incident: string;
  readonly successorId: string;
}

/**
 * Where core has replaced a key for a reason of its own, such as a taint, a leak that was reported in the same plan is still to be
 * answered: the new key exists already, so all others go at once, whoever uses them.
 */
async function answerLate(
  { keyId, logicalName, incident, successorId }: LateAnswer,
  { data, diagnostics }: EndContext,
): Promise<void> {
  const client = data.client();
  await data.locks.run(logicalName, async () => {
    const { keys } = await client.list({ fresh: true });
    const others = leftoversOf(generationsOf(keys, logicalName)).filter(({ id }) => id !== keyId);
    for (const { id } of others) await client.revoke(id);
    await client.revoke(keyId);
    reportIncident(
      { incident, logicalName, revoked: keys.filter((key) => key.id === keyId || others.includes(key)), successorId },
      diagnostics,
    );
  });
}

/**
 * Revokes the key, and the others of its name that may go, if none has taken over.
 * @returns whether another key has taken over, so that the rules of retirement hold for this one
 */
async function endLogicalKey(toEnd: KeyToEnd, context: EndContext): Promise<boolean> {
  const { keyId, declared, snapshot } = toEnd;
  const client = context.data.client();
  const { logicalName } = declared;
  const listing = await client.list({ fresh: true });
  const key = findKey(listing.keys, keyId);
  const generations = generationsOf(listing.keys, logicalName);
  const others = generations.active.filter(({ id }) => id !== keyId);
  if (!key || !isManageable(key)) {
    await refuseOtherWorkspace(client, listing.keys, { keyId, workspaceId: snapshot?.workspaceId });
    if (others.length === 0) reportStaying(leftoversOf(generations), logicalName, context.diagnostics);
    return false;
  }
  if (others.length > 0) {
    const phase = phaseOf(key.name, logicalName);
    if (phase === "active") throw severalActive(logicalName, [key, ...others]);
    // Somebody has renamed it. Once its name says what it is, it ends like any other replaced key.
    if (phase === undefined) await retireRenamed(key, { logicalName, now: listing.servedAt }, context.data);
    return true;
  }
  await endAll(toEnd, { listing, key }, context);
  return false;
}

async function retireRenamed(
  { id }: ListedKey,
  { logicalName, now }: { readonly logicalName: string; readonly now: Instant },
  { client, nonce }: ProviderData,
): Promise<void> {
  const name = taggedName(logicalName, "retiring", { at: now.plus(clockGranularity), nonce: nonce() });
  await client().update(id, { name });
}

async function endAll(
  { keyId, declared, snapshot, force }: KeyToEnd,
  { listing, key }: { readonly listing: KeyListing; readonly key: ListedKey },
  { data, diagnostics }: EndContext,
): Promise<void> {
  const { logicalName } = declared;
  const inState = { id: keyId, createdAt: key.createdAt };
  const facts = await gatherFacts({
    declared,
    // One that somebody has renamed is still the last one of its name.
    listing: underOwnName(listing, { keyId, logicalName }),
    proof: snapshot?.proof ?? noProof,
    inState,
    sources: data.evidence,
    fresh: true,
    about: "end",
  });
  const decisions = decide(situationOf(facts, { kind: "end", force }));
  const own = decisions.find((decision) => isOn(decision, keyId));
  if (own?.kind !== "revoke") throw stillInUse(key, logicalName, own);
  const client = data.client();
  const leaving = decisions.flatMap((decision) => (decision.kind === "revoke" ? [decision.key] : []));
  // The key itself goes last: a run that is cut short before is one that has not happened yet.
  for (const { id } of [...leaving.filter(({ id }) => id !== keyId), key]) await client.revoke(id);
  const staying = decisions.flatMap((decision) => (decision.kind === "keep" ? [decision.key] : []));
  reportStaying(staying, logicalName, diagnostics);
}

function isOn(decision: Decision, keyId: string): boolean {
  return decision.kind !== "mint" && decision.key !== "minted" && decision.key.id === keyId;
}

function stillInUse(key: ListedKey, logicalName: string, decision: Decision | undefined): KeyturnError {
  const reasons = decision?.kind === "keep" ? decision.missing.map(({ reason }) => reason) : [];
  return new KeyturnError(
    "KEY_STATE",
    `the key ${logicalName} (${key.id}) is not revoked, because ${reasons.join(", and ")}, and no other key has taken over from it. ` +
      "Nothing was changed. Take it out of use first; or apply force_revoke = true, and destroy it then; or, if its resource is gone already, declare a key of its service and environment again, which replaces it",
  );
}

function reportStaying(staying: readonly ListedKey[], logicalName: string, diagnostics: Diagnostics): void {
  if (staying.length === 0) return;
  diagnostics.warning({
    summary: "Replaced keys still work",
    detail:
      `The key ${logicalName} was revoked, but not the others that it had replaced, since they may still be in use: ` +
      `${staying.map(({ id, name }) => `${name} (${id})`).join(", ")}. Nothing manages them any more. Revoke them by hand when they are not needed.`,
  });
}

/** The error for a replacement that would end the old key before the new one exists. */
export function destroyedFirst(): KeyturnError {
  return new KeyturnError(
    "KEY_STATE",
    "this replacement would revoke the key before its successor exists, and the service would have none. Nothing was revoked. " +
      "Set create_before_destroy = true in the lifecycle block of the key",
  );
}

/** Says that a key that was imported, and to which no configuration was ever applied, is left alone. */
export function reportUnadopted(keyId: string, diagnostics: Diagnostics): void {
  diagnostics.warning({
    summary: "The imported key still works",
    detail:
      `The key ${keyId} was imported, but no configuration was ever applied to it, so nothing is known of who uses it. ` +
      "It was left as it is, and is not managed any more. Revoke it by hand if it is not in use.",
  });
}

function reportRetirement(
  outcome: RetirementOutcome,
  { keyId, logicalName }: { readonly keyId: string; readonly logicalName: string },
  diagnostics: Diagnostics,
): void {
  switch (outcome.kind) {
    case "revoked":
    case "gone":
      return;
    case "kept":
      diagnostics.warning({
        summary: "The replaced key still works",
        detail:
          `The key ${keyId}, which was replaced as ${logicalName}, was not revoked, because ${outcome.missing.map(({ reason }) => reason).join(", and ")}. ` +
          "It is listed in the attribute retiring of the key that took over. When it may be revoked, a plan shows it leaving that list.",
      });
      return;
    case "no-successor":
      diagnostics.error({
        summary: "The replaced key was not revoked",
        detail:
          `The key ${keyId} is named as a replaced key of ${logicalName}, but no active key of that name exists any more, so it may be the last one that works. ` +
          "Apply the configuration of the key again; when a new key is active, this one is revoked by the usual rules.",
      });
      return;
    default:
      return outcome satisfies never;
  }
}
