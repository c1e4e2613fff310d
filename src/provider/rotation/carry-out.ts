/**
 * Carries decisions about a logical key out, one request after the other, as a two-phase commit.
 *
 * Until the new key is active nothing is lost: a failure takes everything back, and a run that is cut short leaves names and stores
 * from which the next one goes on. The exceptions are an incident, which begins with revocations, and a roll-back, since no store keeps
 * the secret that it goes back from: what these have done stays.
 */
import type { KeyApiClient } from "../../client";
import type { Clock } from "../../model/clock";
import type { Decision } from "../../model/decision";
import { KeyturnError } from "../../model/error";
import type { Instant } from "../../model/instant";
import { taggedName } from "../../model/key-name";
import type { ListedKey } from "../../model/listed-key";
import type { Secret } from "../../model/secret";
import { checkAll, DeliveryError, deliverToAll, heldByAll, restoreAll, type Store } from "../../stores";
import type { ApiHabits } from "./api-habits";
import { requireDeclaredRights, type DeclaredRights } from "./declared-rights";
import { mintPendingKey } from "./mint-key";
import { clockGranularity, proveKey, type Proof } from "./prove-key";
import { failureReport, takeBack, type Undo } from "./take-back";

/** What the decisions are carried out with. */
export interface Means {
  readonly client: KeyApiClient;
  readonly logicalName: string;
  /** What a key that is minted may do. @default - none can be minted */
  readonly rights?: DeclaredRights;
  readonly stores: readonly Store[];
  /** What is known of how the API notes uses. @default - none can be minted */
  readonly habits?: ApiHabits;
  readonly nonce: () => string;
  /** The API's time when the decisions were made. */
  readonly now: Instant;
  /** Counts what has passed since. */
  readonly clock: Clock;
}

/** A key that was minted, with the only copy of its secret. */
interface MintedKey {
  readonly key: ListedKey;
  readonly secret: Secret;
  readonly proof: Proof;
}

/** What has become of the keys. */
export interface CarriedOut {
  /** Undefined if none was to be minted. */
  readonly minted: MintedKey | undefined;
  /** The new names of the keys that were renamed, by id. */
  readonly names: ReadonlyMap<string, string>;
  /** The API's time at the end, as far as it was told. */
  readonly now: Instant;
}

/**
 * Carries the decisions out in their order. Those that do nothing are passed over.
 * @throws KeyturnError after everything has been taken back; the message says so, or names what could not be taken back
 */
export async function carryOut(decisions: readonly Decision[], means: Means): Promise<CarriedOut> {
  const names = new Map<string, string>();
  const undo: Undo[] = [];
  const startedAt = means.clock.now();
  const apiTime = (): Instant => means.now.plus({ ms: Math.max(0, startedAt.msUntil(means.clock.now())) });
  const progress: Progress = { means, names, undo, apiTime, minted: undefined, isHandedOut: false, isTurning: false };
  if (decisions.some(({ kind }) => kind === "mint")) await checkAll(means.stores);
  try {
    for (const decision of decisions) {
      if (decision.kind === "mint") progress.minted = await mint(progress);
      else await step(decision, progress);
    }
    return { minted: progress.minted, names, now: progress.minted?.proof.servedAt ?? means.now };
  } catch (error) {
    if (decisions.some(isGoingBack)) throw progress.isTurning ? unfinishedRollBack(error) : error;
    const hasRevoked = decisions.some(({ kind }) => kind === "revoke");
    // What was revoked first cannot come back, so the key that is to replace it must not go either.
    throw hasRevoked ? unfinishedIncident(error) : failureReport(error, await takeBack(undo));
  }
}

interface Progress {
  readonly means: Means;
  minted: MintedKey | undefined;
  /** Whether somebody may have read the secret of the minted key. */
  isHandedOut: boolean;
  /** Whether a roll-back has changed something, or may have. */
  isTurning: boolean;
  readonly names: Map<string, string>;
  readonly undo: Undo[];
  /** The API's time now, as far as it can be told without asking. */
  readonly apiTime: () => Instant;
}

async function mint(progress: Progress): Promise<MintedKey> {
  const { client, logicalName, rights, habits, nonce, clock, now } = progress.means;
  const declared = required(rights);
  const { key, secret } = await mintPendingKey(client, { logicalName, ...declared }, { now, nonce });
  progress.undo.push({
    whatIsLeft: `The new key ${key.id} may be left over`,
    run: async () => {
      if (progress.isHandedOut) {
        await rename(client, key.id, nameFor("retiring", progress));
        return (
          `The new key ${key.id} was retired: a service may have read its secret, so it ends by the usual rules once ${progress.means.logicalName} is applied. ` +
          "If its declaration is taken out instead, revoke it by hand, since nothing manages it then"
        );
      }
      await client.revoke(key.id);
      return `The new key ${key.id} was revoked again`;
    },
  });
  requireDeclaredRights(key, declared);
  const proof = await proveKey(key, secret, { client, clock, habits: required(habits) });
  return { key: proof.listed, secret, proof };
}

