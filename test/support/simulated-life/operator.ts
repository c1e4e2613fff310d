/**
 * Carries the decisions about a simulated key out, one request after the other, and may be cut short after any of them.
 *
 * It remembers what Terraform's state and private data hold, and only if a run comes to its end. Time is the API's: the clock of its
 * own machine may be off by hours.
 */
import type { Decision, Delivery, Intent } from "../../../src/model/decision";
import { KeyturnError } from "../../../src/model/error";
import { granularityOf, lastUsedObservation } from "../../../src/model/evidence";
import type { Instant } from "../../../src/model/instant";
import { phaseOf, taggedName } from "../../../src/model/key-name";
import { decide, type Situation } from "../../../src/model/lifecycle";
import type { ListedKey } from "../../../src/model/listed-key";
import {
  clockGranularity,
  habitsIn,
  learnedFrom,
  noProof,
  noticedWithin,
  noticingTime,
  type RememberedProof,
} from "../../../src/provider/rotation/prove-key";
import { deliveryStatus, type Holding } from "../../../src/stores/holdings";
import type { Store } from "../../../src/stores/store";
import { policyOf } from "./setting";
import { logicalName, type Cause, type SimulatedKey, type SimulatedStore, type World } from "./world";

/** How a run ends before its time: it is killed, or a request fails and it takes back what it has done. */
export interface Cut {
  readonly kind: "killed" | "failed";
  /** After how many requests. What the last of them asked for was done, though nobody has seen the answer. */
  readonly after: number;
}

interface Memory {
  readonly keyId: string;
  readonly createdAt: Instant | undefined;
  readonly proof: RememberedProof;
}

interface Run {
  readonly intent: Intent;
  readonly now: Instant;
  readonly undo: { readonly isStore: boolean; readonly run: () => void }[];
  minted?: { readonly key: SimulatedKey; readonly proof: RememberedProof };
}

/** Decides; the real one, or one that is broken on purpose. */
export type Decide = (situation: Situation) => readonly Decision[];

/** One configuration with a state of its own. */
export class Operator {
  #memory: Memory | undefined;
  #lastNonce = 0;

  constructor(
    private readonly world: World,
    private readonly tagDigit: string,
    private readonly decideOn: Decide = decide,
  ) {}

  /** The state is lost. */
  forget(): void {
    this.#memory = undefined;
  }

  /** Does what the intent asks for. @returns what was decided */
  run(intent: Intent, cut?: Cut): readonly Decision[] {
    const { world } = this;
    const situation = this.situation(intent);
    const decisions = this.decideOn(situation);
    if (world.hasOutage && decisions.some(({ kind }) => kind === "mint" || kind === "deliver")) return decisions;
    const run: Run = { intent, now: situation.now, undo: [] };
    let requests = 0;
    const steps = this.#requests(decisions, run);
    while (steps.next().done !== true) {
      requests += 1;
      world.checkWorkingKey();
      if (requests === cut?.after) {
        if (cut.kind === "failed") this.#takeBack(run, decisions);
        return decisions;
      }
      // Nobody reads a secret in a run that fails at once: to take it back from a service is a matter of its own.
      if (cut?.kind !== "failed") world.advance(world.setting.stepMs);
    }
    this.#remember(run);
    return decisions;
  }

  /** The facts of this moment, as far as this operator can know them. */
  situation(intent: Intent): Situation {
    const { world } = this;
    const now = world.servedAt();
    this.#learn();
    const keys = world.list().map((key) => ({
      ...key,
      createdAt: key.createdAt ?? (key.id === this.#memory?.keyId ? this.#memory.createdAt : undefined),
    }));
    const active = keys.find(({ name, revokedAt }) => name === logicalName && !revokedAt);
    const memory = this.#memory;
    const holdings = world.stores.map((held, index) => holding(held, world.hasOutage && index === 0));
    return {
      logicalName,
      keys,
      policy: policyOf(world.setting),
      now,
      intent,
      evidence: {
        provenAt: active?.id === memory?.keyId ? memory?.proof.provenAt : undefined,
        delivery: ({ id }): Delivery => deliveryStatus(holdings, id),
        observations: ({ id, lastUsedAt }) => [
          lastUsedObservation(lastUsedAt, { noticedWithin: memory && noticedWithin(memory.proof), now }),
          ...world.activityOf(id),
        ],
      },
    };
  }

  *#requests(decisions: readonly Decision[], run: Run): Generator<void> {
    for (const decision of decisions) {
      switch (decision.kind) {
        case "mint":
          yield* this.#mint(run);
          break;
        case "deliver":
          yield* decision.key === "minted" ? this.#deliver(run) : this.#goBackTo(decision.key);
          break;
        case "retire":
          this.#rename(decision.key.id, this.#tagged(decision.as), run);
          yield;
          break;
        case "promote":
          this.#rename(decision.key === "minted" ? mintedIn(run).key.id : decision.key.id, logicalName, run);
          yield;
          break;
        case "revoke":
          this.world.revoke(decision.key.id, this.#causeOf(run.intent));
          yield;
          break;
        case "keep":
        case "leave-alone":
          break;
        default:
          decision satisfies never;
      }
    }
  }

  *#mint(run: Run): Generator<void> {
    const { world } = this;
    const key = world.create(this.#tagged("pending"), "us");
    run.undo.push({
      isStore: false,
      run: () => {
        world.revoke(key.id, "take-back");
      },
    });
    yield;
    let proof = this.#try(key);
    const { firstTriedAt, lastUsedAt: notedAt } = proof;
    if (notedAt && (granularityOf(notedAt)?.ms ?? 0) < 60_000) {
      world.advance(1_100);
      proof = this.#try(key);
      const leavesOut = proof.lastUsedAt?.isAfter(notedAt) ? { ms: 0 } : undefined;
      proof = { ...proof, firstTriedAt, leavesOut };
    }
    run.minted = { key, proof };
    yield;
  }

  /** As `proveKey` does it. */
  #try(key: SimulatedKey): RememberedProof & { readonly provenAt: Instant; readonly lastUsedAt: Instant | undefined } {
    const answeredAt = this.world.servedAt();
    this.world.use(key, "keyturn");
    const triedAt = answeredAt.plus(clockGranularity);
    const lastUsedAt = this.#lastUsedAt(key.id);
    return {
      provenAt: lastUsedAt?.isAfter(triedAt) ? lastUsedAt : triedAt,
      firstTriedAt: answeredAt,
      notedWithin: lastUsedAt && noticingTime(answeredAt, this.world.servedAt()),
      leavesOut: undefined,
      requestId: undefined,
      lastUsedAt,
    };
  }

