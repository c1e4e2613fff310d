/**
 * Makes the generation before the present one active again: in every store first, and then by the names.
 *
 * A store does not keep the secret that it goes back from, so all is checked before anything is changed. From then on the only way is
 * forward: a run that fails or is killed leaves two keys that work, and the next one goes on from there.
 */
import type { KeyApiClient } from "../../client";
import type { Clock } from "../../model/clock";
import type { Decision } from "../../model/decision";
import { generationsOf } from "../../model/generations";
import type { Instant } from "../../model/instant";
import { keysNamedFor } from "../../model/key-index";
import { phaseSince, taggedName } from "../../model/key-name";
import { leftoversOf } from "../../model/leftover";
import { decide } from "../../model/lifecycle";
import type { ListedKey } from "../../model/listed-key";
import { tookOverAt } from "../../model/retirement";
import { rotationDueAt } from "../../model/rotation-schedule";
import { currentEverywhere, deliveryStatus, heldByAll, previousEverywhere } from "../../stores";
import { carryOut } from "./carry-out";
import { situationOf } from "./key-facts";
import { clockGranularity } from "./prove-key";
import {
  refused,
  requireKept,
  requireStoresThatKeep,
  whyNot,
  type Look,
  type RollBackRequest,
  type Step,
} from "./roll-back-refusal";
import { severalActive } from "./several-active";

/** What it is done with. */
export interface RollBackMeans {
  readonly client: KeyApiClient;
  readonly clock: Clock;
  readonly nonce: () => string;
}

