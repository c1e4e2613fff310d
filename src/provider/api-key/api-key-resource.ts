/**
 * `keyturn_api_key`: what Terraform may ask of a key, each answered by a file beside this one.
 */
import { isDeepStrictEqual } from "node:util";
import {
  type CreateRequest,
  type DeleteRequest,
  type DiagnosticText,
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
import { apiKeySchema, apiKeyTypeName, type ApiKeyConfig, type ApiKeyState } from "../schema/api-key-schema";
import { adoptDelivered } from "./adopt-delivered";
import { objectionToEnd } from "./ask-before-end";
import { answerIncident } from "./answer-incident";
import { createApiKey } from "./create-api-key";
import { declaredApiKey } from "./declared-api-key";
import { logicalNameOf } from "./declared-policy";
import { deleteApiKey, destroyedFirst, reportUnadopted } from "./delete-api-key";
import { endRefused, replacedBy } from "./guard-end";
import { findImportedKey } from "./import-api-key";
import { declaredState, knownState } from "./known-state";
import { NewGenerations } from "./new-generations";
import { refuseOtherEnvironment } from "./other-environment";
import { PlannedCreations } from "./planned-creations";
import { isIncident, planCreate } from "./plan-api-key";
import { planChange } from "./plan-change";
import { readApiKey } from "./read-api-key";
import { decodeSnapshot, encodeSnapshot, type Snapshot } from "./snapshot";
import { soon } from "./soon";
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
  readonly #created = new NewGenerations();
  readonly #planned = new PlannedCreations();
  /** The keys that this process has read. */
  readonly #read = new Set<string>();
  /** The keys whose destruction was planned before they were read. */
  readonly #endedUnread = new Set<string>();

  async validateConfig(config: ApiKeyConfig, { diagnostics, data }: PlanningContext<ProviderData>): Promise<void> {
    validateApiKeyConfig(config, diagnostics);
    refuseOtherEnvironment(config.environment, data, diagnostics);
  }

  async modifyPlan(
    request: PlanRequest<ApiKeySchema>,
    { diagnostics, data, signal }: PlanningContext<ProviderData>,
  ): Promise<PlanModification<ApiKeySchema>> {
    switch (request.action) {
      case "create": {
        const plannedState = planCreate(request.plannedState);
        if (typeof plannedState.name === "string") this.#planned.add(plannedState.name);
        return { plannedState, private: creationMark };
      }
      case "update":
        return planChange(request.priorState, request.plannedState, {
          snapshot: decodeSnapshot(request.private),
          diagnostics,
        });
      case "destroy":
        await this.#guardDestroy(request.priorState, decodeSnapshot(request.private), { diagnostics, data, signal });
        this.#noteUnread(request.priorState);
        return {};
      default:
        return request satisfies never;
    }
  }

  async create(
    { plannedState }: CreateRequest<ApiKeySchema>,
    { data, diagnostics, signal }: Context,
  ): Promise<NewState<ApiKeySchema>> {
    refuseAfterInterrupt(signal);
    const attributes = declaredState(plannedState);
    try {
      return await createApiKey(attributes, { data, created: this.#created, diagnostics });
    } finally {
      const logicalName = logicalNameOf(attributes);
      if (logicalName !== undefined) this.#planned.remove(logicalName);
    }
  }

  async read(
    { state, private: privateData }: ReadRequest<ApiKeySchema>,
    { data, diagnostics, signal }: Context,
  ): Promise<NewState<ApiKeySchema> | undefined> {
    if (state.id !== null) this.#created.forget(state.id);
    const found = await readApiKey({ state, before: decodeSnapshot(privateData) }, { data, diagnostics, signal });
    if (state.id !== null) this.#read.add(state.id);
    if (found && state.id !== null && this.#endedUnread.delete(state.id)) {
      await this.#guardDestroy(found.state, found.snapshot, { diagnostics, data, signal });
    }
    return found && { state: found.state, private: encodeSnapshot(found.snapshot) };
  }

  async update(
    request: UpdateRequest<ApiKeySchema>,
    { data, diagnostics, signal }: Context,
  ): Promise<NewState<ApiKeySchema>> {
    refuseAfterInterrupt(signal);
    const { priorState, plannedState: planned } = request;
    if (priorState.service !== null && isIncident(priorState, planned)) {
      return await answerIncident({ keyId: priorState.id, attributes: declaredState(planned) }, { data, diagnostics });
    }
    const snapshot = decodeSnapshot(request.private);
    if (typeof planned.id === "string" && planned.id !== priorState.id) {
      return await adoptDelivered(
        { keyId: planned.id, priorState, attributes: declaredState(planned), snapshot },
        data,
      );
    }
    return await updateApiKey({ priorState, plannedState: knownState(planned), snapshot }, data);
  }

  async delete(
    { priorState, private: privateData }: DeleteRequest<ApiKeySchema>,
    { data, diagnostics, signal }: Context,
  ): Promise<void> {
    const { id: keyId } = priorState;
    if (keyId === null) return;
    if (isCreationMark(privateData)) throw destroyedFirst();
    if (logicalNameOf(priorState) === undefined || priorState.rotation_period === null) {
      reportUnadopted(keyId, diagnostics);
      return;
    }
    const declared = declaredApiKey(priorState, data);
    const toEnd = {
      keyId,
      declared,
      snapshot: decodeSnapshot(privateData),
      force: priorState.force_revoke ?? false,
      compromised: priorState.compromised,
      successor: this.#created.successorOf(keyId, declared.logicalName),
    };
    await deleteApiKey(toEnd, { data, diagnostics, signal });
  }

  async importState(idOrName: string, { data }: Context): Promise<ImportedState<ApiKeySchema>> {
    const { keys } = await data.client().list();
    return { state: { id: findImportedKey(keys, idOrName).id } };
  }

  /**
   * Where a resource was taken out of the configuration, core plans its destruction by what an earlier run saw, and reads it after that.
   * Then the reading has the last word.
   */
  #noteUnread({ id }: ApiKeyState): void {
    if (id !== null && !this.#read.has(id)) this.#endedUnread.add(id);
  }

  /** During apply, core plans the destruction of a replaced key once more, and its state is that of before the rotation. */
  async #guardDestroy(
    prior: ApiKeyState,
    snapshot: Snapshot | undefined,
    { diagnostics, data, signal }: PlanningContext<ProviderData>,
  ): Promise<void> {
    const logicalName = logicalNameOf(prior);
    if (logicalName === undefined || prior.id === null) return;
    if (this.#created.successorOf(prior.id, logicalName)) return;
    const refusal =
      endRefused(prior, snapshot, "destroy") ?? (await this.#objection(prior, snapshot, { data, signal }));
    if (!refusal) return;
    if (data && (await this.#planned.has(logicalName, data.clock, signal))) return;
    if (data && (await this.#isReplacedHere(prior, snapshot, { data, signal }))) return;
    diagnostics.error(refusal);
  }

  /** What the sources of evidence know that the last refresh did not ask for. One that another key has taken over from needs no word. */
  async #objection(
    prior: ApiKeyState,
    snapshot: Snapshot | undefined,
    { data, signal }: { readonly data: ProviderData | undefined; readonly signal: AbortSignal },
  ): Promise<DiagnosticText | undefined> {
    return data && !replacedBy(prior, snapshot) ? await objectionToEnd(prior, snapshot, { data, signal }) : undefined;
  }

  /** Whether the key that has taken over is in this state. A process that has read nothing applies what another one has planned. */
  async #isReplacedHere(
    prior: ApiKeyState,
    snapshot: Snapshot | undefined,
    { data, signal }: { readonly data: ProviderData; readonly signal: AbortSignal },
  ): Promise<boolean> {
    const successor = replacedBy(prior, snapshot);
    if (!successor) return false;
    return this.#read.size === 0 || (await soon(() => this.#read.has(successor.id), data.clock, signal));
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
