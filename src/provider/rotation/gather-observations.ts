/**
 * Asks the further sources of evidence about a key and the ones that it has replaced, as far as that can change a decision.
 *
 * While an overlap lasts nobody is asked. The activity log costs a reading of the whole log, so it is asked only where `last_used_at`
 * cannot tell. Sources that were configured are always asked, since they may know of a use that nobody else has seen.
 */
import type { EvidenceSource, EvidenceWindow, WatchedKey } from "../../evidence/evidence-source";
import { gatherEvidence } from "../../evidence/gather-evidence";
import type { Decision } from "../../model/decision";
import { Duration } from "../../model/duration";
import type { Observation } from "../../model/evidence";
import { generationsOf } from "../../model/generations";
import type { Instant } from "../../model/instant";
import { phaseSince } from "../../model/key-name";
import { leftoversOf } from "../../model/leftover";
import { decide } from "../../model/lifecycle";
import type { ListedKey } from "../../model/listed-key";
import { tookOverAt } from "../../model/retirement";
import { situationOf, type KeyFacts } from "./key-facts";

/** About which key, and how. */
export interface Question {
  readonly facts: KeyFacts;
  readonly service: string;
  readonly environment: string;
  /** What the API called the request with which the active key's secret was proven; undefined if nobody remembers. */
  readonly proofRequestId: string | undefined;
  /** Whether only what is asked from now on will do. */
  readonly fresh: boolean;
  /** Which of the other keys may go, or whether the active one may go, too. */
  readonly about: "phase-out" | "end";
}

type Observations = ReadonlyMap<string, readonly Observation[]>;

/**
 * What the sources say about each key that matters, by id.
 * @param sources the activity log first, then what is configured
 * @throws KeyturnError ABORTED
 */
export async function gatherObservations(
  [activityLog, ...configured]: readonly EvidenceSource[],
  question: Question,
  signal?: AbortSignal,
): Promise<Observations> {
  const { facts } = question;
  const generations = generationsOf(facts.keys, facts.logicalName);
  const [active] = generations.active;
  if (!active || (facts.policy.verification === "time-only" && question.about === "phase-out")) return new Map();
  const intent = question.about === "end" ? ({ kind: "end", force: false } as const) : ({ kind: "phase-out" } as const);
  const inQuestion = decide(situationOf(facts, intent)).filter(isInQuestion);
  if (inQuestion.length === 0) return new Map();

  const asked = [...(activityLog && inQuestion.some(needsLog) ? [activityLog] : []), ...configured];
  const window = windowFor(question, { active, leftovers: leftoversOf(generations) });
  const observed = [active, ...inQuestion.map(({ key }) => key).filter((key) => key !== active)].map(
    async (key) => [key.id, await gatherEvidence(asked, watchedKey(key, question, active), window, signal)] as const,
  );
  return new Map(await Promise.all(observed));
}

type OnKey = Extract<Decision, { readonly kind: "keep" | "revoke" }>;

/** Whether evidence could change what happens to the key: its overlap is over. */
function isInQuestion(decision: Decision): decision is OnKey {
  if (decision.kind === "revoke") return true;
  return decision.kind === "keep" && decision.missing.every(({ condition }) => condition !== "overlap");
}

/** Whether what the list of keys says leaves it open. A key that was used lately stays, whatever a log says. */
function needsLog(decision: OnKey): boolean {
  return (
    decision.kind === "keep" && decision.missing.some(({ until }) => until === "traffic" || until === "unknowable")
  );
}

function windowFor(
  { facts, proofRequestId, fresh, ...question }: Omit<Question, "about">,
  { active, leftovers }: { readonly active: ListedKey; readonly leftovers: readonly ListedKey[] },
): EvidenceWindow {
  const { now, policy, provenAt } = facts;
  // Twice as long, so that a source that tells the time coarsely still sees a whole quiet period.
  const quietFrom = now.minus({ ms: 2 * policy.quietPeriod.ms + Duration.minutes(10).ms });
  const since = leftovers
    .map((key) => tookOverAt(key, active))
    .reduce<Instant>((first, each) => (each?.isBefore(first) ? each : first), quietFrom);
  const key = watchedKey(active, { facts, ...question }, active);
  return {
    since,
    now,
    fresh,
    ...(provenAt && proofRequestId !== undefined && { knownRead: { key, at: provenAt, requestId: proofRequestId } }),
  };
}

function watchedKey(
  { id, name }: ListedKey,
  { facts, service, environment }: Pick<Question, "facts" | "service" | "environment">,
  active: ListedKey,
): WatchedKey {
  const { logicalName } = facts;
  return {
    id,
    logicalName,
    service,
    environment,
    names: id === active.id ? activeNames(facts) : namesOf(name, logicalName),
  };
}

/** The active key has its name since the one before was renamed. */
function activeNames({ keys, logicalName }: KeyFacts): WatchedKey["names"] {
  const { retiring, rolledBack } = generationsOf(keys, logicalName);
  const from = [...retiring, ...rolledBack]
    .map(({ name }) => phaseSince(name))
    .reduce((latest, each) => (latest && !each?.isAfter(latest) ? latest : each), undefined);
  return [{ name: logicalName, from, to: undefined }];
}

function namesOf(name: string, logicalName: string): WatchedKey["names"] {
  const since = phaseSince(name);
  return [
    { name: logicalName, from: undefined, to: since },
    { name, from: since, to: undefined },
  ];
}
