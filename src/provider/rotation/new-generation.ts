/**
 * Makes a new generation of a logical key the active one, or finishes what a run that was cut short has begun.
 */
import type { Intent } from "../../model/decision";
import { generationsOf } from "../../model/generations";
import { decide } from "../../model/lifecycle";
import type { ListedKey } from "../../model/listed-key";
import type { Secret } from "../../model/secret";
import type { ProviderData } from "../provider-data";
import { carryOut, type CarriedOut } from "./carry-out";
import type { DeclaredKey } from "./declared-key";
import type { DeclaredRights } from "./declared-rights";
import { gatherFacts, type GatheredFacts } from "./gather-facts";
import { situationOf } from "./key-facts";
import { awaitNewSecond } from "./new-second";
import { underOwnName } from "./own-name";
import { noProof, type RememberedProof } from "./prove-key";
import { refuseSeveralActive } from "./several-active";

/** The generation that is active now. */
export interface NewGeneration {
  readonly key: ListedKey;
  /** Undefined if the key was minted by an earlier run, which has delivered its secret. */
  readonly secret: Secret | undefined;
  readonly proof: RememberedProof;
  /** The keys of the logical name as they are now. */
  readonly facts: GatheredFacts;
}

/** What a new generation is made of. */
export interface GenerationRequest {
  readonly declared: DeclaredKey;
  /** The key in the state that this is about, whatever its name is. @default - names alone tell */
  readonly keyId?: string | null;
  readonly rights: DeclaredRights;
  readonly intent: Extract<Intent, { readonly kind: "rotate" | "answer-incident" }>;
  /** Has the last word before anything is done. @throws KeyturnError to refuse */
  readonly check?: (facts: GatheredFacts) => void;
}

/**
 * Carries the intent out.
 * @throws KeyturnError after everything has been taken back; the message says so, or names what could not be taken back
 */
export async function makeNewGeneration(
  { declared, keyId, rights, intent, check }: GenerationRequest,
  data: ProviderData,
): Promise<NewGeneration> {
  const client = data.client();
  const { logicalName, stores } = declared;
  const listed = await client.list({ fresh: true });
  const listing = keyId ? underOwnName(listed, { keyId, logicalName }) : listed;
  refuseSeveralActive(listing.keys, logicalName);
  const inState = undefined;
  const facts = await gatherFacts({ declared, listing, proof: noProof, inState, sources: data.evidence, fresh: true });
  check?.(facts);
  const decisions = decide(situationOf(facts, intent));
  const isMinting = decisions.some(({ kind }) => kind === "mint");
  const outcome = await carryOut(decisions, {
    client,
    logicalName,
    rights,
    habits: data.habits,
    stores,
    nonce: data.nonce,
    now: isMinting ? await awaitNewSecond(facts.keys, facts.now, data.clock) : facts.now,
    clock: data.clock,
  });
  const revoked = new Set(decisions.flatMap((decision) => (decision.kind === "revoke" ? [decision.key.id] : [])));
  return generationAfter(outcome, { facts, revoked });
}

function generationAfter(
  { minted, names, now }: CarriedOut,
  { facts, revoked }: { readonly facts: GatheredFacts; readonly revoked: ReadonlySet<string> },
): NewGeneration {
  const keys = [...facts.keys, ...(minted ? [minted.key] : [])]
    .filter(({ id }) => !revoked.has(id))
    .map((key) => ({ ...key, name: names.get(key.id) ?? key.name }));
  const [key] = generationsOf(keys, facts.logicalName).active;
  if (!key) throw new Error("no key is active after a rotation");
  const proof = minted?.proof ?? noProof;
  return { key, secret: minted?.secret, proof, facts: { ...facts, keys, now } };
}
