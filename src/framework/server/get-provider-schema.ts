/** GetProviderSchema and GetMetadata: what the provider has to offer. */
import { create } from "@bufbuild/protobuf";
import {
  type GetMetadata_Response,
  GetMetadata_ResponseSchema,
  type GetProviderSchema_Response,
  GetProviderSchema_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import type { AnyProviderDefinition } from "../provider-definition";
import { schemaToProto, serverCapabilities } from "./schema-to-proto";

/** All schemas. */
export function getProviderSchema({ schema, resources }: AnyProviderDefinition): GetProviderSchema_Response {
  return create(GetProviderSchema_ResponseSchema, {
    provider: schemaToProto(schema),
    resourceSchemas: Object.fromEntries(resources.map((each) => [each.typeName, schemaToProto(each.schema)])),
    serverCapabilities: serverCapabilities(),
  });
}

/** The names alone. */
export function getMetadata({ resources }: AnyProviderDefinition): GetMetadata_Response {
  return create(GetMetadata_ResponseSchema, {
    resources: resources.map(({ typeName }) => ({ typeName })),
    serverCapabilities: serverCapabilities(),
  });
}
