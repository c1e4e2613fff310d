/**
 * One ephemeral resource in the hands of core: validated and opened as core does it, with core's checks on the result.
 */
import { create } from "@bufbuild/protobuf";
import type { Schema } from "../../../src/framework/schema/schema";
import type { ProviderServer } from "../../../src/framework/server/provider-server";
import {
  CloseEphemeralResource_RequestSchema,
  type Deferred_Reason,
  OpenEphemeralResource_RequestSchema,
  RenewEphemeralResource_RequestSchema,
  type Timestamp,
  ValidateEphemeralResourceConfig_RequestSchema,
} from "../../../src/plugin/gen/tfplugin6_pb";
import { planProblems, unknownPlaces } from "./core-checks";
import { completeConfig, fromMessage, fromPrivate, type ShownDiagnostic, showDiagnostic, toMessage } from "./messages";
import { demandNone } from "./provider-bug";
import { hasErrors } from "./resource-calls";

/** What came of opening. */
export interface OpenedEphemeral<Values> {
  /** Undefined if it was not opened. */
  readonly values: Values | undefined;
  /** Why it was put off, if it was. */
  readonly deferred: Deferred_Reason | undefined;
  /** Milliseconds since 1970; undefined if it need not be renewed. */
  readonly renewAt: number | undefined;
  readonly private: unknown;
  readonly diagnostics: readonly ShownDiagnostic[];
}

/** One ephemeral resource. Bugs of the provider are thrown as `ProviderBug`. */
export class EphemeralInstance<Values> {
  #private: Uint8Array | undefined;

  constructor(
    private readonly server: ProviderServer,
    private readonly resource: { readonly schema: Schema; readonly typeName: string },
  ) {}

  async validate(config: object): Promise<readonly ShownDiagnostic[]> {
    const { schema, typeName } = this.resource;
    const request = create(ValidateEphemeralResourceConfig_RequestSchema, {
      typeName,
      config: toMessage(schema, completeConfig(schema, config)),
    });
    return (await this.server.validateEphemeralResourceConfig(request)).diagnostics.map(showDiagnostic);
  }

  /** Validates and opens. @param deferralAllowed whether core would take "not yet" for an answer */
  async open(
    configured: object,
    { deferralAllowed = false }: { readonly deferralAllowed?: boolean } = {},
  ): Promise<OpenedEphemeral<Values>> {
    const { schema, typeName } = this.resource;
    const config = completeConfig(schema, configured);
    const problems = await this.validate(configured);
    if (hasErrors(problems)) return this.#opened(undefined, problems);
    const request = create(OpenEphemeralResource_RequestSchema, {
      typeName,
      config: toMessage(schema, config),
      clientCapabilities: { deferralAllowed },
    });
    const response = await this.server.openEphemeralResource(request);
    const diagnostics = [...problems, ...response.diagnostics.map(showDiagnostic)];
    if (hasErrors(diagnostics)) {
      const { result, private: privateData, renewAt } = response;
      demandNone("A failed opening has a result", (result ?? privateData ?? renewAt) ? ["something was opened"] : []);
      return this.#opened(undefined, diagnostics);
    }
    if (response.deferred) return { ...this.#opened(undefined, diagnostics), deferred: response.deferred.reason };
    const values = fromMessage(schema, response.result);
    demandNone("Provider produced invalid ephemeral resource instance", [
      ...planProblems(schema, { prior: null, config, planned: values }),
      ...unknownPlaces(values),
    ]);
    this.#private = response.private;
    // The encoder has made sure that the values fit the schema, and `ProviderHarness.ephemeral` takes the type from it.
    return { ...this.#opened(values as Values, diagnostics), renewAt: instantOf(response.renewAt) };
  }

  async renew(): Promise<Omit<OpenedEphemeral<never>, "values" | "deferred">> {
    const { typeName } = this.resource;
    const request = create(RenewEphemeralResource_RequestSchema, { typeName, ...this.#privateField() });
    const response = await this.server.renewEphemeralResource(request);
    this.#private = response.private;
    const diagnostics = response.diagnostics.map(showDiagnostic);
    return { renewAt: instantOf(response.renewAt), private: this.#shownPrivate(), diagnostics };
  }

  async close(): Promise<readonly ShownDiagnostic[]> {
    const { typeName } = this.resource;
    const request = create(CloseEphemeralResource_RequestSchema, { typeName, ...this.#privateField() });
    return (await this.server.closeEphemeralResource(request)).diagnostics.map(showDiagnostic);
  }

  #privateField(): { readonly private?: Uint8Array } {
    return this.#private ? { private: this.#private } : {};
  }

  #shownPrivate(): unknown {
    return this.#private && fromPrivate(this.#private);
  }

  #opened(values: Values | undefined, diagnostics: readonly ShownDiagnostic[]): OpenedEphemeral<Values> {
    return {
      values,
      deferred: undefined,
      renewAt: undefined,
      private: values && this.#shownPrivate(),
      diagnostics,
    };
  }
}

function instantOf(timestamp: Timestamp | undefined): number | undefined {
  return timestamp && Number(timestamp.seconds) * 1000 + timestamp.nanos / 1_000_000;
}