/** What a roll-back has come to. */
export interface RollBackReport {
  /** `done-before`: it had been done already, and nothing was changed. */
  readonly outcome: "rolled-back" | "would-roll-back" | "done-before";
  readonly logicalName: string;
  /** The generation that is active again. */
  readonly active: { readonly id: string; readonly createdAt: Instant | undefined };
  /** The generation that was taken out of service, and when. It goes on working. */
  readonly rolledBack: { readonly id: string; readonly name: string; readonly since: Instant };
  /** The stores that hand out the secret of the active generation, in words. */
  readonly stores: readonly string[];
  /** The earliest instant at which the generation that was taken out may be revoked, if the evidence allows. */
  readonly revocableFrom: Instant;
  /** When the active generation is due; undefined if nobody knows when it was created. */
  readonly rotationDueAt: Instant | undefined;
  /** What else somebody should know, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Rolls back, or finds out that it can be done.
 * @throws KeyturnError that says why it cannot be done, and that nothing was changed; or what has failed half-way
 */
export async function rollBack(request: RollBackRequest, means: RollBackMeans): Promise<RollBackReport> {
  const { declared, isDryRun } = request;
  const { logicalName, stores } = declared;
  requireStoresThatKeep(declared);
  const look = await lookAt(request, means.client);
  const before = doneBefore(look);
  if (before) return report("done-before", before, look);
  const decisions = decideRollBack(look);
  const step = stepIn(decisions, look);
  requireKept(step, look);
  const { now } = look;
  if (isDryRun) {
    const name = taggedName(logicalName, "rolledBack", { at: now.plus(clockGranularity), nonce: means.nonce() });
    return report("would-roll-back", { ...step, from: named(step.from, name) }, look);
  }
  const { client, clock, nonce } = means;
  const { names } = await carryOut(decisions, { client, logicalName, stores, nonce, clock, now });
  return report("rolled-back", { ...step, from: named(step.from, names.get(step.from.id) ?? step.from.name) }, look);
}

async function lookAt(request: RollBackRequest, client: KeyApiClient): Promise<Look> {
  const { logicalName, stores } = request.declared;
  const { keys, servedAt: now } = await client.list({ fresh: true });
  const generations = generationsOf(keys, logicalName);
  if (generations.active.length > 1) throw severalActive(logicalName, generations.active);
  const holdings = await heldByAll(stores);
  for (const { problem } of holdings) if (problem) throw problem;
  return { ...request, keys, generations, holdings, now };
}

/** The last change of the names was a roll-back, and the stores agree. */
function doneBefore({ generations, holdings, keyIdInState }: Look): Step | undefined {
  const [to] = generations.active;
  const from = latest(generations.rolledBack);
  const since = from && phaseSince(from.name);
  if (!to || !from || !since || ![to.id, from.id].includes(keyIdInState)) return undefined;
  const isLast = generations.retiring.every(({ name }) => phaseSince(name)?.isBefore(since) ?? false);
  const isKept = previousEverywhere(holdings) !== undefined;
  return isLast && !isKept && currentEverywhere(holdings) === to.id ? { from, to } : undefined;
}

function decideRollBack(look: Look): readonly Decision[] {
  const { declared, keys, holdings, now } = look;
  const { logicalName, policy } = declared;
  const facts = {
    logicalName,
    keys: keysNamedFor(keys, logicalName),
    now,
    policy,
    provenAt: undefined,
    noticedWithin: undefined,
    delivery: (keyId: string) => deliveryStatus(holdings, keyId),
    observations: () => [],
  };
  return decide(situationOf(facts, { kind: "roll-back" }));
}

function stepIn(decisions: readonly Decision[], look: Look): Step {
  const { declared, generations, keyIdInState } = look;
  const to = decisions.flatMap((each) => (each.kind === "promote" && each.key !== "minted" ? [each.key] : []))[0];
  // Without an active one, a roll-back was cut short between its two renames.
  const from = generations.active[0] ?? latest(generations.rolledBack);
  if (!to || !from) throw refused(declared.logicalName, ...whyNot(decisions, look));
  const isStateBehind = generations.active[0]
    ? keyIdInState !== from.id
    : keyIdInState !== from.id && keyIdInState !== to.id;
  if (!isStateBehind) return { from, to };
  throw refused(
    declared.logicalName,
    `the key in use is ${from.id}, and Terraform's state has ${keyIdInState}`,
    "If the credential and the endpoint are those of the key's workspace, deploy first, so that the state is up to date",
  );
}

function report(outcome: RollBackReport["outcome"], { from, to }: Step, look: Look): RollBackReport {
  const { declared, generations, now } = look;
  const { logicalName, policy, stores } = declared;
  const since = phaseSince(from.name) ?? now;
  const otherNames = [from, ...leftoversOf(generations).filter(({ id }) => id !== to.id)].map(({ name }) => name);
  return {
    outcome,
    logicalName,
    active: { id: to.id, createdAt: to.createdAt },
    rolledBack: { id: from.id, name: from.name, since },
    stores: stores.map(({ description }) => description),
    revocableFrom: since.plus(policy.overlap),
    rotationDueAt: to.createdAt && rotationDueAt(to.createdAt, policy, { logicalName, otherNames }),
    notes: outcome === "done-before" ? [] : notesOn({ from, to }, look),
  };
}

function notesOn({ from, to }: Step, { declared, now }: Look): readonly string[] {
  const notes: string[] = [];
  const until = tookOverAt(to, from)?.plus(declared.policy.overlap);
  if (until && !now.isBefore(until)) {
    notes.push(`The overlap was over since ${until}, so a deployment could have revoked ${to.id} at any time.`);
  }
  if (!sameRights(from, to)) {
    notes.push(
      `The rights of ${to.id} are older than those of ${from.id}; the next plan shows how they are brought up to date.`,
    );
  }
  return notes;
}

function sameRights(a: ListedKey, b: ListedKey): boolean {
  const text = ({ scopes, pinterestAccountIds }: ListedKey): string =>
    JSON.stringify([scopes && [...scopes].sort(), pinterestAccountIds && [...pinterestAccountIds].sort()]);
  return text(a) === text(b);
}

function latest(keys: readonly ListedKey[]): ListedKey | undefined {
  return keys.reduce<ListedKey | undefined>((last, key) => {
    const since = phaseSince(key.name);
    const lastSince = last && phaseSince(last.name);
    return !last || (since && (!lastSince || since.isAfter(lastSince))) ? key : last;
  }, undefined);
}

function named(key: ListedKey, name: string): ListedKey {
  return { ...key, name };
}
