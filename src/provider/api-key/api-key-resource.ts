/**
 * `keyturn_api_key`: what Terraform may ask of a key, each answered by a file beside this one.
 */
import { isDeepStrictEqual } from "node:util";
import {
  path,
  type CreateRequest,
  type DeleteRequest,
  type Diagnostics,
  type ImportedState,
  type NewState,
  type OperationContext,
  type PlanModification,
  type PlanningContext,
  type PlanRequest,
  type ReadRequest,
  type Resource,
  type UpdateRequest,
  type WithConfigValidation,
  type WithImport,
  type WithPlanModifier,
} from "../../framework";
import { KeyturnError } from "../../model/error";
import type { ProviderData } from "../provider-data";
import type { KnownSuccessor } from "../rotation/retire-key";
import { apiKeySchema, apiKeyTypeName, type ApiKeyConfig } from "../schema/api-key-schema";
import { createApiKey } from "./create-api-key";
import { declaredLogicalName, declaredPolicy, logicalNameOf } from "./declared-policy";
import { deleteApiKey, destroyedFirst, reportUnadopted } from "./delete-api-key";
import { decodeSnapshot, encodeSnapshot } from "./evidence";
import { findImportedKey } from "./import-api-key";
import { declaredState, knownState } from "./known-state";
import { planCreate, planUpdate } from "./plan-api-key";
import { readApiKey } from "./read-api-key";
import { updateApiKey } from "./update-api-key";
import { validateApiKeyConfig } from "./validate-config";

type ApiKeySchema = typeof apiKeySchema;
type Context = OperationContext<ProviderData>;

/** The resource type of an API key. */
export class ApiKeyResource
  implements
    Resource<ApiKeySchema, ProviderData>,
    WithConfigValidation<ApiKeySchema, ProviderData>,
    WithPlanModifier<ApiKeySchema, ProviderData>,
    WithImport<ApiKeySchema, ProviderData>
{
  readonly typeName = apiKeyTypeName;
  readonly schema = apiKeySchema;

  /**
   * The keys that this process has created, by id. A replaced key is destroyed in the same run as its successor is created, and
   * at that time the successor's state is nowhere else to be seen.
   */
  readonly #created = new Map<string, KnownSuccessor>();

  async validateConfig(config: ApiKeyConfig, { diagnostics, data }: PlanningContext<ProviderData>): Promise<void> {
    validateApiKeyConfig(config, diagnostics);
    refuseOtherEnvironment(config, data, diagnostics);
  }

  async modifyPlan(request: PlanRequest<ApiKeySchema>): Promise<PlanModification<ApiKeySchema>> {
    switch (request.action) {
      case "create":
        return { plannedState: planCreate(request.plannedState), private: creationMark };
      case "update":
        return planUpdate(request.priorState, request.plannedState, decodeSnapshot(request.private));
      case "destroy":
        return {};
      default:
        return request satisfies never;
    }
  }

  async create(
    { plannedState }: CreateRequest<ApiKeySchema>,
    { data, signal }: Context,
  ): Promise<NewState<ApiKeySchema>> {
    refuseAfterInterrupt(signal);
    const { state, snapshot, successor } = await createApiKey(declaredState(plannedState), data);
    this.#created.set(successor.keyId, successor);
    return { state, private: encodeSnapshot(snapshot) };
  }

  async read(
    { state, private: privateData }: ReadRequest<ApiKeySchema>,
    { data, diagnostics }: Context,
  ): Promise<NewState<ApiKeySchema> | undefined> {
    const found = await readApiKey(data.client(), { state, before: decodeSnapshot(privateData) }, diagnostics);
    return found && { state: found.state, private: encodeSnapshot(found.snapshot) };
  }

  async update(request: UpdateRequest<ApiKeySchema>, { data, signal }: Context): Promise<NewState<ApiKeySchema>> {
    refuseAfterInterrupt(signal);
    const { priorState } = request;
    const plannedState = knownState(request.plannedState);
    const proof = decodeSnapshot(request.private) ?? { provenAt: undefined, noticedWithin: undefined };
    const snapshot = await data.locks.run(
      declaredLogicalName(plannedState),
      async () => await updateApiKey(data.client(), { priorState, plannedState, proof }),
    );
    return { state: plannedState, private: encodeSnapshot(snapshot) };
  }

  async delete(
    { priorState, private: privateData }: DeleteRequest<ApiKeySchema>,
    { data, diagnostics, signal }: Context,
  ): Promise<void> {
    if (priorState.id === null) return;
    if (isCreationMark(privateData)) throw destroyedFirst();
    if (logicalNameOf(priorState) === undefined || priorState.rotation_period === null) {
      reportUnadopted(priorState.id, diagnostics);
      return;
    }
    const toEnd = {
      keyId: priorState.id,
      logicalName: declaredLogicalName(priorState),
      snapshot: decodeSnapshot(privateData),
      policy: declaredPolicy(priorState),
      successor: (keyId: string) => this.#created.get(keyId),
    };
    await deleteApiKey(toEnd, data, { diagnostics, signal });
  }

  async importState(idOrName: string, { data }: Context): Promise<ImportedState<ApiKeySchema>> {
    const { keys } = await data.client().list();
    return { state: { id: findImportedKey(keys, idOrName).id } };
  }
}

/**
 * The private data of a planned creation. Core shows it to the destruction only if that comes first, without create_before_destroy:
 * then the destruction gets the private data of the planned replacement, and otherwise that of the state.
 */
const creationMark = { plan: "create" };

function isCreationMark(value: unknown): boolean {
  return isDeepStrictEqual(value, creationMark);
}

/** Nothing new is begun after Terraform was told to stop. */
function refuseAfterInterrupt(signal: AbortSignal): void {
  if (signal.aborted)
    throw new KeyturnError("ABORTED", "the run was interrupted before this key was touched; nothing was changed");
}

/** One provider instance is one workspace, and so one environment. */
function refuseOtherEnvironment(
  { environment }: ApiKeyConfig,
  data: ProviderData | undefined,
  diagnostics: Diagnostics,
): void {
  if (data?.environment === undefined || typeof environment !== "string" || environment === data.environment) return;
  diagnostics.error({
    summary: "Invalid API key configuration",
    detail:
      `The key is declared for the environment ${JSON.stringify(environment)}, but its provider is for ${JSON.stringify(data.environment)}. ` +
      "Choose the provider instance of that environment, or correct one of the two.",
    path: path("environment"),
  });
}
