/** RenewEphemeralResource: makes what was opened last longer. */
import { create } from "@bufbuild/protobuf";
import {
  type RenewEphemeralResource_Request,
  type RenewEphemeralResource_Response,
  RenewEphemeralResource_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import { canRenew } from "../ephemeral-resource";
import { DiagnosticError } from "./describe-thrown";
import { privateFromProto } from "./from-proto";
import type { Session } from "./session";
import { diagnosticsToProto, privateToProto, timestampToProto } from "./to-proto";

/** Answers with the next instant at which it has to be renewed, if there is one. */
export async function renewEphemeralResource(
  session: Session,
  request: RenewEphemeralResource_Request,
): Promise<RenewEphemeralResource_Response> {
  const before = request.private ?? new Uint8Array();
  const { diagnostics, result } = await session.attempt(async (diagnostics) => {
    const { typeName } = request;
    const resource = session.ephemeralResource(typeName);
    if (!canRenew(resource)) {
      throw new DiagnosticError({
        summary: "Ephemeral resource cannot be renewed",
        detail: `Core was told to renew "${typeName}", which cannot be renewed. This is a bug in the provider, please report it.`,
      });
    }
    const renewed = await resource.renew(privateFromProto(before), session.operationContext(diagnostics));
    return {
      ...(renewed.renewAt && { renewAt: timestampToProto(renewed.renewAt) }),
      private: privateToProto(renewed.private, before),
    };
  });
  return create(RenewEphemeralResource_ResponseSchema, {
    private: before,
    ...result,
    diagnostics: diagnosticsToProto(diagnostics),
  });
}
