/**
 * A world in miniature: an API with keys, stores with secrets, services that read and use them, and time.
 *
 * It knows the truth, which the API tells only in part, coarsely and late. What goes against a promise is noted as a violation
 * the moment it happens. A secret is stood for by the id of its key.
 */
import type { Observation } from "../../../src/model/evidence";
import { Instant } from "../../../src/model/instant";
import { phaseOf } from "../../../src/model/key-name";
import type { ListedKey } from "../../../src/model/listed-key";
import { hasEvidence, overlap, policyOf, type Habit, type Setting } from "./setting";

export const logicalName = "scheduler-prod";

/** How late the activity log is written. */
const logLagMs = 5_000;

/** A promise that is kept at every moment of every history. */
export type Promised =
  | "there is always a key that works"
  | "there are never two active keys of our making"
  | "no key ends inside its overlap"
  | "no key ends while a store hands it out"
  | "no key ends without evidence"
  | "no service fails"
  | "no foreign key changes"
  | "every run converges"
  | "the same facts lead to the same decisions"
  | "every key is accounted for";

export interface Violation {
  readonly promised: Promised;
  readonly what: string;
}

/** On whose behalf a key is revoked. */
export type Cause = "retirement" | "incident" | "end" | "end without knowledge" | "forced end" | "take-back" | "hand";

export interface SimulatedKey {
  readonly id: string;
  name: string;
  readonly source: "manual" | "oauth";
  readonly createdAtMs: number;
  revokedAtMs?: number;
  /** Who gave the key its present name. */
  namedBy: "us" | "hand";
  /** Whether its end is not ours to answer for. */
  isEndExcused: boolean;
  /** Since when a store hands it out, or did so last. */
  deliveredAtMs?: number;
  /** When a store last stopped handing it out. */
  supersededAtMs?: number;
  readonly serviceUses: number[];
  /** When the last use was that the API has noted. */
  notedAtMs: number;
  readonly notes: { readonly usedAtMs: number; readonly showsAtMs: number }[];
  readonly uses: number[];
}

export interface SimulatedStore {
  current: string | undefined;
  previous: string | undefined;
}

interface Service {
  readonly habit: Habit;
  readonly store: number;
  readonly readEveryMs: number;
  readonly useEveryMs: number;
  secretOf: string | undefined;
  readsAtMs: number;
  usesAtMs: number;
}

export class World {
  nowMs = Instant.parse("2026-03-01T10:20:30.456Z").epochMs;
  readonly keys: SimulatedKey[] = [];
  readonly stores: SimulatedStore[];
  readonly services: Service[] = [];
  readonly violations: Violation[] = [];
  /** Whether the first store cannot be reached by keyturn. */
  hasOutage = false;
  /** Whether it is nobody's fault of ours that no key works. */
  mayHaveNoKey = true;
  #lastId = 0;

  constructor(readonly setting: Setting) {
    this.stores = Array.from({ length: setting.stores }, () => ({ current: undefined, previous: undefined }));
    for (const habit of setting.services) this.startService(habit);
  }

  /** What the API says in its `Date` header: whole seconds. */
  servedAt(): Instant {
    return Instant.ofEpochMs(this.nowMs - (this.nowMs % 1_000));
  }

  find(id: string): SimulatedKey | undefined {
    return this.keys.find((key) => key.id === id);
  }

  /** The keys that are valid and ours by their names. */
  ours(): readonly SimulatedKey[] {
    return this.keys.filter((key) => key.revokedAtMs === undefined && isOurs(key));
  }

  list(): readonly ListedKey[] {
    return this.keys
      .filter(({ revokedAtMs }) => revokedAtMs === undefined || this.setting.listsRevokedKeys)
      .map((key) => ({
        id: key.id,
        name: key.name,
        source: key.source,
        createdAt: this.setting.tellsCreation ? Instant.ofEpochMs(key.createdAtMs) : undefined,
        lastUsedAt: this.#shownUse(key),
        revokedAt: key.revokedAtMs === undefined ? undefined : Instant.ofEpochMs(key.revokedAtMs),
      }));
  }

