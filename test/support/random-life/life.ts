/**
 * A random life of a key: goes through its steps against the real provider code and the embedded API, and judges what came of each.
 *
 * Every plan and every apply has a provider process of its own, as with the real Terraform.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Duration } from "../../../src/model/duration";
import { KeyturnError } from "../../../src/model/error";
import type { AgeReader } from "../age-reader";
import { hasErrors } from "../harness/resource-calls";
import type { ShownDiagnostic } from "../harness/messages";
import { KeyWorld } from "../key-world";
import { Killer, startProcess } from "./killable-process";
import { Ledger, Violation, type RunMode } from "./ledger";
import { rollBackState } from "./roll-back";
import { Site } from "./site";
import { useEveryMs } from "./service";
import { similarNames, type Beginning, type HandStep, type StateIndex, type Step, type Trouble } from "./steps";

type Deploy = Extract<Step, { kind: "deploy" }>;
type Between = NonNullable<Deploy["between"]>;

/** What has happened, for seeing that lives are eventful. */
export type Counts = Map<string, number>;

/** How many runs may be needed, once nothing goes wrong any more, until there is nothing to do. */
const maxRuns = 4;

/** Lives a whole life. @throws Violation, or ProviderBug */
export async function live(
  beginning: Beginning,
  steps: readonly Step[],
  { reader, counts }: { readonly reader: AgeReader; readonly counts: Counts },
): Promise<void> {
  const world = await KeyWorld.start({ api: { behaviour: beginning.behaviour } });
  const folder = mkdtempSync(path.join(tmpdir(), "keyturn-test-"));
  try {
    const life = new Life(beginning, { world, folder, reader, counts });
    await life.begin();
    for (const [index, step] of steps.entries()) {
      try {
        await life.take(step);
      } catch (error) {
        if (error instanceof Error) error.message += ` (in step ${index}: ${JSON.stringify(step)})`;
        throw error;
      }
    }
    await life.end();
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Life {
  readonly #world: KeyWorld;
  readonly #killer: Killer;
  readonly #ledger: Ledger;
  readonly #sites: readonly [Site, Site];

  constructor(
    private readonly beginning: Beginning,
    private readonly parts: {
      readonly world: KeyWorld;
      readonly folder: string;
      readonly reader: AgeReader;
      readonly counts: Counts;
    },
  ) {
    const { world } = parts;
    this.#world = world;
    this.#killer = new Killer(world);
    this.#ledger = new Ledger(world);
    this.#sites = [new Site(0, beginning, parts), new Site(1, beginning, parts)];
  }

  async begin(): Promise<void> {
    for (const name of similarNames.slice(0, 4)) await this.#makeForeign(name);
    await this.take({ kind: "deploy", state: 0 });
    if (this.#sites[0].instance.state === null) throw new Violation("the key could not be created");
  }

  async take(step: Step): Promise<void> {
    this.#count(step.kind);
    this.#world.clock.advance({ ms: 1_700 });
    const { api } = this.#world;
    api.clearRequests();
    const run = await this.#act(step);
    api.setFaults([]);
    await this.#ledger.look(this.#sites, run);
  }

  /** @returns what was allowed, if it was a run of the provider */
  async #act(step: Step): Promise<RunMode | undefined> {
    switch (step.kind) {
      case "deploy":
        return await this.#deploy(step);
      case "destroy":
        return await this.#destroy(this.#site(step.state), step.trouble);
      case "pass":
        await this.#pass(step.seconds * 1_000);
        return undefined;
      case "lose-state":
        this.#site(step.state).loseState();
        return undefined;
      case "roll-back":
        return await this.#rollBack(this.#site(step.state));
      case "services":
        for (const service of this.#site(step.state).services) service.isRunning = step.run;
        return undefined;
      default:
        await this.#lendHand(step);
        return undefined;
    }
  }

  async #deploy({ state: index, change, trouble, between }: Deploy): Promise<RunMode> {
    const site = this.#site(index);
    if (change) site.change(change);
    const mode = modeOf(site);
    const { instance } = site;
    await this.#inTrouble(site, trouble, async () => {
      if (!(await this.#newProcess(site))) return;
      const plan = await instance.plan(site.config);
      this.#notice(plan.diagnostics);
      this.#count(`plan: ${plan.action}`);
      if (plan.action === "refused") return;
      if (between && !trouble) await this.#between(between);
      if (!(await this.#newProcess(site))) return;
      const { diagnostics } = await instance.apply(plan);
      this.#notice(diagnostics);
      if (hasErrors(diagnostics)) this.#count("apply failed");
    });
    if (site.instance.state && site.services.every(({ isRunning }) => !isRunning) && index === 0) {
      for (const service of site.services) service.isRunning = true;
    }
    return mode;
  }

  async #destroy(site: Site, trouble: Trouble | undefined): Promise<RunMode> {
    const { instance } = site;
    const prior = instance.state;
    const mode: RunMode = {
      site,
      kind: prior?.force_revoke ? "forced-destroy" : "destroy",
      verification: prior?.verification === "time-only" ? "time-only" : "evidence",
      overlap: prior?.overlap_window ?? "0s",
    };
    await this.#inTrouble(site, trouble, async () => {
      if (!(await this.#newProcess(site))) return;
      const plan = await instance.plan(null);
      this.#notice(plan.diagnostics);
      this.#count(`destroy: ${plan.action}`);
      if (plan.action === "refused" || !(await this.#newProcess(site))) return;
      const { diagnostics } = await instance.apply(plan);
      this.#notice(diagnostics);
    });
    return mode;
  }

  async #rollBack(site: Site): Promise<RunMode | undefined> {
    const { deployed: state } = site;
    // A state cannot go back to a secret that it has forgotten.
    if (!state?.deliver_to?.every(({ encrypted_file: file }) => file !== null)) return undefined;
    // The command line refuses it then.
    if (site.instance.deposedStates.length > 0) return undefined;
    try {
      await rollBackState(this.#world, state);
      this.#count("rolled back");
    } catch (error) {
      if (!(error instanceof KeyturnError)) throw error;
    }
    return modeOf(site);
  }

  async #inTrouble(site: Site, trouble: Trouble | undefined, work: () => Promise<void>): Promise<void> {
    if (trouble?.kind === "kill") {
      const before = site.instance.stateFile;
      const isKilled = await this.#killer.during(trouble, work);
      if (isKilled) {
        this.#count("killed");
        site.goOn(trouble.saved ? site.instance.stateFile : before);
      }
      return;
    }
    if (trouble) this.#world.api.setFaults([{ ...trouble.fault, after: trouble.after, count: trouble.count }]);
    await work();
    this.#world.api.setFaults([]);
  }

  /** @returns whether it could be configured */
  async #newProcess(site: Site): Promise<boolean> {
    const provider = await startProcess(this.#world, this.#killer);
    if (!provider) return false;
    site.instance.continueWith(provider.server);
    return true;
  }

  async #between(step: Between): Promise<void> {
    if (step.kind === "pass") await this.#pass(step.seconds * 1_000);
    else await this.#lendHand(step);
  }

  async #lendHand(step: HandStep): Promise<void> {
    if (step.kind === "foreign-key") {
      await this.#makeForeign(step.name);
      return;
    }
    await this.#ledger.look([]);
    const { touchable } = this.#ledger;
    const key = touchable[step.which % Math.max(1, touchable.length)];
    if (!key) return;
    if (step.kind === "revoke-by-hand") {
      this.#ledger.noteHandRevocation(key.id);
      await this.#world.revoke(key.id);
    } else {
      await this.#rename(key.id, step.to);
    }
  }

  async #rename(id: string, name: string): Promise<void> {
    try {
      await this.#world.patch(id, { name });
      this.#ledger.noteHandName(id, name);
    } catch (error) {
      // Where names are unique, not every name can be given.
      if (!String(error).includes("409")) throw error;
    }
  }

  async #makeForeign(name: string): Promise<void> {
    try {
      const id = await this.#world.createKey(name);
      const key = (await this.#world.keys()).find((each) => each.id === id);
      if (key) this.#ledger.noteForeign(key);
    } catch (error) {
      if (!String(error).includes("409")) throw error;
    }
  }

  /** Lets time pass, in which the services do their work. */
  async #pass(ms: number): Promise<void> {
    const { clock } = this.#world;
    const endMs = clock.now().epochMs + ms;
    for (;;) {
      const running = this.#sites.flatMap(({ services }) => services.filter(({ isRunning }) => isRunning));
      const [next] = running.sort((one, other) => one.nextUseMs - other.nextUseMs);
      if (!next || next.nextUseMs > endMs) break;
      clock.advance({ ms: Math.max(1, next.nextUseMs - clock.now().epochMs) });
      await this.#use(next);
    }
    clock.advance({ ms: Math.max(0, endMs - clock.now().epochMs) });
  }

  async #use(service: Site["services"][number]): Promise<void> {
    const { url } = this.#world.api;
    const nowMs = this.#world.clock.now().epochMs;
    let status = await service.use(url, nowMs);
    if (status === 401) {
      this.#ledger.judgeRefusal(service);
      this.#count("excused 401");
      if (await service.read(nowMs)) {
        status = await service.tryAgain(url);
        if (status === 401) this.#ledger.judgeRefusal(service);
      }
    }
    if (status === 200) this.#ledger.noteUse(service, nowMs);
  }

  /** Nothing goes wrong any more. It must not take long until there is nothing to do, and in the end one key is left. */
  async end(): Promise<void> {
    const [site, other] = this.#sites;
    other.loseState();
    for (const { services } of this.#sites) for (const service of services) service.isRunning = false;
    const { behaviour } = this.beginning;
    const tellsUses = behaviour.keepsLastUsed !== false && !behaviour.namesOnly;
    Object.assign(site.declared, {
      period: "3650d",
      force: false,
      protection: false,
      verification: tellsUses ? "evidence" : "time-only",
    });
    await this.#pass(Duration.minutes(20).ms);
    await this.#ledger.look([]);
    for (const [index, { id }] of this.#ledger.handActive.entries()) {
      if (id !== site.instance.state?.id) await this.#rename(id, `scheduler-prod~retiring~byhand${index}`);
    }
    await this.#settle(site);

    const { lastUsedLagMs = 0, lastUsedGranularityMs = 0 } = behaviour;
    const longEnoughMs = Duration.days(3).ms + 2 * (lastUsedLagMs + lastUsedGranularityMs + useEveryMs);
    for (let cycle = 0; cycle < 8; cycle += 1) {
      for (const service of site.services) {
        service.isRunning = true;
        service.held = undefined;
      }
      await this.#pass(longEnoughMs);
      await this.take({ kind: "deploy", state: 0 });
      if (await this.#repair(site)) continue;
      if (this.#ledger.ours.length === 1) break;
      // Where nobody remembers a proof, the key's own rotation brings one.
      if (cycle === 3) site.change({ kind: "trigger" });
    }
    const left = this.#ledger.ours;
    const action = await this.#plannedAction(site);
    if (left.length !== 1) throw new Violation(`in the end there is not one key: ${JSON.stringify(left)}`);
    if (action !== "no-op") throw new Violation(`in the end the plan is not empty: ${action}`);
    for (const held of await site.places()) {
      if (held && held.keyId !== left[0]?.id) throw new Violation(`in the end a place holds ${held.keyId}`);
    }
  }

  async #settle(site: Site): Promise<void> {
    let repairs = 0;
    for (let run = 0; ; run += 1) {
      await this.take({ kind: "deploy", state: 0 });
      if (await this.#repair(site)) {
        repairs += 1;
        if (repairs > 3) throw new Violation("what a hand has done cannot be repaired as the messages say");
        run = 0;
      }
      if ((await this.#plannedAction(site)) === "no-op") return;
      if (run >= maxRuns) {
        throw new Violation(`after ${maxRuns} runs the plan is not empty: ${JSON.stringify(this.#lastDiagnostics)}`);
      }
    }
  }

  #lastDiagnostics: readonly ShownDiagnostic[] = [];

  /** Does what an error asks for. */
  async #repair(site: Site): Promise<boolean> {
    const [error] = this.#lastDiagnostics.filter(
      ({ severity, summary }) => severity === "error" || summary === "Several keys have one name",
    );
    if (!error) return false;
    if (error.detail.includes("everal keys are named") || error.summary === "Several keys have one name") {
      const inState = site.instance.state?.id;
      for (const [index, { id }] of this.#ledger.ours.filter(({ name }) => name === "scheduler-prod").entries()) {
        if (id !== inState) await this.#rename(id, `scheduler-prod~retiring~byhand${index}`);
      }
      return true;
    }
    const [, id] = /terraform import with the id (\S+)\.$/.exec(error.detail) ?? [];
    if (id === undefined) return false;
    site.loseState();
    await this.#newProcess(site);
    const diagnostics = await site.instance.import(id);
    if (hasErrors(diagnostics)) throw new Violation(`an import that was advised fails: ${JSON.stringify(diagnostics)}`);
    await this.take({ kind: "deploy", state: 0 });
    site.change({ kind: "trigger" });
    return true;
  }

  async #plannedAction(site: Site): Promise<string> {
    await this.#newProcess(site);
    const plan = await site.instance.plan(site.config);
    this.#notice(plan.diagnostics);
    return plan.action;
  }

  #notice(diagnostics: readonly ShownDiagnostic[]): void {
    this.#lastDiagnostics = diagnostics;
    const text = JSON.stringify(diagnostics);
    if (/pb_(live|test)_|AGE-SECRET-KEY/.test(text)) throw new Violation(`a secret is in a message: ${text}`);
  }

  #site(index: StateIndex): Site {
    return this.#sites[index];
  }

  #count(what: string): void {
    const { counts } = this.parts;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
}

function modeOf(site: Site): RunMode {
  const { verification, overlap } = site.declared;
  return { site, kind: site.hasIncident ? "incident" : "rotate", verification, overlap };
}
