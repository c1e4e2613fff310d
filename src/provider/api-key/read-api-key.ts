/**
 * Looks at a key on the API, and at the other keys of its name.
 */
import type { KeyListing } from "../../client";
import type { Diagnostics } from "../../framework";
import { generationsOf, isManageable } from "../../model/generations";
import { Instant } from "../../model/instant";
import { findKey } from "../../model/key-index";
import { leftoversOf } from "../../model/leftover";
import type { ListedKey } from "../../model/listed-key";
import { rotationDueAt } from "../../model/rotation-schedule";
import type { ProviderData } from "../provider-data";
import { gatherFacts, type GatheredFacts } from "../rotation/gather-facts";
import { habitsIn, learnedFrom, noProof, type RememberedProof } from "../rotation/prove-key";
import type { ApiKeyState } from "../schema/api-key-schema";
import { createdAtOf, identityAttributes, leftoversAttribute, rightsAttributes } from "./api-key-state";
import { declaredApiKey } from "./declared-api-key";
import { findDelivered, followRollBack } from "./follow-key";
import type { Snapshot } from "./snapshot";
import { leftoversBeside, namesakeOf, takeSnapshot } from "./take-snapshot";
import { refuseOtherWorkspace } from "./workspace";

/** A key as it is, and the evidence of the same moment. */
export interface ReadApiKey {
  readonly state: ApiKeyState;
  readonly snapshot: Snapshot;
}

/** The context of a reading. */
export interface ReadContext {
  readonly data: ProviderData;
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
}

/**
 * The key behind a state; undefined if it is revoked or gone.
 * @throws KeyturnError KEY_STATE if the credential is for another workspace than the key's
 */
export async function readApiKey(
  { state, before }: { readonly state: ApiKeyState; readonly before: Snapshot | undefined },
  context: ReadContext,
): Promise<ReadApiKey | undefined> {
  const { data, diagnostics, signal } = context;
  const listing = await data.client().list({ signal });
  const found = state.id === null ? undefined : findKey(listing.keys, state.id);
  const inState = found && isManageable(found) ? found : undefined;
  if (!inState) {
    const workspaceId = before?.workspaceId;
    await refuseOtherWorkspace(data.client(), listing.keys, { keyId: state.id, workspaceId });
  }
  if (!isAdopted(state)) return inState && readUnadopted(state, inState, { listing, before });

  const proof = rememberedProof(inState, listing.servedAt, before);
  const recordedAt = state.created_at === null ? undefined : Instant.parse(state.created_at);
  const gathering = {
    declared: declaredApiKey(state, data),
    listing,
    proof,
    inState: state.id === null ? undefined : { id: state.id, createdAt: recordedAt },
    sources: data.evidence,
    fresh: false,
  };
  const facts = await gatherFacts(gathering, signal);
  if (!inState) {
    warnOfLeftovers(facts, diagnostics);
    return undefined;
  }
  const key = followRollBack(inState, facts);
  // The proof that is remembered was that of another key.
  const ownProof = key === inState ? proof : habitsIn(proof);
  const ownState = key === inState ? state : { ...state, created_at: null, secret: null, secret_fingerprint: null };
  const owesRotation = before?.owesRotation ?? false;
  const delivered = findDelivered(key, facts);
  return {
    state: stateOf(key, ownState, facts),
    snapshot: takeSnapshot(key, facts, { proof: ownProof, owesRotation, delivered }),
  };
}

/** Whether a configuration was ever applied to the key: one that was just imported has nothing but its id. */
function isAdopted({ service, environment, rotation_period: period }: ApiKeyState): boolean {
  return service !== null && environment !== null && period !== null;
}

function readUnadopted(
  state: ApiKeyState,
  key: ListedKey,
  { listing, before }: { readonly listing: KeyListing; readonly before: Snapshot | undefined },
): ReadApiKey {
  const facts = {
    logicalName: key.name,
    keys: listing.keys,
    now: listing.servedAt,
    delivery: () => "unknown" as const,
    observations: () => [],
  };
  const proof = rememberedProof(key, listing.servedAt, before);
  return { state: attributesOf(key, state, facts), snapshot: takeSnapshot(key, facts, { proof, owesRotation: false }) };
}

type Facts = Pick<GatheredFacts, "logicalName" | "keys" | "now">;

function attributesOf(key: ListedKey, state: ApiKeyState, facts: Facts): ApiKeyState {
  return {
    ...state,
    ...identityAttributes(key.id, createdAtOf(key, state, facts.now)),
    ...rightsAttributes(key, state),
    name: key.name,
    retiring: leftoversAttribute(leftoversBeside(key, facts)),
    namesake: namesakeOf(key, facts) ?? null,
  };
}

function stateOf(key: ListedKey, state: ApiKeyState, facts: GatheredFacts): ApiKeyState {
  const { policy, logicalName } = facts;
  const otherNames = leftoversBeside(key, facts).map(({ name }) => name);
  const dueAt = rotationDueAt(createdAtOf(key, state, facts.now), policy, { logicalName, otherNames });
  return { ...attributesOf(key, state, facts), rotate_after: dueAt.toString() };
}

function rememberedProof(key: ListedKey | undefined, servedAt: Instant, before: Snapshot | undefined): RememberedProof {
  if (!before) return noProof;
  return learnedFrom(before.proof, key?.lastUsedAt, servedAt);
}

function warnOfLeftovers({ keys, logicalName }: Facts, diagnostics: Diagnostics): void {
  const generations = generationsOf(keys, logicalName);
  const leftovers = leftoversOf(generations);
  if (leftovers.length === 0) return;
  diagnostics.warning({
    summary: "Replaced keys outlive their successor",
    detail:
      `The key ${logicalName} was revoked outside of Terraform, but these other keys of it still work: ` +
      `${leftovers.map(({ id, name }) => `${name} (${id})`).join(", ")}. ` +
      "A key that is created again takes them over. If none is to be created, revoke them by hand.",
  });
}
