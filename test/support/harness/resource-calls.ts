/**
 * The calls that core makes for one resource, each with the checks that core makes on the answer.
 *
 * Which calls come in which order is told in `resource-instance.ts`.
 */
import { create } from "@bufbuild/protobuf";
import type { Schema } from "../../../src/framework/schema/schema";
import { schemaType } from "../../../src/framework/schema/schema-type";
import type { ProviderServer } from "../../../src/framework/server/provider-server";
import {
  ApplyResourceChange_RequestSchema,
  ImportResourceState_RequestSchema,
  PlanResourceChange_RequestSchema,
  ReadResource_RequestSchema,
  UpgradeResourceState_RequestSchema,
  ValidateResourceConfig_RequestSchema,
} from "../../../src/plugin/gen/tfplugin6_pb";
import type { Path } from "../../../src/plugin/value/path";
import type { ObjectValue } from "../../../src/plugin/value/value";
import { changedPromises, planProblems, unknownPlaces } from "./core-checks";
import { fromMessage, type ShownDiagnostic, showDiagnostic, toMessage, toPath } from "./messages";
import { proposedState } from "./proposed-state";
import { demandNone } from "./provider-bug";

/** An object in the state file. */
export interface StoredObject {
  readonly state: ObjectValue;
  readonly private: Uint8Array;
  /** Its creation failed half-way: the next plan replaces it. */
  readonly tainted: boolean;
}

export interface PlannedChange {
  readonly plannedState: ObjectValue | null;
  readonly private: Uint8Array;
  readonly requiresReplace: readonly Path[];
  readonly diagnostics: readonly ShownDiagnostic[];
}

export interface AppliedChange {
  readonly state: ObjectValue | null;
  readonly private: Uint8Array;
  readonly diagnostics: readonly ShownDiagnostic[];
}

export const noPrivate = new Uint8Array();

export function hasErrors(diagnostics: readonly ShownDiagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** The calls for one resource type. */
export class ResourceCalls {
  constructor(
    private readonly server: ProviderServer,
    private readonly typeName: string,
    private readonly schema: Schema,
  ) {}

  async validate(config: ObjectValue): Promise<ShownDiagnostic[]> {
    const request = create(ValidateResourceConfig_RequestSchema, {
      typeName: this.typeName,
      config: toMessage(this.schema, config),
      clientCapabilities: { writeOnlyAttributesAllowed: true },
    });
    return (await this.server.validateResourceConfig(request)).diagnostics.map(showDiagnostic);
  }

  async upgrade(json: string, version: number): Promise<AppliedChange> {
    const request = create(UpgradeResourceState_RequestSchema, {
      typeName: this.typeName,
      version: BigInt(version),
      rawState: { json: Buffer.from(json) },
    });
    const { upgradedState, diagnostics } = await this.server.upgradeResourceState(request);
    const state = fromMessage(this.schema, upgradedState);
    return { state, private: noPrivate, diagnostics: diagnostics.map(showDiagnostic) };
  }

  async read(stored: StoredObject): Promise<AppliedChange> {
    const request = create(ReadResource_RequestSchema, {
      typeName: this.typeName,
      currentState: toMessage(this.schema, stored.state),
      private: stored.private,
    });
    const response = await this.server.readResource(request);
    const state = fromMessage(this.schema, response.newState);
    demandNone("Provider produced invalid object", unknownPlaces(state));
    return { state, private: response.private, diagnostics: response.diagnostics.map(showDiagnostic) };
  }

  /** Plans a create or an update. */
  async plan(config: ObjectValue, prior: ObjectValue | null, priorPrivate: Uint8Array): Promise<PlannedChange> {
    const proposed = proposedState(this.schema.attributes, prior, config);
    const planned = await this.callPlan({ config, prior, proposed, priorPrivate });
    if (!hasErrors(planned.diagnostics)) {
      const values = { prior, config, planned: planned.plannedState };
      demandNone("Provider produced invalid plan", planProblems(this.schema, values));
    }
    return planned;
  }

  async planDestroy(stored: StoredObject): Promise<PlannedChange> {
    const values = { config: null, prior: stored.state, proposed: null, priorPrivate: stored.private };
    const planned = await this.callPlan(values);
    if (!hasErrors(planned.diagnostics) && planned.plannedState !== null) {
      demandNone("Provider produced invalid plan", ["a destroy was planned with a state that is not null"]);
    }
    return planned;
  }

  private async callPlan(values: {
    readonly config: ObjectValue | null;
    readonly prior: ObjectValue | null;
    readonly proposed: ObjectValue | null;
    readonly priorPrivate: Uint8Array;
  }): Promise<PlannedChange> {
    const request = create(PlanResourceChange_RequestSchema, {
      typeName: this.typeName,
      config: toMessage(this.schema, values.config),
      priorState: toMessage(this.schema, values.prior),
      proposedNewState: toMessage(this.schema, values.proposed),
      priorPrivate: values.priorPrivate,
      clientCapabilities: { writeOnlyAttributesAllowed: true },
    });
    const response = await this.server.planResourceChange(request);
    return {
      plannedState: fromMessage(this.schema, response.plannedState),
      private: response.plannedPrivate,
      requiresReplace: response.requiresReplace.map(toPath),
      diagnostics: response.diagnostics.map(showDiagnostic),
    };
  }

  /** Applies a create, update or delete. */
  async apply(change: {
    readonly config: ObjectValue | null;
    readonly prior: ObjectValue | null;
    readonly planned: ObjectValue | null;
    readonly private: Uint8Array;
  }): Promise<AppliedChange> {
    const request = create(ApplyResourceChange_RequestSchema, {
      typeName: this.typeName,
      config: toMessage(this.schema, change.config),
      priorState: toMessage(this.schema, change.prior),
      plannedState: toMessage(this.schema, change.planned),
      plannedPrivate: change.private,
    });
    const response = await this.server.applyResourceChange(request);
    const state = fromMessage(this.schema, response.newState);
    const diagnostics = response.diagnostics.map(showDiagnostic);
    demandNone("Provider returned unknown values after apply", unknownPlaces(state));
    if (!hasErrors(diagnostics)) {
      demandNone(
        "Provider produced inconsistent result after apply",
        changedPromises(schemaType(this.schema), change.planned, state),
      );
    }
    return { state, private: response.private, diagnostics };
  }

  async import(id: string): Promise<AppliedChange> {
    const request = create(ImportResourceState_RequestSchema, { typeName: this.typeName, id });
    const { importedResources, diagnostics } = await this.server.importResourceState(request);
    const [imported] = importedResources;
    return {
      state: fromMessage(this.schema, imported?.state),
      private: imported?.private ?? noPrivate,
      diagnostics: diagnostics.map(showDiagnostic),
    };
  }
}
