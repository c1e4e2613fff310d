/**
 * Changes a key in place: its name and rights on the API, the end of replaced keys that the plan showed leaving `retiring`, and the
 * answer to a leak.
 */
import type { Decision } from "../../model/decision";
import { KeyturnError } from "../../model/error";
import { generationsOf, isManageable } from "../../model/generations";
import { Instant } from "../../model/instant";
import { findKey } from "../../model/key-index";
import { phaseOf } from "../../model/key-name";
import { decide } from "../../model/lifecycle";
import type { ListedKey } from "../../model/listed-key";
import type { ProviderData } from "../provider-data";
import { carryOut } from "../rotation/carry-out";
import type { DeclaredKey } from "../rotation/declared-key";
import { gatherFacts, type GatheredFacts } from "../rotation/gather-facts";
import { situationOf } from "../rotation/key-facts";
import { noProof } from "../rotation/prove-key";
import { severalActive } from "../rotation/several-active";
import type { ApiKeyState } from "../schema/api-key-schema";
import { declaredApiKey } from "./declared-api-key";
import { encodeSnapshot, type Snapshot } from "./snapshot";
import type { StateAfter } from "./state-after";
import { leftoversBeside, takeSnapshot } from "./take-snapshot";

/** What is changed, from what. */
export interface ChangeInPlace {
  readonly priorState: ApiKeyState;
  readonly plannedState: ApiKeyState;
  /** What the last refresh saw; undefined if there was none. */
  readonly snapshot: Snapshot | undefined;
}

/**
 * Carries the plan out, and says what the API looked like right before.
 * @throws KeyturnError KEY_STATE if a key that was to be revoked must stay after all; nothing is changed then
 */
export async function updateApiKey(
  { priorState, plannedState, snapshot }: ChangeInPlace,
  data: ProviderData,
): Promise<StateAfter> {
  // What counts is where services read the secret now. A new target has none before the next rotation.
  const declared = declaredApiKey(
    { ...plannedState, deliver_to: priorState.deliver_to ?? plannedState.deliver_to },
    data,
  );
  return await data.locks.run(declared.logicalName, async () => {
    const client = data.client();
    const { id: keyId, created_at: recorded } = priorState;
    if (keyId === null) throw new Error("a key in the state has no id");
    const listing = await client.list({ fresh: true });
    const key = findKey(listing.keys, keyId);
    if (!key || !isManageable(key)) {
      throw new KeyturnError("NOT_FOUND", `the key ${keyId} has been revoked since the plan was made; plan again`);
    }
    const inState = { id: keyId, createdAt: recorded === null ? undefined : Instant.parse(recorded) };
    const proof = snapshot?.proof ?? noProof;
    const facts = await gatherFacts({ declared, listing, proof, inState, sources: data.evidence, fresh: true });

    const leaving = leftoversBeside(key, facts).filter(
      ({ id }) => isListed(priorState, id) && !isListed(plannedState, id),
    );
    refuseWhatMustStay(leaving, facts);
    await promoteIfUnfinished(key, { declared, facts, data });
    await updateNameAndRights({ priorState, plannedState }, key, data);
    for (const { id } of leaving) await client.revoke(id);
    const owesRotation = snapshot?.owesRotation ?? false;
    return { state: plannedState, private: encodeSnapshot(takeSnapshot(key, facts, { proof, owesRotation })) };
  });
}

/** The plan may be old. What was quiet then may be in use now. */
function refuseWhatMustStay(leaving: readonly ListedKey[], facts: GatheredFacts): void {
  const decisions = decide(situationOf(facts, { kind: "phase-out" }));
  for (const old of leaving) {
    const decision = decisions.find((each) => each.kind !== "mint" && each.key === old);
    if (decision?.kind === "revoke") continue;
    throw new KeyturnError(
      "KEY_STATE",
      `the key ${old.id} was to be revoked by this plan, but must stay: ${reasonsIn(decision)}. Nothing was changed. Plan again`,
    );
  }
}

function reasonsIn(decision: Decision | undefined): string {
  const reasons = decision?.kind === "keep" ? decision.missing.map(({ reason }) => reason) : [];
  return reasons.join(", and ") || "it is not named as a replaced key any more";
}

/** Goes on where a run was cut short: the new secret is delivered, and the old key, if it is active still, is retired before. */
async function promoteIfUnfinished(
  key: ListedKey,
  {
    declared,
    facts,
    data,
  }: { readonly declared: DeclaredKey; readonly facts: GatheredFacts; readonly data: ProviderData },
): Promise<void> {
  const { logicalName, stores } = declared;
  const others = generationsOf(facts.keys, logicalName).active.filter(({ id }) => id !== key.id);
  const phase = phaseOf(key.name, logicalName);
  if (phase === "active") return;
  if (phase === undefined) {
    // A key is given the declared name only if no other active key has it.
    if (others.length > 0) throw severalActive(logicalName, [...others, key]);
    return;
  }
  const decisions = decide(situationOf(facts, { kind: "maintain" }));
  if (!decisions.some((each) => each.kind === "promote" && each.key !== "minted" && each.key.id === key.id)) {
    throw new KeyturnError(
      "KEY_STATE",
      `the key ${key.id} was to be made active by this plan, but its secret is not the one that services read any more. Nothing was changed. Plan again`,
    );
  }
  await carryOut(decisions, {
    client: data.client(),
    logicalName,
    stores,
    nonce: data.nonce,
    now: facts.now,
    clock: data.clock,
  });
}

async function updateNameAndRights(
  { priorState, plannedState }: Pick<ChangeInPlace, "priorState" | "plannedState">,
  { id, name }: ListedKey,
  data: ProviderData,
): Promise<void> {
  const { name: declaredName } = plannedState;
  const isRenamed = declaredName !== null && phaseOf(name, declaredName) === undefined;
  const changes = {
    ...(isRenamed && { name: declaredName }),
    ...(sameMembers(priorState.scopes, plannedState.scopes) ? {} : { scopes: plannedState.scopes ?? [] }),
    ...(sameMembers(priorState.pinterest_account_ids, plannedState.pinterest_account_ids)
      ? {}
      : { pinterestAccountIds: plannedState.pinterest_account_ids }),
  };
  if (Object.keys(changes).length > 0) await data.client().update(id, changes);
}

function isListed({ retiring }: ApiKeyState, keyId: string): boolean {
  return (retiring ?? []).some(({ id }) => id === keyId);
}

/** Sets have no order. Null is not the empty set. */
function sameMembers(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((member) => b.includes(member));
}
