/**
 * ApplyResourceChange: create, update or delete one object.
 *
 * Whatever is thrown, the answer holds the state from before: nothing after a create, the prior state after an update or delete.
 */
import { create } from "@bufbuild/protobuf";
import {
  type ApplyResourceChange_Request,
  type ApplyResourceChange_Response,
  ApplyResourceChange_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import type { Diagnostics } from "../diagnostics";
import type { NewState } from "../resource";
import type { Schema } from "../schema/schema";
import { schemaType } from "../schema/schema-type";
import { configFromProto, objectFromProto, privateFromProto } from "./from-proto";
import { salvageNewState } from "./salvage-new-state";
import type { Session } from "./session";
import { diagnosticsToProto } from "./to-proto";

/** Makes the change. What was achieved is in the answer, also beside errors. */
export async function applyResourceChange(
  session: Session,
  request: ApplyResourceChange_Request,
): Promise<ApplyResourceChange_Response> {
  const { diagnostics, result } = await session.attempt(async (diagnostics) => {
    const achieved = await apply(session, request, diagnostics);
    if (achieved === undefined) return undefined;
    const { schema } = session.resource(request.typeName);
    return salvageNewState(schema, achieved, { diagnostics, plannedPrivate: request.plannedPrivate });
  });
  return create(ApplyResourceChange_ResponseSchema, {
    ...(result ?? { newState: request.priorState, private: request.plannedPrivate }),
    diagnostics: diagnosticsToProto(diagnostics),
  });
}

/** Undefined: the state is to stay as it was. */
async function apply(
  session: Session,
  request: ApplyResourceChange_Request,
  diagnostics: Diagnostics,
): Promise<NewState<Schema> | undefined> {
  const resource = session.resource(request.typeName);
  const context = session.operationContext(diagnostics);
  const type = schemaType(resource.schema);
  const priorState = objectFromProto(type, request.priorState);
  const plannedState = objectFromProto(type, request.plannedState);
  const privateData = privateFromProto(request.plannedPrivate);

  if (plannedState === null) {
    if (priorState !== null) await resource.delete({ priorState, private: privateData }, context);
    return diagnostics.hasErrors ? undefined : { state: null };
  }
  const config = configFromProto(resource.schema, request.config);
  const change = { config, plannedState, private: privateData };
  return priorState === null ? resource.create(change, context) : resource.update({ ...change, priorState }, context);
}
