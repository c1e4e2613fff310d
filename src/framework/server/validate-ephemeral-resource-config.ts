/** ValidateEphemeralResourceConfig: is an ephemeral resource's configuration sound, as far as can be told without network? */
import { create } from "@bufbuild/protobuf";
import {
  type ValidateEphemeralResourceConfig_Request,
  type ValidateEphemeralResourceConfig_Response,
  ValidateEphemeralResourceConfig_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import { canValidateEphemeral } from "../ephemeral-resource";
import { configFromProto } from "./from-proto";
import type { Session } from "./session";
import { diagnosticsToProto } from "./to-proto";
import { checkConfig } from "./validate-config";

/** Answers with everything that is wrong, at once. */
export async function validateEphemeralResourceConfig(
  session: Session,
  request: ValidateEphemeralResourceConfig_Request,
): Promise<ValidateEphemeralResourceConfig_Response> {
  const { diagnostics } = await session.attempt(async (diagnostics) => {
    const resource = session.ephemeralResource(request.typeName);
    const config = configFromProto(resource.schema, request.config);
    // Whatever it is given is never stored, so there is nothing that core would have to keep out of the state.
    checkConfig(resource.schema, config, { diagnostics, writeOnlyAllowed: true });
    if (canValidateEphemeral(resource)) await resource.validateConfig(config, session.planningContext(diagnostics));
  });
  return create(ValidateEphemeralResourceConfig_ResponseSchema, { diagnostics: diagnosticsToProto(diagnostics) });
}
