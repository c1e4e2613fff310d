/**
 * What really happened to the keys of the API, for judging what keyturn did: uses, places, and what was done by hand.
 *
 * Every violation of a promise is thrown.
 */
import { Duration } from "../../../src/model/duration";
import type { KeyWorld, ShownKey } from "../key-world";
import type { Service } from "./service";
import type { Site } from "./site";

const logicalName = "scheduler-prod";
const generation = /^scheduler-prod(~(pending|retiring|rolledback)~[a-z0-9]{1,32})?$/;

/** A promise that was not kept. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** What a run was allowed to do. */
export interface RunMode {
  readonly site: Site;
  /** `rotate` is the usual run; what ends in it ends by the rules of retirement. */
  readonly kind: "rotate" | "incident" | "destroy" | "forced-destroy";
  readonly verification: "evidence" | "time-only";
  readonly overlap: string;
}

/** Who may find a dead key in his hands: everybody, or those who do not read on schedule and those of other states. */
interface Excuse {
  readonly reason: string;
  readonly forAll: boolean;
  readonly by: Site | undefined;
}

/** The records of the test. */
export class Ledger {
  readonly lastUseMs = new Map<string, number>();
  readonly #dead = new Map<string, Excuse>();
  readonly #handNames = new Map<string, string>();
  readonly #foreign = new Map<string, string>();
  readonly #lastCurrentMs = new Map<Site, Map<string, number>>();
  #live: readonly ShownKey[] = [];

  constructor(private readonly world: KeyWorld) {}

  /** The generations that work, as of the last look. */
  get ours(): readonly ShownKey[] {
    return this.#live.filter(({ name }) => generation.test(name));
  }

  /** Keys that a hand can be laid on: those that the provider made, whatever they are called now. */
  get touchable(): readonly ShownKey[] {
    return this.#live.filter(({ id }) => !this.#foreign.has(id));
  }

  noteForeign(key: ShownKey): void {
    this.#foreign.set(key.id, withoutUse(key));
  }

  noteHandRevocation(id: string): void {
    this.#dead.set(id, { reason: "it was revoked by hand", forAll: true, by: undefined });
  }

  noteHandName(id: string, name: string): void {
    this.#handNames.set(id, name);
  }

  /** Keys that somebody has named as the active one by hand. */
  get handActive(): readonly ShownKey[] {
    return this.#live.filter(({ id, name }) => name === logicalName && this.#handNames.get(id) === logicalName);
  }

  noteUse({ held }: Service, atMs: number): void {
    if (held) this.lastUseMs.set(held.keyId, atMs);
  }

  /** A service was refused. */
  judgeRefusal({ kind, held, site }: Service): void {
    if (!held) return;
    const excuse = this.#dead.get(held.keyId);
    if (excuse && (excuse.forAll || kind !== "schedule" || excuse.by !== site)) return;
    throw new Violation(
      `a service (${kind}) of state ${site.index} got 401 with the key ${held.keyId}: ${excuse?.reason ?? "nobody was to revoke it"}`,
    );
  }

  /** Looks at the API, and judges what a run has done; without a run, only looks. */
  async look(sites: readonly Site[], run?: RunMode): Promise<void> {
    const before = this.#live;
    this.#live = await this.world.keys();
    const live = new Set(this.#live.map(({ id }) => id));
    const nowMs = this.world.clock.now().epochMs;
    for (const { id, name } of before) if (!live.has(id)) this.#judgeRevocation({ id, name }, run, nowMs);
    this.#judgeNames();
    this.#judgeForeign();
    for (const site of sites) await this.#judgePlaces(site, live, nowMs);
  }

  #judgeRevocation({ id, name }: ShownKey, run: RunMode | undefined, nowMs: number): void {
    if (this.#dead.has(id)) return;
    if (!run) throw new Violation(`${name} (${id}) is gone, and nobody ran`);
    const { site, kind, verification } = run;
    if (kind === "incident" || kind === "forced-destroy") {
      this.#dead.set(id, { reason: kind, forAll: true, by: site });
      return;
    }
    const at = this.world.api.requests().findLast(({ method, path }) => method === "DELETE" && path.endsWith(id))?.at;
    const atMs = at?.epochMs ?? nowMs;
    const currentMs = this.#lastCurrentMs.get(site)?.get(id);
    if (kind === "rotate" && currentMs !== undefined && atMs < currentMs + Duration.parse(run.overlap).ms - 2_000) {
      throw new Violation(
        `${name} (${id}) was revoked inside its overlap: ${(atMs - currentMs) / 1000} s after it was current`,
      );
    }
    const usedMs = this.lastUseMs.get(id);
    if (verification === "evidence" && usedMs !== undefined && atMs < usedMs + Duration.parse(site.quiet).ms - 1_000) {
      throw new Violation(`${name} (${id}) was revoked (${kind}) ${(atMs - usedMs) / 1000} s after its last use`);
    }
    this.#dead.set(id, { reason: `${kind}, ${verification}`, forAll: kind === "destroy", by: site });
  }

  #judgeNames(): void {
    const active = this.#live.filter(({ id, name }) => name === logicalName && this.#handNames.get(id) !== logicalName);
    if (active.length > 1) throw new Violation(`two active keys: ${active.map(({ id }) => id).join(", ")}`);
  }

  #judgeForeign(): void {
    for (const [id, shown] of this.#foreign) {
      const now = this.#live.find((key) => key.id === id);
      if (now && withoutUse(now) === shown) continue;
      throw new Violation(`a foreign key was touched: ${shown} became ${now ? withoutUse(now) : "nothing"}`);
    }
  }

  /** What services would read now has to work, unless somebody has taken it away on purpose. */
  async #judgePlaces(site: Site, live: ReadonlySet<string>, nowMs: number): Promise<void> {
    const known = this.#lastCurrentMs.get(site) ?? new Map<string, number>();
    this.#lastCurrentMs.set(site, known);
    for (const held of await site.places()) {
      if (!held) continue;
      known.set(held.keyId, nowMs);
      const excuse = this.#dead.get(held.keyId);
      if (live.has(held.keyId) || excuse?.forAll || (excuse && excuse.by !== site)) continue;
      throw new Violation(
        `a place of state ${site.index} holds the dead key ${held.keyId}: ${excuse?.reason ?? "unknown"}`,
      );
    }
  }
}

function withoutUse({ last_used_at, ...key }: ShownKey): string {
  return JSON.stringify(key);
}
