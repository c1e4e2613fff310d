/**
 * One resource instance in the hands of an imitation of Terraform core.
 *
 * It makes the calls that core makes, in core's order, and demands what core demands: a plan before every apply and a second plan
 * during it, the create plan of a replacement, the destroy plan of a deposed object. The order is that of Terraform's
 * package `terraform`: `node_resource_abstract_instance.go` and its neighbours.
 */
import type { Resource } from "../../../src/framework/resource";
import type { Schema } from "../../../src/framework/schema/schema";
import { schemaType } from "../../../src/framework/schema/schema-type";
import type { ProviderServer } from "../../../src/framework/server/provider-server";
import { equalValues } from "../../../src/plugin/value/equal-values";
import { formatPath, type Path } from "../../../src/plugin/value/path";
import type { ObjectValue, Value } from "../../../src/plugin/value/value";
import { changedPromises } from "./core-checks";
import { completeConfig, fromPrivate, type ShownDiagnostic } from "./messages";
import { type Plan, type PlannedAction, valueAt } from "./plan";
import { demandNone } from "./provider-bug";
import { hasErrors, noPrivate, type PlannedChange, ResourceCalls, type StoredObject } from "./resource-calls";

export interface ResourceOptions {
  /** Whether a replacement creates the new object first, as `lifecycle { create_before_destroy = true }` does. @default false */
  readonly createBeforeDestroy?: boolean;
}

export interface ApplyOptions {
  /** The configuration, in which nothing may be unknown any more. @default - the configuration of the plan */
  readonly config?: object;
  /** Runs in a replacement between the creation and the destruction, where dependents are updated. @default - nothing happens there */
  readonly betweenCreateAndDestroy?: () => Promise<void> | void;
}

/** What a state file holds of an instance, to be put back later. */
export interface StateFile {
  readonly current: StoredObject | null;
  readonly deposed: readonly StoredObject[];
}

export interface ApplyResult {
  readonly diagnostics: readonly ShownDiagnostic[];
}

/** One resource instance. Bugs of the provider are thrown as `ProviderBug`; what the practitioner would see is returned. */
export class ResourceInstance<State, PlannedState> {
  private readonly schema: Schema;
  private calls: ResourceCalls;
  private readonly createBeforeDestroy: boolean;
  private current: StoredObject | null = null;
  private deposed: readonly StoredObject[] = [];

  constructor(
    server: ProviderServer,
    private readonly resource: Pick<Resource, "schema" | "typeName">,
    options: ResourceOptions = {},
  ) {
    this.schema = resource.schema;
    this.calls = new ResourceCalls(server, resource.typeName, resource.schema);
    this.createBeforeDestroy = options.createBeforeDestroy ?? false;
  }

  /** The object in the state; null if there is none. */
  get state(): State | null {
    return this.current === null ? null : this.asState(this.current.state);
  }

  /** The private data in the state, parsed. */
  get private(): unknown {
    return this.current === null ? undefined : fromPrivate(this.current.private);
  }

  /** Whether creating the object failed half-way. */
  get isTainted(): boolean {
    return this.current?.tainted ?? false;
  }

  /** Objects that have been replaced but not destroyed yet. */
  get deposedStates(): readonly State[] {
    return this.deposed.map(({ state }) => this.asState(state));
  }

  /** Puts an object into the state, as an earlier run would have left it. */
  adopt(state: State, privateData?: unknown): void {
    const bytes = privateData === undefined ? noPrivate : Buffer.from(JSON.stringify(privateData));
    this.current = { state: completeConfig(this.schema, state), private: bytes, tainted: false };
  }

  /** Everything that is in the state now. */
  get stateFile(): StateFile {
    return { current: this.current, deposed: this.deposed };
  }

  /** Goes on in another provider process. @param stateFile what core has saved until then; what is in the state now, if not given */
  continueWith(server: ProviderServer, stateFile: StateFile = this.stateFile): void {
    this.calls = new ResourceCalls(server, this.resource.typeName, this.schema);
    this.current = stateFile.current;
    this.deposed = stateFile.deposed;
  }

