/**
 * A resource type: the four operations every one has, and optional abilities as interfaces of their own.
 *
 * A method reports problems through `context.diagnostics`, and may return what it achieved all the same. Throwing is the same as
 * reporting an error and achieving nothing: a create leaves no state, an update or delete leaves the prior state.
 *
 * Private data is JSON of the resource's own, which Terraform stores beside the state and never shows. Nothing secret belongs there.
 * Where a result leaves `private` out, the private data stays as it was.
 */
import type { OfflineContext, OperationContext, PlanningContext } from "./context";
import type { Path } from "../plugin/value/path";
import type { Schema } from "./schema/schema";
import type { ConfigOf, PlannedStateOf, StateOf } from "./schema/static-types";

/** A resource type. Classes say `implements Resource<typeof theirSchema, TheirData>`. */
export type Resource<S extends Schema = Schema, Data = unknown> = ResourceOf<S, StateOf<S>, ConfigOf<S>, Data>;

// This and the requests below are generic in the values too, not in the schema alone: only so does the type checker see that a
// resource of any schema is a `Resource`.

interface ResourceOf<S extends Schema, State, Config, Data> {
  /** The full name in a configuration, such as `example_thing`. */
  readonly typeName: string;
  readonly schema: S;

  /** Makes the object. What is planned as known must come back unchanged, and everything must be known. */
  create(request: CreateOf<Config>, context: OperationContext<Data>): Promise<NewStateOf<State>>;

  /** Looks at the real object. Undefined says that it is gone, and drops it from the state, unless an error was reported. */
  read(request: ReadOf<State>, context: OperationContext<Data>): Promise<NewStateOf<State> | undefined>;

  /** Changes the object in place. The same demands as for `create`. */
  update(request: UpdateOf<State, Config>, context: OperationContext<Data>): Promise<NewStateOf<State>>;

  /** Removes the object. The state is dropped, unless an error was reported. */
  delete(request: DeleteOf<State>, context: OperationContext<Data>): Promise<void>;
}

interface CreateOf<Config> {
  readonly config: Config;
  readonly plannedState: Config;
  /** The private data of the plan; undefined if there is none. */
  readonly private: unknown;
}

interface ReadOf<State> {
  readonly state: State;
  /** The private data of the state; undefined if there is none. */
  readonly private: unknown;
}

interface UpdateOf<State, Config> extends CreateOf<Config> {
  readonly priorState: State;
}

interface DeleteOf<State> {
  readonly priorState: State;
  /** The private data of the plan; undefined if there is none. */
  readonly private: unknown;
}

interface NewStateOf<State> {
  /** The object as it is now. Null, from a create that failed, says that there is no object. */
  readonly state: State | null;
  /** New private data: anything that JSON can hold. @default - the private data stays as it was */
  readonly private?: unknown;
}

/** What a create is given. */
export type CreateRequest<S extends Schema> = CreateOf<ConfigOf<S>>;
/** What a read is given. */
export type ReadRequest<S extends Schema> = ReadOf<StateOf<S>>;
/** What an update is given. */
export type UpdateRequest<S extends Schema> = UpdateOf<StateOf<S>, ConfigOf<S>>;
/** What a delete is given. */
export type DeleteRequest<S extends Schema> = DeleteOf<StateOf<S>>;

/** What an operation leaves behind. */
export type NewState<S extends Schema> = NewStateOf<StateOf<S>>;

/** The ability to judge a configuration by more than its schema. */
export interface WithConfigValidation<S extends Schema = Schema, Data = unknown> {
  /** Reports what is wrong. Called many times, without network and mostly before `configure`; unknown values must be accepted. */
  validateConfig(config: ConfigOf<S>, context: PlanningContext<Data>): Promise<void>;
}

/** The ability to change a plan. */
export interface WithPlanModifier<S extends Schema = Schema, Data = unknown> {
  /**
   * Looks at a plan that the schema's rules have filled in, and says what should be different.
   *
   * Called at plan and once more at apply, when less is unknown, and must decide the same both times: so it takes no clock and asks
   * nobody. For a replacement, it is called a second time as a create.
   */
  modifyPlan(request: PlanRequest<S>, context: PlanningContext<Data>): Promise<PlanModification<S>>;
}

/** The change to be planned. */
export type PlanRequest<S extends Schema> = {
  /**
   * Private data; undefined if there is none. For an update or a destroy it is that of the state. For a create it is there only
   * while a replacement is first planned, and is then that of the plan of the replacement: at apply, Terraform before 1.16 sends none.
   */
  readonly private: unknown;
} & (
  | {
      readonly action: "create";
      readonly config: ConfigOf<S>;
      readonly priorState: null;
      readonly plannedState: PlannedStateOf<S>;
    }
  | {
      readonly action: "update";
      readonly config: ConfigOf<S>;
      readonly priorState: StateOf<S>;
      /** Equal to the prior state when nothing is to be changed. */
      readonly plannedState: PlannedStateOf<S>;
    }
  | { readonly action: "destroy"; readonly config: null; readonly priorState: StateOf<S>; readonly plannedState: null }
);

/** What a plan modifier wants to be different. An empty object changes nothing. */
export interface PlanModification<S extends Schema> {
  /** The new planned state. Only computed attributes that are not configured may differ. Ignored when destroying. @default - as it was */
  readonly plannedState?: PlannedStateOf<S>;
  /**
   * Attributes that force a replacement, computed ones included. Core ignores those whose planned value equals the prior one, so set
   * their planned value too. @default - only those that the schema says
   */
  readonly requiresReplace?: readonly Path[];
  /** Private data for the apply: anything that JSON can hold. @default - as it was */
  readonly private?: unknown;
}

/** The ability to adopt existing objects. */
export interface WithImport<S extends Schema = Schema, Data = unknown> {
  /** Finds the object. `read` is called next, so the state need only hold what it starts from. Undefined says that there is no such object. */
  importState(id: string, context: OperationContext<Data>): Promise<ImportedState<S> | undefined>;
}

/** An adopted object. */
export interface ImportedState<S extends Schema> {
  /** What is known so far; the rest is null. */
  readonly state: Partial<StateOf<S>>;
  /** Private data: anything that JSON can hold. @default - none */
  readonly private?: unknown;
}

/** The ability to read state of older schema versions. State of the same version needs no help. */
export interface WithStateUpgrade<S extends Schema = Schema> {
  /** Turns older state, as parsed JSON, into state of the current schema. */
  upgradeState(request: UpgradeRequest, context: OfflineContext): Promise<StateOf<S>>;
}

interface UpgradeRequest {
  /** The version of the schema that wrote the state: lower than the current one. */
  readonly version: number;
  /** The state as parsed JSON. */
  readonly state: unknown;
}

/** Whether the resource judges configurations. */
export function canValidateConfig(resource: Resource): resource is Resource & WithConfigValidation {
  return "validateConfig" in resource;
}

/** Whether the resource changes plans. */
export function canModifyPlan(resource: Resource): resource is Resource & WithPlanModifier {
  return "modifyPlan" in resource;
}

/** Whether the resource adopts existing objects. */
export function canImport(resource: Resource): resource is Resource & WithImport {
  return "importState" in resource;
}

/** Whether the resource reads state of older schema versions. */
export function canUpgradeState(resource: Resource): resource is Resource & WithStateUpgrade {
  return "upgradeState" in resource;
}