  /** What the activity log says of a key. It is written late, too. */
  activityOf(id: string): readonly Observation[] {
    if (!this.setting.hasActivityLog) return [];
    const toMs = this.nowMs - logLagMs;
    const usedAtMs = this.find(id)?.uses.findLast((ms) => ms <= toMs);
    const lastUsedAt = usedAtMs === undefined ? undefined : Instant.ofEpochMs(usedAtMs);
    const watched = { from: Instant.ofEpochMs(0), to: Instant.ofEpochMs(toMs) };
    return [{ source: "the activity log", lastUsedAt, watched }];
  }

  create(name: string, namedBy: SimulatedKey["namedBy"], source: SimulatedKey["source"] = "manual"): SimulatedKey {
    this.#lastId += 1;
    const key: SimulatedKey = {
      id: `key-${String(this.#lastId).padStart(3, "0")}`,
      name,
      source,
      namedBy,
      createdAtMs: this.nowMs,
      isEndExcused: false,
      notes: [],
      uses: [],
      serviceUses: [],
      notedAtMs: -Infinity,
    };
    this.keys.unshift(key);
    return key;
  }

  rename(id: string, name: string): void {
    const key = this.#changeable(id, `renamed to ${name}`);
    if (!key) return;
    key.name = name;
    key.namedBy = "us";
    const active = this.ours().filter((each) => each.namedBy === "us" && each.name === logicalName);
    if (active.length > 1) this.violate("there are never two active keys of our making", ids(active));
  }

  revoke(id: string, cause: Cause): void {
    const key = cause === "hand" ? this.find(id) : this.#changeable(id, "revoked");
    if (!key) return;
    if (cause === "retirement") this.#checkRetirement(key);
    if (cause === "end" && this.setting.verification === "evidence") this.#checkQuiet(key, this.#blindMs());
    key.isEndExcused = cause !== "retirement" && cause !== "take-back";
    key.revokedAtMs = this.nowMs;
    // What is taken back was made by the same run, so there were no more keys before it.
    if (cause !== "retirement") this.mayHaveNoKey = true;
    this.checkWorkingKey();
  }

  /** Notes that a key works again, or that none does although one should. */
  checkWorkingKey(): void {
    if (this.ours().some(({ name }) => name === logicalName)) this.mayHaveNoKey = false;
    else if (this.ours().length === 0 && !this.mayHaveNoKey) this.violate("there is always a key that works", "none");
  }

  /** @returns whether the API accepts the secret */
  use(key: SimulatedKey, by: "service" | "keyturn"): boolean {
    if (key.revokedAtMs !== undefined) return false;
    const { granularityMs, intervalMs, lagMs } = this.setting;
    key.uses.push(this.nowMs);
    if (by === "service") key.serviceUses.push(this.nowMs);
    if (granularityMs === undefined) return true;
    if (this.nowMs - key.notedAtMs < intervalMs) return true;
    key.notedAtMs = this.nowMs;
    const usedAtMs = this.nowMs - (this.nowMs % granularityMs);
    if (key.notes.at(-1)?.usedAtMs !== usedAtMs) key.notes.push({ usedAtMs, showsAtMs: this.nowMs + lagMs });
    return true;
  }

  put(store: SimulatedStore, id: string): void {
    if (store.current === id) return;
    this.#handOut(store, id);
  }

  restorePrevious(store: SimulatedStore, id: string): void {
    if (store.current !== id) return;
    this.#handOut(store, store.previous);
    store.previous = undefined;
  }

  startService(habit: Habit): void {
    const store = this.services.length % this.stores.length;
    const { quietPeriod } = policyOf(this.setting);
    const readEveryMs = { "on schedule": overlap.ms / 7, late: overlap.ms - 1, never: Infinity }[habit];
    const useEveryMs = quietPeriod.ms - 1 - this.services.length * 1_000;
    this.services.push({
      habit,
      store,
      readEveryMs: Math.floor(readEveryMs),
      useEveryMs,
      secretOf: undefined,
      readsAtMs: this.nowMs,
      usesAtMs: this.nowMs,
    });
  }

