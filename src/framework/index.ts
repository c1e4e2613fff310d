/**
 * What a provider is written with: schemas, resources, diagnostics and values.
 *
 * Loads neither gRPC nor protobuf. What only needs schemas imports `schema/index.ts`, which loads less still; what speaks the
 * protocol is `server/provider-server.ts`.
 */
export { parseNumber } from "../plugin/value/number";
export { mapKey, type Path, path } from "../plugin/value/path";
export { UNKNOWN, type Unknown } from "../plugin/value/unknown";
export type { ObjectValue, Value } from "../plugin/value/value";
export type { ConfigureContext, OfflineContext, OperationContext, PlanningContext } from "./context";
export { Diagnostics, type DiagnosticText } from "./diagnostics";
export type { EphemeralResource, Opened, WithClosing, WithRenewal } from "./ephemeral-resource";
export type { ProviderDefinition } from "./provider-definition";
export type {
  CreateRequest,
  DeleteRequest,
  ImportedState,
  NewState,
  PlanModification,
  PlanRequest,
  ReadRequest,
  Resource,
  UpdateRequest,
  WithConfigValidation,
  WithImport,
  WithPlanModifier,
  WithStateUpgrade,
} from "./resource";
export * from "./schema";
