/**
 * ReadResource: the refresh of one object. Whatever goes wrong, the state stays as it was.
 */
import { create } from "@bufbuild/protobuf";
import {
  type ReadResource_Request,
  type ReadResource_Response,
  ReadResource_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import { schemaType } from "../schema/schema-type";
import { objectFromProto, privateFromProto } from "./from-proto";
import type { Session } from "./session";
import { diagnosticsToProto, privateToProto, stateToProto } from "./to-proto";

/** Answers with the state as it is now, or with null when the object is gone. */
export async function readResource(session: Session, request: ReadResource_Request): Promise<ReadResource_Response> {
  const { diagnostics, result } = await session.attempt(async (diagnostics) => {
    const resource = session.resource(request.typeName);
    const state = objectFromProto(schemaType(resource.schema), request.currentState);
    if (state === null) return undefined;

    const context = session.operationContext(diagnostics);
    const found = await resource.read({ state, private: privateFromProto(request.private) }, context);
    if (diagnostics.hasErrors) return undefined;
    if (found === undefined) return { newState: stateToProto(resource.schema, null), private: new Uint8Array() };
    return {
      newState: stateToProto(resource.schema, found.state),
      private: privateToProto(found.private, request.private),
    };
  });
  return create(ReadResource_ResponseSchema, {
    ...(result ?? { newState: request.currentState, private: request.private }),
    diagnostics: diagnosticsToProto(diagnostics),
  });
}
