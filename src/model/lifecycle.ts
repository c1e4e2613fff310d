/**
 * The life of a logical key as one pure function: from what the API lists, the policy, the evidence and an instant, to what is to be
 * done now, in order, with a reason for each key.
 *
 * It has no clock and asks nobody. Provider and command line carry its decisions out, one request after the other; a run that is cut
 * short anywhere leaves names and stores from which the next call decides how to go on.
 */
import type { Decision, Delivery, Intent } from "./decision";
import { judgeLastKey } from "./end-of-key";
import type { Observation } from "./evidence";
import { generationsOf, type Generations } from "./generations";
import type { Instant } from "./instant";
import { keysNamedFor } from "./key-index";
import { phaseSince } from "./key-name";
import { judgeLeftover, judgeUnfinished, leftoversOf, provenBy } from "./leftover";
import type { ListedKey } from "./listed-key";
import type { RetirementVerdict } from "./retirement";
import type { RotationPolicy } from "./rotation-policy";
import { rotationDueAt } from "./rotation-schedule";

/** What is known beside the list of keys. */
interface LifecycleEvidence {
  /** The latest instant at which a use of the active key may have been keyturn's own; see `SuccessorEvidence`. */
  readonly provenAt: Instant | undefined;
  /** What is known of the use of a key. */
  readonly observations: (key: ListedKey) => readonly Observation[];
  /** Where the secret of a key is. */
  readonly delivery: (key: ListedKey) => Delivery;
}

/** A logical key at an instant, and what is wanted of it. */
export interface Situation {
  readonly logicalName: string;
  /** What the API lists: all keys, or those that matter here. Each with its creation, where anybody knows it. */
  readonly keys: readonly ListedKey[];
  readonly policy: RotationPolicy;
  readonly evidence: LifecycleEvidence;
  /** The API's time. */
  readonly now: Instant;
  readonly intent: Intent;
}

/**
 * Says what is to be done now, in order. Every key whose name begins with the logical name is in it. Where several keys are active,
 * or a roll-back is not possible, nothing is to be done, and the keys say why.
 */
export function decide(situation: Situation): readonly Decision[] {
  const { keys, logicalName } = situation;
  const generations = generationsOf(keys, logicalName);
  const ours = new Set(Object.values(generations).flat());
  const foreign = keysNamedFor(keys, logicalName)
    .filter((key) => !ours.has(key) && key.revokedAt === undefined)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return [...decideOurs(situation, generations), ...foreign.map((key) => ({ kind: "leave-alone", key }) as const)];
}

interface Step {
  readonly situation: Situation;
  readonly generations: Generations;
  readonly active: ListedKey | undefined;
}

function decideOurs(situation: Situation, generations: Generations): readonly Decision[] {
  const { intent, logicalName } = situation;
  const step = { situation, generations, active: generations.active[0] };
  if (generations.active.length > 1) {
    return keepAll(step, `several keys are named ${logicalName}, and nobody knows which one is in use`);
  }
  switch (intent.kind) {
    case "maintain":
      return maintain(step);
    case "phase-out":
      return step.active ? judgeLeftovers(step, step.active) : keepAll(step, "there is no active key");
    case "rotate":
      return finishOr(step, () => rotate(step, intent.reason));
    case "answer-incident":
      return answerIncident(step, intent.incident);
    case "roll-back":
      return rollBack(step);
    case "end":
      return end(step, intent);
    default:
      return intent satisfies never;
  }
}

function maintain(step: Step): readonly Decision[] {
  const { situation, active } = step;
  return finishOr(step, () => {
    if (!active) return rotate(step, "there is no active key");
    const dueAt = dueInstant(step, active);
    return dueAt && !situation.now.isBefore(dueAt)
      ? rotate(step, `it has been due since ${dueAt}`)
      : judgeLeftovers(step, active);
  });
}

/** Finishes what a run that was cut short has begun, if there is such a thing: services use a key already that is not active yet. */
function finishOr(step: Step, otherwise: () => readonly Decision[]): readonly Decision[] {
  const { situation, generations, active } = step;
  const isDelivered = (key: ListedKey): boolean => situation.evidence.delivery(key) === "everywhere";
  const isDue = (key: ListedKey): boolean => {
    const dueAt = dueInstant(step, key);
    return dueAt !== undefined && !situation.now.isBefore(dueAt);
  };
  const unfinished =
    generations.pending.find(isDelivered) ??
    // The old key was renamed, and the new one has reached nobody.
    (active ? undefined : generations.retiring.findLast((key) => isDelivered(key) && !isDue(key)));
  if (!unfinished) return otherwise();
  return [
    ...(active ? [retire(active)] : []),
    { kind: "promote", key: unfinished },
    ...keepOthers(step, [active, unfinished], takesOverFirst),
  ];
}

const takesOverFirst = "the key that takes over is not active yet";

