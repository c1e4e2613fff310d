/** ImportResourceState: adopts an existing object. Core reads it next. */
import { create } from "@bufbuild/protobuf";
import {
  type ImportResourceState_Request,
  type ImportResourceState_Response,
  ImportResourceState_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import type { Value } from "../../plugin/value/value";
import { canImport } from "../resource";
import { schemaType } from "../schema/schema-type";
import { DiagnosticError } from "./describe-thrown";
import type { Session } from "./session";
import { diagnosticsToProto, privateToProto, stateToProto } from "./to-proto";

/** Answers with the object as far as it is known, or with an error when there is none. */
export async function importResourceState(
  session: Session,
  request: ImportResourceState_Request,
): Promise<ImportResourceState_Response> {
  const { diagnostics, result } = await session.attempt(async (diagnostics) => {
    const { typeName, id } = request;
    const resource = session.resource(typeName);
    if (!canImport(resource)) {
      throw new DiagnosticError({
        summary: "Import is not supported",
        detail: `Existing objects cannot be imported as "${typeName}".`,
      });
    }
    const imported = await resource.importState(id, session.operationContext(diagnostics));
    if (diagnostics.hasErrors) return [];
    if (imported === undefined) {
      throw new DiagnosticError({
        summary: "Nothing to import",
        detail: `There is no object "${id}" to import as "${typeName}".`,
      });
    }
    const names = Object.keys(schemaType(resource.schema).attributes);
    const state = Object.fromEntries(names.map((name): [string, Value] => [name, imported.state[name] ?? null]));
    return [
      {
        typeName,
        state: stateToProto(resource.schema, state),
        private: privateToProto(imported.private, new Uint8Array()),
      },
    ];
  });
  return create(ImportResourceState_ResponseSchema, {
    importedResources: result ?? [],
    diagnostics: diagnosticsToProto(diagnostics),
  });
}
