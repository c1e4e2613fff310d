/** ValidateResourceConfig: is a resource's configuration sound, as far as can be told without network? */
import { create } from "@bufbuild/protobuf";
import {
  type ValidateResourceConfig_Request,
  type ValidateResourceConfig_Response,
  ValidateResourceConfig_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import { canValidateConfig } from "../resource";
import { configFromProto } from "./from-proto";
import type { Session } from "./session";
import { diagnosticsToProto } from "./to-proto";
import { checkConfig } from "./validate-config";

/** Answers with everything that is wrong, at once. */
export async function validateResourceConfig(
  session: Session,
  request: ValidateResourceConfig_Request,
): Promise<ValidateResourceConfig_Response> {
  const { diagnostics } = await session.attempt(async (diagnostics) => {
    const resource = session.resource(request.typeName);
    const config = configFromProto(resource.schema, request.config);
    const writeOnlyAllowed = request.clientCapabilities?.writeOnlyAttributesAllowed ?? false;
    checkConfig(resource.schema, config, { diagnostics, writeOnlyAllowed });
    if (canValidateConfig(resource)) await resource.validateConfig(config, session.planningContext(diagnostics));
  });
  return create(ValidateResourceConfig_ResponseSchema, { diagnostics: diagnosticsToProto(diagnostics) });
}
