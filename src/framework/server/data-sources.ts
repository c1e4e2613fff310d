/** ValidateDataResourceConfig and ReadDataSource: no provider has data sources yet, so core is told just that. */
import { create } from "@bufbuild/protobuf";
import {
  type ReadDataSource_Request,
  type ReadDataSource_Response,
  ReadDataSource_ResponseSchema,
  type ValidateDataResourceConfig_Request,
  type ValidateDataResourceConfig_Response,
  ValidateDataResourceConfig_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import { Diagnostics } from "../diagnostics";
import { diagnosticsToProto } from "./to-proto";

/** Refuses any data source. */
export function validateDataResourceConfig({
  typeName,
}: ValidateDataResourceConfig_Request): ValidateDataResourceConfig_Response {
  return create(ValidateDataResourceConfig_ResponseSchema, { diagnostics: unknownDataSource(typeName) });
}

/** Refuses any data source. */
export function readDataSource({ typeName }: ReadDataSource_Request): ReadDataSource_Response {
  return create(ReadDataSource_ResponseSchema, { diagnostics: unknownDataSource(typeName) });
}

function unknownDataSource(typeName: string) {
  const diagnostics = new Diagnostics();
  diagnostics.error({ summary: "Unknown data source", detail: `The provider has no data source "${typeName}".` });
  return diagnosticsToProto(diagnostics);
}