async function step(decision: Exclude<Decision, { kind: "mint" }>, progress: Progress): Promise<void> {
  switch (decision.kind) {
    case "deliver":
      await (decision.key === "minted"
        ? deliver(required(progress.minted), progress)
        : goBackTo(decision.key, progress));
      return;
    case "retire":
      await retire(decision.key, decision.as, progress);
      return;
    case "promote":
      await promote(decision.key === "minted" ? required(progress.minted).key : decision.key, progress);
      return;
    case "revoke":
      await progress.means.client.revoke(decision.key.id);
      return;
    case "keep":
    case "leave-alone":
      return;
    default:
      decision satisfies never;
  }
}

async function deliver({ key, secret }: MintedKey, progress: Progress): Promise<void> {
  const { stores } = progress.means;
  if (stores.length === 0) return;
  // A delivery that fails half-way has taken itself back.
  let isTakenBack = false;
  progress.undo.push({
    whatIsLeft: `Not every delivery target has the secret of before; that of the new key ${key.id} may be in use`,
    goesFirst: true,
    run: async () => {
      if (!isTakenBack) await restoreAll(stores, key.id);
      return "Every delivery target has the secret of before";
    },
  });
  progress.isHandedOut = true;
  try {
    await deliverToAll(stores, { keyId: key.id, secret });
  } catch (error) {
    if (error instanceof DeliveryError) {
      progress.isHandedOut = error.wasHandedOut;
      isTakenBack = error.notRestored.length === 0;
    }
    throw error;
  }
}

/** What a store keeps of the key before is made current again. It cannot be taken back, since the secret that it replaces is not kept. */
async function goBackTo(key: ListedKey, progress: Progress): Promise<void> {
  const { client, stores } = progress.means;
  const holdings = await heldByAll(stores);
  for (const { store, held, problem } of holdings) {
    if (problem) throw problem;
    if (held.current === key.id || (held.current !== undefined && held.previous === key.id)) continue;
    throw new KeyturnError(
      "STORE_REFUSED",
      `${store.description} does not keep the secret of the key ${key.id}, so it cannot go back to it; nothing was changed`,
    );
  }
  // Shows that the key still works, and begins its overlap anew: a deployment that is under way does not end it any more.
  const name = nameFor("retiring", progress);
  progress.isTurning = true;
  if (!(await rename(client, key.id, name))) {
    progress.isTurning = false;
    throw new KeyturnError("KEY_STATE", `the key ${key.id} has been revoked a moment ago; nothing was changed`);
  }
  progress.names.set(key.id, name);
  for (const { store, held } of holdings) {
    if (held?.current !== undefined && held.current !== key.id) await store.restorePrevious(held.current);
  }
}

async function retire(key: ListedKey, as: "retiring" | "rolledBack", progress: Progress): Promise<void> {
  const { client } = progress.means;
  progress.undo.push({
    whatIsLeft: `The old key ${key.id} may be named as retiring; it works all the same`,
    run: async () => {
      await rename(client, key.id, key.name);
      return `The old key ${key.id} is as it was`;
    },
  });
  const name = nameFor(as, progress);
  if (await rename(client, key.id, name)) progress.names.set(key.id, name);
}

/** Rounded up: a new secret is delivered by then, and proven, so that no later use is keyturn's own. */
function nameFor(phase: "retiring" | "rolledBack", { means: { logicalName, nonce }, apiTime }: Progress): string {
  return taggedName(logicalName, phase, { at: apiTime().plus(clockGranularity), nonce: nonce() });
}

async function promote(key: ListedKey, { means, names }: Progress): Promise<void> {
  const { client, logicalName } = means;
  await client.update(key.id, { name: logicalName });
  names.set(key.id, logicalName);
}

/** @returns false if there is no such key any more: it was revoked since it was listed */
async function rename(client: KeyApiClient, keyId: string, name: string): Promise<boolean> {
  try {
    await client.update(keyId, { name });
    return true;
  } catch (error) {
    if (error instanceof KeyturnError && error.code === "NOT_FOUND") return false;
    throw error;
  }
}

function unfinishedIncident(error: unknown): KeyturnError {
  const { message, code } =
    error instanceof KeyturnError ? error : { message: String(error), code: "API_FAILED" as const };
  return new KeyturnError(
    code,
    `${message.replace(/\.$/, "")}\n\nKeys of the incident were revoked already, and nothing was taken back. Run this again at once: it makes a new key.`,
    { cause: error },
  );
}

function isGoingBack(decision: Decision): boolean {
  return decision.kind === "deliver" && decision.key !== "minted";
}

/** Services may read the older secret by now, and the newer one is not kept for them. */
function unfinishedRollBack(error: unknown): KeyturnError {
  const { message, code } =
    error instanceof KeyturnError ? error : { message: String(error), code: "API_FAILED" as const };
  return new KeyturnError(
    code,
    `${message.replace(/\.$/, "")}\n\nThe roll-back may be half done; both keys were left working. Run it again: it goes on from where it stopped.`,
    { cause: error },
  );
}

/** @throws Error that is a bug: the decisions do not fit together, or not to what they are carried out with */
function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a decision speaks of something that is not there");
  return value;
}