  /** Lets time pass. Services do what they do in the meantime, each at its own instants. */
  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const next = Math.min(...this.services.map(({ readsAtMs, usesAtMs }) => Math.min(readsAtMs, usesAtMs)));
      if (next > untilMs) break;
      this.nowMs = Math.max(this.nowMs, next);
      for (const service of this.services) this.#act(service);
    }
    this.nowMs = untilMs;
  }

  /** A service uses its secret out of turn. */
  useNow(index: number): void {
    const service = this.services[index % this.services.length];
    if (service) this.#use(service);
  }

  violate(promised: Promised, what: string): void {
    this.violations.push({ promised, what });
  }

  #act(service: Service): void {
    if (service.readsAtMs <= this.nowMs) this.#read(service);
    if (service.usesAtMs <= this.nowMs) this.#use(service);
  }

  #read(service: Service): void {
    service.secretOf = this.stores[service.store]?.current;
    // One that found nothing asks again soon, whatever its habit.
    service.readsAtMs = this.nowMs + (service.secretOf === undefined ? 60_000 : service.readEveryMs);
  }

  #use(service: Service): void {
    service.usesAtMs = this.nowMs + service.useEveryMs;
    const key = service.secretOf === undefined ? undefined : this.find(service.secretOf);
    if (!key || this.use(key, "service")) return;
    const isPromised = service.habit !== "never" || this.setting.verification === "evidence";
    if (!key.isEndExcused && isPromised) this.violate("no service fails", `${service.habit}, with ${key.id}`);
    this.#read(service);
  }

  #handOut(store: SimulatedStore, id: string | undefined): void {
    const before = store.current === undefined ? undefined : this.find(store.current);
    if (before) before.supersededAtMs = this.nowMs;
    const after = id === undefined ? undefined : this.find(id);
    if (after) after.deliveredAtMs = this.nowMs;
    store.previous = store.current;
    store.current = id;
  }

  #shownUse({ notes }: SimulatedKey): Instant | undefined {
    const shown = notes.findLast(({ showsAtMs }) => showsAtMs <= this.nowMs);
    return shown && Instant.ofEpochMs(shown.usedAtMs);
  }

  #changeable(id: string, change: string): SimulatedKey | undefined {
    const key = this.find(id);
    if (!key || key.revokedAtMs !== undefined) return undefined;
    if (!isOurs(key)) this.violate("no foreign key changes", `${key.name} (${key.source}) is ${change}`);
    return key;
  }

  #checkRetirement(key: SimulatedKey): void {
    if (this.stores.some(({ current }) => current === key.id)) {
      this.violate("no key ends while a store hands it out", `${key.name} (${key.id})`);
    }
    if (key.deliveredAtMs === undefined) {
      if (key.serviceUses.length > 0) throw new Error("a service has a secret that was never delivered");
      return;
    }
    if (key.supersededAtMs !== undefined && this.nowMs < key.supersededAtMs + overlap.ms) {
      this.violate("no key ends inside its overlap", `${key.name} (${key.id})`);
    }
    if (this.setting.verification === "time-only") return;
    this.#checkQuiet(key);
    const active = this.ours().find(({ name }) => name === logicalName);
    const tookOverAtMs = key.supersededAtMs ?? active?.deliveredAtMs ?? 0;
    if (!active?.serviceUses.some((ms) => ms >= tookOverAtMs)) {
      this.violate("no key ends without evidence", `no service uses ${active?.id ?? "any key"}`);
    }
  }

  /** @param blindMs a use that is not longer ago cannot be known to anybody */
  #checkQuiet(key: SimulatedKey, blindMs = 0): void {
    const { quietPeriod } = policyOf(this.setting);
    if (!hasEvidence(this.setting) && key.deliveredAtMs !== undefined) {
      this.violate("no key ends without evidence", `nothing tells of uses, and ${key.name} (${key.id}) ends`);
    }
    const knowableMs = key.serviceUses.findLast((ms) => ms <= this.nowMs - blindMs);
    // keyturn tries a new secret before anybody else has it, and a use in the same second cannot be told from that.
    const ownUntilMs = (key.uses[0] ?? 0) + 2_000;
    if (knowableMs !== undefined && knowableMs > ownUntilMs && this.nowMs - blindMs < knowableMs + quietPeriod.ms) {
      this.violate("no key ends without evidence", `${key.name} (${key.id}) is in use`);
    }
  }

  /** How long nobody can know of a use. */
  #blindMs(): number {
    const { granularityMs, lagMs, hasActivityLog } = this.setting;
    return Math.min(granularityMs === undefined ? Infinity : lagMs, hasActivityLog ? logLagMs : Infinity);
  }
}

function isOurs({ name, source }: SimulatedKey): boolean {
  return source !== "oauth" && phaseOf(name, logicalName) !== undefined;
}

function ids(keys: readonly SimulatedKey[]): string {
  return keys.map(({ id }) => id).join(", ");
}