/** Until the new key is active, every other one stays. */
function rotate(step: Step, reason: string): readonly Decision[] {
  const { situation, generations, active } = step;
  const { delivery } = situation.evidence;
  // The next delivery wipes out the only sign that somebody may have read a secret up to now. So the name has to say it.
  const reached = [
    ...generations.pending.filter((key) => delivery(key) !== "nowhere"),
    ...[...generations.retiring, ...generations.rolledBack].filter((key) => isHandedOut(delivery(key))),
  ];
  return [
    { kind: "mint", reason },
    ...reached.map(retire),
    { kind: "deliver", key: "minted" },
    ...(active ? [retire(active)] : []),
    { kind: "promote", key: "minted" },
    ...keepOthers(step, [active, ...reached], takesOverFirst),
  ];
}

function isHandedOut(delivery: Delivery): boolean {
  return delivery === "everywhere" || delivery === "somewhere";
}

/** The active key goes last: a run that is cut short before is one that has not happened yet. */
function answerIncident({ generations, active }: Step, incident: string): readonly Decision[] {
  const all = [...leftoversOf(generations), ...(active ? [active] : [])];
  return [
    ...all.map((key) => ({ kind: "revoke", key, reason: `it is compromised: ${incident}` }) as const),
    { kind: "mint", reason: `the keys before it are compromised: ${incident}` },
    { kind: "deliver", key: "minted" },
    { kind: "promote", key: "minted" },
  ];
}

function rollBack(step: Step): readonly Decision[] {
  const { situation, generations, active } = step;
  const predecessor = [...generations.retiring].sort((a, b) => replacedAtMs(a) - replacedAtMs(b)).at(-1);
  const underWay = generations.pending.find((key) => judgeUnfinished(key, situation.now).kind === "kept");
  if (underWay) return keepAll(step, `a rotation may be under way: ${underWay.name} was minted a short time ago`);
  const reached = generations.pending.find((key) => situation.evidence.delivery(key) !== "nowhere");
  if (reached) return keepAll(step, `a rotation was cut short: services may have read the secret of ${reached.name}`);
  if (!predecessor) return keepAll(step, "there is no generation to go back to: none is retiring");
  if (!active && generations.rolledBack.length === 0) return keepAll(step, "there is no active key to roll back");
  return [
    { kind: "deliver", key: predecessor },
    // Without an active one, a roll-back was cut short between its two renames.
    ...(active ? [{ kind: "retire", key: active, as: "rolledBack" } as const] : []),
    { kind: "promote", key: predecessor },
    ...keepOthers(step, [active, predecessor], "a roll-back revokes nothing"),
  ];
}

function replacedAtMs({ name, createdAt }: ListedKey): number {
  return (phaseSince(name) ?? createdAt)?.epochMs ?? 0;
}

function end(step: Step, { force }: { readonly force: boolean }): readonly Decision[] {
  const { situation, generations, active } = step;
  const { observations, provenAt } = situation.evidence;
  const last = active ? [active] : leftoversOf(generations);
  return [
    ...(active ? judgeLeftovers(step, active) : []),
    ...last.map((key) => {
      if (force) return { kind: "revoke", key, reason: "it is to be revoked, in use or not" } as const;
      const verdict = judgeLastKey({ observations: observations(key), provenAt: active && provenAt }, situation);
      return decisionOn(key, verdict, "it is to end, and is not in use");
    }),
  ];
}

function judgeLeftovers({ situation, generations }: Step, active: ListedKey): readonly Decision[] {
  const { evidence, policy } = situation;
  const { createdAt } = active;
  const provenAt = evidence.provenAt ?? provenBy(generations, active);
  const successor = { createdAt, provenAt, observations: evidence.observations(active) };
  return leftoversOf(generations).map((key) => {
    const leftover = { key, observations: evidence.observations(key), delivery: evidence.delivery(key) };
    const verdict = judgeLeftover(leftover, successor, situation);
    return decisionOn(
      key,
      verdict,
      generations.pending.includes(key) ? "a run has left it unfinished" : overlapOver(policy),
    );
  });
}

function overlapOver({ verification }: RotationPolicy): string {
  return verification === "time-only"
    ? "its overlap is over"
    : "its overlap is over, its successor is in use, and it has gone quiet";
}

function dueInstant({ situation, generations }: Step, { createdAt }: ListedKey): Instant | undefined {
  const { policy, logicalName } = situation;
  const otherNames = leftoversOf(generations).map(({ name }) => name);
  return createdAt && rotationDueAt(createdAt, policy, { logicalName, otherNames });
}

function retire(key: ListedKey): Decision {
  return { kind: "retire", key, as: "retiring" };
}

function decisionOn(key: ListedKey, verdict: RetirementVerdict, reason: string): Decision {
  return verdict.kind === "due" ? { kind: "revoke", key, reason } : { kind: "keep", key, missing: verdict.missing };
}

function keepAll(step: Step, reason: string): readonly Decision[] {
  return keepOthers(step, [], reason);
}

function keepOthers(
  { generations }: Step,
  except: readonly (ListedKey | undefined)[],
  reason: string,
): readonly Decision[] {
  const missing = [{ condition: "overlap", reason, until: "unknowable" }] as const;
  return [...generations.active, ...leftoversOf(generations)]
    .filter((key) => !except.includes(key))
    .map((key) => ({ kind: "keep", key, missing }));
}
