/** ValidateProviderConfig: is the provider's configuration sound, as far as can be told without network? */
import { create } from "@bufbuild/protobuf";
import {
  type ValidateProviderConfig_Request,
  type ValidateProviderConfig_Response,
  ValidateProviderConfig_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import { configFromProto } from "./from-proto";
import type { Session } from "./session";
import { diagnosticsToProto } from "./to-proto";
import { checkConfig } from "./validate-config";

/** Answers with everything that is wrong, at once. */
export async function validateProviderConfig(
  session: Session,
  request: ValidateProviderConfig_Request,
): Promise<ValidateProviderConfig_Response> {
  const { diagnostics } = await session.attempt(async (diagnostics) => {
    const { definition } = session;
    const config = configFromProto(definition.schema, request.config);
    checkConfig(definition.schema, config, { diagnostics, writeOnlyAllowed: true });
    await definition.validate?.(config, session.offlineContext(diagnostics));
  });
  return create(ValidateProviderConfig_ResponseSchema, { diagnostics: diagnosticsToProto(diagnostics) });
}