  async validate(config: object): Promise<readonly ShownDiagnostic[]> {
    return this.calls.validate(completeConfig(this.schema, config));
  }

  /** Reads stored state of any schema version, as JSON, and puts it into the state. */
  async upgrade(json: object, version: number): Promise<readonly ShownDiagnostic[]> {
    const { state, diagnostics } = await this.calls.upgrade(JSON.stringify(json), version);
    if (!hasErrors(diagnostics) && state !== null) this.current = { state, private: noPrivate, tainted: false };
    return diagnostics;
  }

  /** Imports an object and reads it. Without errors, it is in the state afterwards. */
  async import(id: string): Promise<readonly ShownDiagnostic[]> {
    const imported = await this.calls.import(id);
    if (hasErrors(imported.diagnostics) || imported.state === null) return imported.diagnostics;
    const read = await this.calls.read({ state: imported.state, private: imported.private, tainted: false });
    if (!hasErrors(read.diagnostics) && read.state !== null) {
      this.current = { state: read.state, private: read.private, tainted: false };
    }
    return [...imported.diagnostics, ...read.diagnostics];
  }

  /** Reads the object, and those that are deposed. What is gone is dropped from the state. */
  async refresh(): Promise<readonly ShownDiagnostic[]> {
    const diagnostics: ShownDiagnostic[] = [];
    const refreshed = async (stored: StoredObject): Promise<StoredObject | null> => {
      const read = await this.calls.read(stored);
      diagnostics.push(...read.diagnostics);
      if (hasErrors(read.diagnostics)) return stored;
      return read.state === null ? null : { ...stored, state: read.state, private: read.private };
    };
    if (this.current !== null) this.current = await refreshed(this.current);
    const deposed: StoredObject[] = [];
    for (const stored of this.deposed) deposed.push(...[await refreshed(stored)].filter((each) => each !== null));
    this.deposed = deposed;
    return diagnostics;
  }

  /** Plans for a configuration, or for a destroy if it is null. Refreshes first, unless told otherwise. */
  async plan(
    config: object | null,
    { refresh = true }: { readonly refresh?: boolean } = {},
  ): Promise<Plan<State, PlannedState>> {
    const refreshed = refresh ? await this.refresh() : [];
    if (hasErrors(refreshed)) return this.refused(refreshed);
    // Core plans the objects of a resource at the same time.
    const [plan, ...deposed] = await Promise.all([
      config === null ? this.planDelete([]) : this.planChange(config, []),
      ...this.deposed.map((stored) => this.calls.planDestroy(stored)),
    ]);
    const diagnostics = [...refreshed, ...deposed.flatMap((each) => each.diagnostics), ...plan.diagnostics];
    return hasErrors(diagnostics) ? this.refused(diagnostics) : { ...plan, diagnostics };
  }

  /** Applies a plan, with everything that core does on the way. */
  async apply(plan: Plan<State, PlannedState>, options: ApplyOptions = {}): Promise<ApplyResult> {
    const config = options.config === undefined ? plan.change.config : completeConfig(this.schema, options.config);
    const leftover = this.deposed;
    const diagnostics = await this.applyAction(plan, config, options);
    for (const stored of leftover) diagnostics.push(...(await this.destroyDeposed(stored)));
    return { diagnostics };
  }

  /** Plans and applies. Gives the plan, with the diagnostics of both. */
  async deploy(config: object | null, options: ApplyOptions = {}): Promise<Plan<State, PlannedState>> {
    const plan = await this.plan(config);
    if (plan.action === "refused") return plan;
    const { diagnostics } = await this.apply(plan, options);
    return { ...plan, diagnostics: [...plan.diagnostics, ...diagnostics] };
  }

  private async planDelete(diagnostics: readonly ShownDiagnostic[]): Promise<Plan<State, PlannedState>> {
    if (this.current === null) return this.planned("no-op", null, { diagnostics });
    const planned = await this.calls.planDestroy(this.current);
    const all = [...diagnostics, ...planned.diagnostics];
    return hasErrors(all) ? this.refused(all) : this.planned("delete", null, { ...planned, diagnostics: all });
  }

