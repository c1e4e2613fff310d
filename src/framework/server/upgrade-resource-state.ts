/**
 * UpgradeResourceState: stored state to state of the current schema. Core calls it for every resource, also when nothing has changed.
 */
import { create } from "@bufbuild/protobuf";
import {
  type UpgradeResourceState_Request,
  type UpgradeResourceState_Response,
  UpgradeResourceState_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import type { Diagnostics } from "../diagnostics";
import { canUpgradeState, type Resource } from "../resource";
import { DiagnosticError } from "./describe-thrown";
import { jsonFromProto, stateFromProto } from "./from-proto";
import type { Session } from "./session";
import { diagnosticsToProto, stateToProto } from "./to-proto";
import type { ObjectValue } from "../../plugin/value/value";

/** Answers with the state in the form of the current schema. */
export async function upgradeResourceState(
  session: Session,
  request: UpgradeResourceState_Request,
): Promise<UpgradeResourceState_Response> {
  const { diagnostics, result } = await session.attempt(async (diagnostics) => {
    const resource = session.resource(request.typeName);
    const state = await currentState(session, resource, { request, diagnostics });
    return { upgradedState: stateToProto(resource.schema, state) };
  });
  return create(UpgradeResourceState_ResponseSchema, { ...result, diagnostics: diagnosticsToProto(diagnostics) });
}

interface Upgrade {
  readonly request: UpgradeResourceState_Request;
  readonly diagnostics: Diagnostics;
}

async function currentState(
  session: Session,
  resource: Resource,
  { request, diagnostics }: Upgrade,
): Promise<ObjectValue | null> {
  const version = Number(request.version);
  const json = request.rawState?.json ?? new Uint8Array();
  if (version === resource.schema.version) return stateFromProto(resource.schema, json);
  if (version < resource.schema.version && canUpgradeState(resource)) {
    return resource.upgradeState({ version, state: jsonFromProto(json) }, session.offlineContext(diagnostics));
  }
  throw new DiagnosticError({
    summary: "State of another schema version",
    detail:
      `The stored state of "${resource.typeName}" has schema version ${version}, and this version of the provider reads ${resource.schema.version}. ` +
      (version > resource.schema.version
        ? "It was written by a newer version of the provider: use that one, or a later one."
        : "It cannot be upgraded: use a version of the provider in between first."),
  });
}
