/** CloseEphemeralResource: nothing needs it any more. Core calls it for every one that it has opened. */
import { create } from "@bufbuild/protobuf";
import {
  type CloseEphemeralResource_Request,
  type CloseEphemeralResource_Response,
  CloseEphemeralResource_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import { canClose } from "../ephemeral-resource";
import { privateFromProto } from "./from-proto";
import type { Session } from "./session";
import { diagnosticsToProto } from "./to-proto";

/** Lets the resource clean up, if it has something to clean up. */
export async function closeEphemeralResource(
  session: Session,
  request: CloseEphemeralResource_Request,
): Promise<CloseEphemeralResource_Response> {
  const { diagnostics } = await session.attempt(async (diagnostics) => {
    const resource = session.ephemeralResource(request.typeName);
    if (!canClose(resource)) return;
    const privateData = privateFromProto(request.private ?? new Uint8Array());
    await resource.close(privateData, session.operationContext(diagnostics));
  });
  return create(CloseEphemeralResource_ResponseSchema, { diagnostics: diagnosticsToProto(diagnostics) });
}