  #lastUsedAt(keyId: string): Instant | undefined {
    return this.world.list().find(({ id }) => id === keyId)?.lastUsedAt;
  }

  *#deliver(run: Run): Generator<void> {
    const { world } = this;
    const { id } = mintedIn(run).key;
    run.undo.push({
      isStore: true,
      run: () => {
        for (const store of world.stores) world.restorePrevious(store, id);
      },
    });
    for (const store of world.stores) {
      world.put(store, id);
      yield;
    }
  }

  *#goBackTo({ id }: ListedKey): Generator<void> {
    const { stores } = this.world;
    const isKept = ({ current, previous }: SimulatedStore): boolean =>
      current === id || (current !== undefined && previous === id);
    if (!stores.every(isKept)) throw new Refusal();
    for (const store of stores) {
      if (store.current === undefined || store.current === id) continue;
      this.world.restorePrevious(store, store.current);
      yield;
    }
  }

  #rename(id: string, name: string, run: Run): void {
    const { world } = this;
    const before = world.find(id)?.name;
    world.rename(id, name);
    if (before !== undefined)
      run.undo.push({
        isStore: false,
        run: () => {
          world.rename(id, before);
        },
      });
  }

  #takeBack({ undo }: Run, decisions: readonly Decision[]): void {
    // What was revoked cannot come back, so what is to replace it stays.
    if (decisions.some(({ kind }) => kind === "revoke")) return;
    for (const step of [...undo.filter(({ isStore }) => isStore), ...undo.filter(({ isStore }) => !isStore).reverse()])
      step.run();
  }

  /** The name says when the phase began; no use of ours comes later. */
  #tagged(phase: "pending" | "retiring" | "rolledBack"): string {
    this.#lastNonce += 1;
    const nonce = this.tagDigit + this.#lastNonce.toString(16).padStart(7, "0");
    return taggedName(logicalName, phase, { at: this.world.servedAt().plus(clockGranularity), nonce });
  }

  /** The first time that a use is seen shows how late uses are noted. */
  #learn(): void {
    const memory = this.#memory;
    if (!memory) return;
    const proof = learnedFrom(memory.proof, this.#lastUsedAt(memory.keyId), this.world.servedAt());
    this.#memory = { ...memory, proof };
  }

  #causeOf(intent: Intent): Cause {
    switch (intent.kind) {
      case "answer-incident":
        return "incident";
      case "end":
        if (intent.force) return "forced end";
        // A key of which no state knows anything: nobody has ever seen how late the API notes its uses.
        return this.#memory?.proof.notedWithin ? "end" : "end without knowledge";
      default:
        return "retirement";
    }
  }

  #remember({ minted }: Run): void {
    const active = this.world.ours().find(({ name }) => phaseOf(name, logicalName) === "active");
    if (minted) {
      const { key, proof } = minted;
      this.#memory = { keyId: key.id, createdAt: this.world.servedAt(), proof };
    } else if (active && active.id !== this.#memory?.keyId) {
      const createdAt = this.world.servedAt();
      this.#memory = { keyId: active.id, createdAt, proof: habitsIn(this.#memory?.proof ?? noProof) };
    }
  }
}

/** A store does not keep what a roll-back needs. Nothing was changed. */
export class Refusal extends Error {}

function holding(held: SimulatedStore, isUnreachable: boolean): Holding {
  return isUnreachable
    ? { store: nameless, problem: new KeyturnError("STORE_UNREACHABLE", "it does not answer") }
    : { store: nameless, held: { ...held, foreign: undefined } };
}

const unused = async (): Promise<never> => {
  throw new Error("only what a store holds is asked for");
};
const nameless: Store = {
  description: "a store",
  check: unused,
  current: unused,
  read: unused,
  put: unused,
  restorePrevious: unused,
};

function mintedIn({ minted }: Run): NonNullable<Run["minted"]> {
  if (!minted) throw new Error("a decision speaks of a key that was not minted");
  return minted;
}
