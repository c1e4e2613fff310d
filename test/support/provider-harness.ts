/**
 * A provider in the hands of an imitation of Terraform core, in one process and without a wire: for tests with a fake clock.
 *
 *     const terraform = await ProviderHarness.start(definition, { endpoint: "http://127.0.0.1:1" });
 *     const key = terraform.resource(apiKeyResource, { createBeforeDestroy: true });
 *     expect((await key.deploy({ service: "scheduler" })).action).toBe("create");
 *     expect((await key.plan({ service: "scheduler" })).action).toBe("no-op");
 */
import { create } from "@bufbuild/protobuf";
import type { AnyProviderDefinition } from "../../src/framework/provider-definition";
import type { Schema } from "../../src/framework/schema/schema";
import type { PlannedStateOf, StateOf } from "../../src/framework/schema/static-types";
import { ProviderServer } from "../../src/framework/server/provider-server";
import {
  ConfigureProvider_RequestSchema,
  ValidateProviderConfig_RequestSchema,
} from "../../src/plugin/gen/tfplugin6_pb";
import { EphemeralInstance } from "./harness/ephemeral-instance";
import { completeConfig, type ShownDiagnostic, showDiagnostic, toMessage } from "./harness/messages";
import { hasErrors } from "./harness/resource-calls";
import { ResourceInstance, type ResourceOptions } from "./harness/resource-instance";

export { ProviderBug } from "./harness/provider-bug";
export type { ShownDiagnostic } from "./harness/messages";

/** One resource instance in the hands of core. */
export type ResourceHarness<S extends Schema> = ResourceInstance<StateOf<S>, PlannedStateOf<S>>;

/** One ephemeral resource in the hands of core. */
type EphemeralHarness<S extends Schema> = EphemeralInstance<StateOf<S>>;

/** One provider process. */
export class ProviderHarness {
  /** The methods of the protocol, for what the harness does not cover. */
  readonly server: ProviderServer;

  constructor(private readonly definition: AnyProviderDefinition) {
    this.server = new ProviderServer(definition);
  }

  /** A provider that has been configured. Throws if it reports an error. */
  static async start(definition: AnyProviderDefinition, config: object = {}): Promise<ProviderHarness> {
    const harness = new ProviderHarness(definition);
    const diagnostics = await harness.configure(config);
    if (hasErrors(diagnostics)) throw new Error(`the provider could not be configured: ${JSON.stringify(diagnostics)}`);
    return harness;
  }

  /** Validates and configures, as core does at the start of every operation. */
  async configure(config: object, terraformVersion = "1.11.4"): Promise<readonly ShownDiagnostic[]> {
    const diagnostics = await this.validate(config);
    if (hasErrors(diagnostics)) return diagnostics;
    const message = toMessage(this.definition.schema, completeConfig(this.definition.schema, config));
    const request = create(ConfigureProvider_RequestSchema, { config: message, terraformVersion });
    const response = await this.server.configureProvider(request);
    return [...diagnostics, ...response.diagnostics.map(showDiagnostic)];
  }

  async validate(config: object): Promise<readonly ShownDiagnostic[]> {
    const message = toMessage(this.definition.schema, completeConfig(this.definition.schema, config));
    const request = create(ValidateProviderConfig_RequestSchema, { config: message });
    return (await this.server.validateProviderConfig(request)).diagnostics.map(showDiagnostic);
  }

  /** A resource instance that does not exist yet. */
  resource<S extends Schema>(
    resource: { readonly schema: S; readonly typeName: string },
    options?: ResourceOptions,
  ): ResourceHarness<S> {
    return new ResourceInstance(this.server, resource, options);
  }

  /** An ephemeral resource that is not open yet. */
  ephemeral<S extends Schema>(resource: { readonly schema: S; readonly typeName: string }): EphemeralHarness<S> {
    return new EphemeralInstance(this.server, resource);
  }

  /** What core calls when the user interrupts. */
  async stop(): Promise<void> {
    await this.server.stopProvider();
  }
}
