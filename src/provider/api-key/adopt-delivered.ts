/**
 * Goes on where a run was cut short after it had delivered a new secret: the resource stands for the new key from then on.
 */
import { KeyturnError } from "../../model/error";
import { generationsOf } from "../../model/generations";
import { decide } from "../../model/lifecycle";
import type { ProviderData } from "../provider-data";
import { carryOut } from "../rotation/carry-out";
import { gatherFacts } from "../rotation/gather-facts";
import { situationOf } from "../rotation/key-facts";
import { habitsIn, noProof } from "../rotation/prove-key";
import { refuseSeveralActive } from "../rotation/several-active";
import type { ApiKeyState } from "../schema/api-key-schema";
import { declaredApiKey } from "./declared-api-key";
import type { DeclaredApiKey } from "./known-state";
import type { Snapshot } from "./snapshot";
import { stateAfter, type StateAfter } from "./state-after";

/** What is adopted. */
export interface Adoption {
  /** The key that the plan names. */
  readonly keyId: string;
  readonly priorState: ApiKeyState;
  /** What the configuration declares. */
  readonly attributes: DeclaredApiKey;
  /** What the last refresh saw; undefined if there was none. */
  readonly snapshot: Snapshot | undefined;
}

/**
 * Makes the delivered key the active one, if it is not, and retires the one before. Its rights are compared by the next plan.
 * @throws KeyturnError KEY_STATE if services read another secret by now; nothing is changed then
 */
export async function adoptDelivered(
  { keyId, priorState, attributes, snapshot }: Adoption,
  data: ProviderData,
): Promise<StateAfter> {
  // What counts is where services read the secret now. A new target has none before the next rotation.
  const declared = declaredApiKey({ ...attributes, deliver_to: priorState.deliver_to ?? attributes.deliver_to }, data);
  const { logicalName, stores } = declared;
  return await data.locks.run(logicalName, async () => {
    const { nonce, clock, evidence: sources } = data;
    const client = data.client();
    const listing = await client.list({ fresh: true });
    refuseSeveralActive(listing.keys, logicalName);
    const proof = habitsIn(snapshot?.proof ?? noProof);
    const facts = await gatherFacts({ declared, listing, proof, inState: undefined, sources, fresh: true });
    if (facts.deliveries.current !== keyId) throw changedSince(keyId);

    const decisions = decide(situationOf(facts, { kind: "maintain" }));
    const isFinishing = decisions.some(
      (each) => each.kind === "promote" && each.key !== "minted" && each.key.id === keyId,
    );
    // Where the key is active already there is nothing to finish; what else may be due comes with the next plan.
    const { names } = await carryOut(isFinishing ? decisions : [], {
      client,
      logicalName,
      stores,
      nonce,
      clock,
      now: facts.now,
    });
    const keys = facts.keys.map((key) => ({ ...key, name: names.get(key.id) ?? key.name }));
    const [key] = generationsOf(keys, logicalName).active;
    if (key?.id !== keyId) throw changedSince(keyId);
    const owesRotation = snapshot?.owesRotation ?? false;
    return stateAfter(
      attributes,
      declared,
      { key, secret: undefined, proof, facts: { ...facts, keys } },
      { owesRotation },
    );
  });
}

function changedSince(keyId: string): KeyturnError {
  return new KeyturnError(
    "KEY_STATE",
    `the plan was to go on with the key ${keyId}, but its secret is not the one that services read any more. Nothing was changed. Plan again`,
  );
}
