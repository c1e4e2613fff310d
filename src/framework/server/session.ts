/**
 * What lasts from one call of core to the next: the configured provider, and whether it was asked to stop.
 */
import type { OfflineContext, OperationContext, PlanningContext } from "../context";
import { Diagnostics } from "../diagnostics";
import type { EphemeralResource } from "../ephemeral-resource";
import type { AnyProviderDefinition } from "../provider-definition";
import type { Resource } from "../resource";
import { DiagnosticError, describeThrown } from "./describe-thrown";

/** One provider process in the hands of core. */
export class Session {
  private readonly resources: ReadonlyMap<string, Resource>;
  private readonly ephemeralResources: ReadonlyMap<string, EphemeralResource>;
  private readonly stopping = new AbortController();
  private configured: { readonly data: unknown } | undefined;

  constructor(readonly definition: AnyProviderDefinition) {
    const { resources, ephemeralResources = [] } = definition;
    this.resources = new Map(resources.map((resource) => [resource.typeName, resource]));
    this.ephemeralResources = new Map(ephemeralResources.map((resource) => [resource.typeName, resource]));
  }

  /** Keeps what the provider's `configure` returned. */
  configure(data: unknown): void {
    this.configured = { data };
  }

  /** Asks everything in progress to come to an end. */
  stop(): void {
    this.stopping.abort();
  }

  /** The resource type of this name. Throws a `DiagnosticError` when the provider has none. */
  resource(typeName: string): Resource {
    const resource = this.resources.get(typeName);
    if (resource !== undefined) return resource;
    throw new DiagnosticError({
      summary: "Unknown resource type",
      detail: `The provider "${this.definition.name}" has no resource type "${typeName}".`,
    });
  }

  /** The ephemeral resource type of this name. Throws a `DiagnosticError` when the provider has none. */
  ephemeralResource(typeName: string): EphemeralResource {
    const resource = this.ephemeralResources.get(typeName);
    if (resource !== undefined) return resource;
    throw new DiagnosticError({
      summary: "Unknown ephemeral resource type",
      detail: `The provider "${this.definition.name}" has no ephemeral resource type "${typeName}".`,
    });
  }

  offlineContext(diagnostics: Diagnostics): OfflineContext {
    return { diagnostics, signal: this.stopping.signal };
  }

  planningContext(diagnostics: Diagnostics): PlanningContext<unknown> {
    return { ...this.offlineContext(diagnostics), data: this.configured?.data };
  }

  /** Throws a `DiagnosticError` when the provider is not configured. */
  operationContext(diagnostics: Diagnostics): OperationContext<unknown> {
    if (this.configured !== undefined) return { ...this.offlineContext(diagnostics), data: this.configured.data };
    throw new DiagnosticError({
      summary: "Provider is not configured",
      detail: `The provider "${this.definition.name}" was asked to work on real objects before it was configured, or after its configuration failed.`,
    });
  }

  /** Runs the work of one call. What it throws is reported, and the result is then undefined. */
  async attempt<Result>(work: (diagnostics: Diagnostics) => Promise<Result>): Promise<Attempt<Result>> {
    const diagnostics = new Diagnostics();
    try {
      return { diagnostics, result: await work(diagnostics) };
    } catch (thrown) {
      diagnostics.error(describeThrown(this.definition, thrown));
      return { diagnostics, result: undefined };
    }
  }
}

/** What came of the work of one call. */
export interface Attempt<Result> {
  readonly diagnostics: Diagnostics;
  readonly result: Result | undefined;
}
