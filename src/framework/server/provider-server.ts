/**
 * Speaks the plugin protocol for a provider: one method for each call that core makes, each in its own file.
 *
 * No method throws: what goes wrong becomes a diagnostic in an ordinary answer.
 */
import { create } from "@bufbuild/protobuf";
import {
  type ApplyResourceChange_Request,
  type ApplyResourceChange_Response,
  type CloseEphemeralResource_Request,
  type CloseEphemeralResource_Response,
  type ConfigureProvider_Request,
  type ConfigureProvider_Response,
  type GetMetadata_Response,
  type GetProviderSchema_Response,
  type ImportResourceState_Request,
  type ImportResourceState_Response,
  type OpenEphemeralResource_Request,
  type OpenEphemeralResource_Response,
  type PlanResourceChange_Request,
  type PlanResourceChange_Response,
  type ReadDataSource_Request,
  type ReadDataSource_Response,
  type ReadResource_Request,
  type ReadResource_Response,
  type RenewEphemeralResource_Request,
  type RenewEphemeralResource_Response,
  type StopProvider_Response,
  StopProvider_ResponseSchema,
  type UpgradeResourceState_Request,
  type UpgradeResourceState_Response,
  type ValidateDataResourceConfig_Request,
  type ValidateDataResourceConfig_Response,
  type ValidateEphemeralResourceConfig_Request,
  type ValidateEphemeralResourceConfig_Response,
  type ValidateProviderConfig_Request,
  type ValidateProviderConfig_Response,
  type ValidateResourceConfig_Request,
  type ValidateResourceConfig_Response,
} from "../../plugin/gen/tfplugin6_pb";
import type { ProviderService } from "../../plugin/provider-service";
import type { AnyProviderDefinition } from "../provider-definition";
import { applyResourceChange } from "./apply-resource-change";
import { closeEphemeralResource } from "./close-ephemeral-resource";
import { configureProvider } from "./configure-provider";
import { readDataSource, validateDataResourceConfig } from "./data-sources";
import { getMetadata, getProviderSchema } from "./get-provider-schema";
import { importResourceState } from "./import-resource-state";
import { openEphemeralResource } from "./open-ephemeral-resource";
import { planResourceChange } from "./plan-resource-change";
import { readResource } from "./read-resource";
import { renewEphemeralResource } from "./renew-ephemeral-resource";
import { Session } from "./session";
import { upgradeResourceState } from "./upgrade-resource-state";
import { validateEphemeralResourceConfig } from "./validate-ephemeral-resource-config";
import { validateProviderConfig } from "./validate-provider-config";
import { validateResourceConfig } from "./validate-resource-config";

/** The protocol's view of a provider. */
export class ProviderServer implements ProviderService {
  private readonly session: Session;

  constructor(private readonly definition: AnyProviderDefinition) {
    this.session = new Session(definition);
  }

  async getMetadata(): Promise<GetMetadata_Response> {
    return getMetadata(this.definition);
  }

  async getProviderSchema(): Promise<GetProviderSchema_Response> {
    return getProviderSchema(this.definition);
  }

  async validateProviderConfig(request: ValidateProviderConfig_Request): Promise<ValidateProviderConfig_Response> {
    return validateProviderConfig(this.session, request);
  }

  async configureProvider(request: ConfigureProvider_Request): Promise<ConfigureProvider_Response> {
    return configureProvider(this.session, request);
  }

  /** Fires the signal that every method was given. Work in progress goes on until it comes to a safe end. */
  async stopProvider(): Promise<StopProvider_Response> {
    this.session.stop();
    return create(StopProvider_ResponseSchema);
  }

  async validateResourceConfig(request: ValidateResourceConfig_Request): Promise<ValidateResourceConfig_Response> {
    return validateResourceConfig(this.session, request);
  }

  async upgradeResourceState(request: UpgradeResourceState_Request): Promise<UpgradeResourceState_Response> {
    return upgradeResourceState(this.session, request);
  }

  async readResource(request: ReadResource_Request): Promise<ReadResource_Response> {
    return readResource(this.session, request);
  }

  async planResourceChange(request: PlanResourceChange_Request): Promise<PlanResourceChange_Response> {
    return planResourceChange(this.session, request);
  }

  async applyResourceChange(request: ApplyResourceChange_Request): Promise<ApplyResourceChange_Response> {
    return applyResourceChange(this.session, request);
  }

  async importResourceState(request: ImportResourceState_Request): Promise<ImportResourceState_Response> {
    return importResourceState(this.session, request);
  }

  async validateDataResourceConfig(
    request: ValidateDataResourceConfig_Request,
  ): Promise<ValidateDataResourceConfig_Response> {
    return validateDataResourceConfig(request);
  }

  async readDataSource(request: ReadDataSource_Request): Promise<ReadDataSource_Response> {
    return readDataSource(request);
  }

  async validateEphemeralResourceConfig(
    request: ValidateEphemeralResourceConfig_Request,
  ): Promise<ValidateEphemeralResourceConfig_Response> {
    return validateEphemeralResourceConfig(this.session, request);
  }

  async openEphemeralResource(request: OpenEphemeralResource_Request): Promise<OpenEphemeralResource_Response> {
    return openEphemeralResource(this.session, request);
  }

  async renewEphemeralResource(request: RenewEphemeralResource_Request): Promise<RenewEphemeralResource_Response> {
    return renewEphemeralResource(this.session, request);
  }

  async closeEphemeralResource(request: CloseEphemeralResource_Request): Promise<CloseEphemeralResource_Response> {
    return closeEphemeralResource(this.session, request);
  }
}