  private async planChange(configured: object, diagnostics: ShownDiagnostic[]): Promise<Plan<State, PlannedState>> {
    const config = completeConfig(this.schema, configured);
    diagnostics.push(...(await this.calls.validate(config)));
    if (hasErrors(diagnostics)) return this.refused(diagnostics);

    const { current } = this;
    const prior = current === null || current.tainted ? null : current;
    const first = await this.calls.plan(config, prior?.state ?? null, prior?.private ?? noPrivate);
    diagnostics.push(...first.diagnostics);
    if (hasErrors(diagnostics)) return this.refused(diagnostics);

    if (prior === null) {
      return this.planned(current === null ? "create" : "replace", config, { ...first, diagnostics });
    }
    const replacing = first.requiresReplace.filter((path) => this.changes(path, prior.state, first.plannedState));
    if (replacing.length === 0) {
      const same = equalValues(schemaType(this.schema), prior.state, first.plannedState);
      return this.planned(same ? "no-op" : "update", config, { ...first, diagnostics });
    }
    // Core asks again as if there were no object, and takes the warnings of the first answer only.
    const second = await this.calls.plan(config, null, first.private);
    if (hasErrors(second.diagnostics)) return this.refused([...diagnostics, ...second.diagnostics]);
    return this.planned("replace", config, { ...second, diagnostics, requiresReplace: replacing });
  }

  /** Core takes only those attributes for a reason to replace whose value really changes. */
  private changes(path: Path, prior: Value, planned: Value): boolean {
    const before = valueAt(prior, path);
    const after = valueAt(planned, path);
    if (before === undefined && after === undefined) {
      demandNone("Provider produced invalid plan", [
        `a replacement because of "${formatPath(path)}", which does not exist`,
      ]);
    }
    const [name] = path;
    const type = typeof name === "string" ? schemaType(this.schema).attributes[name] : undefined;
    return type === undefined || path.length > 1
      ? JSON.stringify(before) !== JSON.stringify(after)
      : !equalValues(type, before ?? null, after ?? null);
  }

  private async applyAction(
    plan: Plan<State, PlannedState>,
    config: ObjectValue | null,
    options: ApplyOptions,
  ): Promise<ShownDiagnostic[]> {
    switch (plan.action) {
      case "refused":
        throw new Error("a plan that was refused cannot be applied");
      case "no-op":
        return [];
      case "delete":
        return this.destroyCurrent(plan.change.private);
      case "create":
      case "update":
        return this.applyConfig(plan, config);
      case "replace":
        return this.createBeforeDestroy
          ? this.createThenDelete(plan, config, options)
          : this.deleteThenCreate(plan, config, options);
    }
  }

  private async createThenDelete(
    plan: Plan<State, PlannedState>,
    config: ObjectValue | null,
    options: ApplyOptions,
  ): Promise<ShownDiagnostic[]> {
    const old = this.current;
    if (old === null) throw new Error("there is nothing to replace");
    this.current = null;
    this.deposed = [...this.deposed, old];
    const diagnostics = await this.applyConfig(plan, config);
    if (hasErrors(diagnostics)) {
      // What was created in part stays, and the old object is deposed until it is replaced.
      if (!this.exists()) {
        this.current = old;
        this.deposed = this.deposed.filter((each) => each !== old);
      }
      return diagnostics;
    }
    await options.betweenCreateAndDestroy?.();
    return [...diagnostics, ...(await this.destroyDeposed(old))];
  }

  private async deleteThenCreate(
    plan: Plan<State, PlannedState>,
    config: ObjectValue | null,
    options: ApplyOptions,
  ): Promise<ShownDiagnostic[]> {
    const diagnostics = await this.destroyCurrent(plan.change.private);
    if (hasErrors(diagnostics)) return diagnostics;
    diagnostics.push(...(await this.applyConfig(plan, config)));
    await options.betweenCreateAndDestroy?.();
    return diagnostics;
  }

