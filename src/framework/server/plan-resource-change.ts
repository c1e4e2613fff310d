/**
 * PlanResourceChange: what would an apply do? First the rules of the schema, then the resource's own.
 */
import { create } from "@bufbuild/protobuf";
import {
  type PlanResourceChange_Request,
  type PlanResourceChange_Response,
  PlanResourceChange_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import { changesThatReplace, defaultPlan } from "../plan/default-plan";
import type { ObjectValue } from "../../plugin/value/value";
import { canModifyPlan, type PlanModification, type PlanRequest, type Resource } from "../resource";
import type { Schema } from "../schema/schema";
import { schemaType } from "../schema/schema-type";
import { withoutWriteOnly } from "../write-only";
import { configFromProto, objectFromProto, privateFromProto } from "./from-proto";
import type { Session } from "./session";
import { diagnosticsToProto, pathToProto, privateToProto, stateToProto } from "./to-proto";

/** Plans a create, an update or a destroy. Changes nothing. */
export async function planResourceChange(
  session: Session,
  request: PlanResourceChange_Request,
): Promise<PlanResourceChange_Response> {
  const { diagnostics, result } = await session.attempt(async (diagnostics) => {
    const resource = session.resource(request.typeName);
    const change = planRequest(resource.schema, request);
    const modification = canModifyPlan(resource)
      ? await resource.modifyPlan(change, session.planningContext(diagnostics))
      : {};
    return planResponse(resource, change, { modification, priorPrivate: request.priorPrivate });
  });
  return create(PlanResourceChange_ResponseSchema, {
    ...(result ?? { plannedState: request.priorState, plannedPrivate: request.priorPrivate }),
    diagnostics: diagnosticsToProto(diagnostics),
  });
}

/** The change as the schema's rules plan it. */
function planRequest(schema: Schema, request: PlanResourceChange_Request): PlanRequest<Schema> {
  const type = schemaType(schema);
  const priorState = objectFromProto(type, request.priorState);
  const proposed = objectFromProto(type, request.proposedNewState);
  const privateData = privateFromProto(request.priorPrivate);
  if (proposed === null) {
    return { action: "destroy", config: null, priorState: priorState ?? {}, plannedState: null, private: privateData };
  }

  const config = configFromProto(schema, request.config);
  const proposedState = withoutWriteOnly(schema.attributes, proposed);
  const plannedState = defaultPlan(schema, { config, priorState, proposedState });
  return priorState === null
    ? { action: "create", config, priorState, plannedState, private: privateData }
    : { action: "update", config, priorState, plannedState, private: privateData };
}

interface Modified {
  readonly modification: PlanModification<Schema>;
  readonly priorPrivate: Uint8Array;
}

function planResponse({ schema }: Resource, change: PlanRequest<Schema>, { modification, priorPrivate }: Modified) {
  const plannedState: ObjectValue | null =
    change.plannedState === null ? null : (modification.plannedState ?? change.plannedState);
  const replacing =
    change.action === "update" && plannedState !== null
      ? [...changesThatReplace(schema, change.priorState, plannedState), ...(modification.requiresReplace ?? [])]
      : [];
  return {
    plannedState: stateToProto(schema, plannedState),
    plannedPrivate: privateToProto(modification.private, priorPrivate),
    requiresReplace: replacing.map(pathToProto),
  };
}
