/** GetProviderSchema and GetMetadata: what the provider has to offer. */
import { create } from "@bufbuild/protobuf";
import {
  type GetMetadata_Response,
  GetMetadata_ResponseSchema,
  type GetProviderSchema_Response,
  GetProviderSchema_ResponseSchema,
  type Schema as SchemaMessage,
} from "../../plugin/gen/tfplugin6_pb";
import type { AnyProviderDefinition } from "../provider-definition";
import type { Schema } from "../schema/schema";
import { schemaToProto, serverCapabilities } from "./schema-to-proto";

/** All schemas. A core that is too old for ephemeral resources passes over theirs. */
export function getProviderSchema({
  schema,
  resources,
  ephemeralResources = [],
}: AnyProviderDefinition): GetProviderSchema_Response {
  return create(GetProviderSchema_ResponseSchema, {
    provider: schemaToProto(schema),
    resourceSchemas: schemasByName(resources),
    ephemeralResourceSchemas: schemasByName(ephemeralResources),
    serverCapabilities: serverCapabilities(),
  });
}

/** The names alone. */
export function getMetadata({ resources, ephemeralResources = [] }: AnyProviderDefinition): GetMetadata_Response {
  return create(GetMetadata_ResponseSchema, {
    resources: resources.map(({ typeName }) => ({ typeName })),
    ephemeralResources: ephemeralResources.map(({ typeName }) => ({ typeName })),
    serverCapabilities: serverCapabilities(),
  });
}

interface TypeWithSchema {
  readonly typeName: string;
  readonly schema: Schema;
}

function schemasByName(types: readonly TypeWithSchema[]): Record<string, SchemaMessage> {
  return Object.fromEntries(types.map(({ typeName, schema }) => [typeName, schemaToProto(schema)]));
}