  /** Plans again, now that everything is known, and creates or updates. */
  private async applyConfig(plan: Plan<State, PlannedState>, config: ObjectValue | null): Promise<ShownDiagnostic[]> {
    if (config === null) throw new Error("there is no configuration to apply");
    const diagnostics = await this.calls.validate(config);
    if (hasErrors(diagnostics)) return diagnostics;

    const prior = this.current;
    // When an object is created, core has no private data to give: that of the plan is not passed on before Terraform 1.16.
    const second: PlannedChange = await this.calls.plan(config, prior?.state ?? null, prior?.private ?? noPrivate);
    if (hasErrors(second.diagnostics)) return [...second.diagnostics];
    demandNone(
      "Provider produced inconsistent final plan",
      changedPromises(schemaType(this.schema), plan.change.planned, second.plannedState),
    );
    if (prior !== null) {
      const replacing = second.requiresReplace.filter((path) => this.changes(path, prior.state, second.plannedState));
      demandNone(
        "Provider produced inconsistent final plan",
        replacing.map((path) => `${formatPath(path)}: now replaces`),
      );
    }

    const applied = await this.calls.apply({
      config,
      prior: prior?.state ?? null,
      planned: second.plannedState,
      private: second.private,
    });
    const failed = hasErrors(applied.diagnostics);
    if (applied.state !== null) {
      this.current = { state: applied.state, private: applied.private, tainted: failed && prior === null };
    } else if (!failed) {
      demandNone("Provider returned invalid result object after apply", ["there is no object"]);
    }
    return [...applied.diagnostics];
  }

  private async destroyCurrent(privateData: Uint8Array): Promise<ShownDiagnostic[]> {
    if (this.current === null) return [];
    const { left, diagnostics } = await this.destroy(this.current, privateData);
    this.current = left;
    return diagnostics;
  }

  /** A deposed object is planned and destroyed during the apply. */
  private async destroyDeposed(stored: StoredObject): Promise<ShownDiagnostic[]> {
    const planned = await this.calls.planDestroy(stored);
    if (hasErrors(planned.diagnostics)) return [...planned.diagnostics];
    const { left, diagnostics } = await this.destroy(stored, planned.private);
    this.deposed = this.deposed.flatMap((each) => (each !== stored ? [each] : left === null ? [] : [left]));
    return diagnostics;
  }

  private async destroy(
    stored: StoredObject,
    privateData: Uint8Array,
  ): Promise<{ left: StoredObject | null; diagnostics: ShownDiagnostic[] }> {
    const applied = await this.calls.apply({ config: null, prior: stored.state, planned: null, private: privateData });
    const diagnostics = [...applied.diagnostics];
    if (!hasErrors(diagnostics)) return { left: null, diagnostics };
    const left = applied.state === null ? stored : { ...stored, state: applied.state, private: applied.private };
    return { left, diagnostics };
  }

  // The encoder has made sure that the values fit the schema, and `ProviderHarness.resource` takes the types from it.

  private asState(value: unknown): State {
    return value as State;
  }

  private asPlannedState(value: unknown): PlannedState {
    return value as PlannedState;
  }

  private exists(): boolean {
    return this.current !== null;
  }

  private refused(diagnostics: readonly ShownDiagnostic[]): Plan<State, PlannedState> {
    return this.planned("refused", null, { diagnostics });
  }

  private planned(
    action: PlannedAction,
    config: ObjectValue | null,
    change: Partial<PlannedChange> & Pick<PlannedChange, "diagnostics">,
  ): Plan<State, PlannedState> {
    const planned = change.plannedState ?? null;
    const bytes = change.private ?? noPrivate;
    return {
      action,
      priorState: this.state,
      plannedState: planned === null ? null : this.asPlannedState(planned),
      requiresReplace: (change.requiresReplace ?? []).map(formatPath),
      private: fromPrivate(bytes),
      diagnostics: change.diagnostics,
      change: { config, planned, private: bytes },
    };
  }
}
