/** ConfigureProvider: prepares for work. A configuration with errors leaves the provider unconfigured. */
import { create } from "@bufbuild/protobuf";
import {
  type ConfigureProvider_Request,
  type ConfigureProvider_Response,
  ConfigureProvider_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import { configFromProto } from "./from-proto";
import type { Session } from "./session";
import { diagnosticsToProto } from "./to-proto";

/** Calls the provider's `configure`, and keeps what it returns for the session. */
export async function configureProvider(
  session: Session,
  request: ConfigureProvider_Request,
): Promise<ConfigureProvider_Response> {
  const { diagnostics } = await session.attempt(async (diagnostics) => {
    const config = configFromProto(session.definition.schema, request.config);
    const context = { ...session.offlineContext(diagnostics), terraformVersion: request.terraformVersion };
    const data = await session.definition.configure(config, context);
    if (!diagnostics.hasErrors) session.configure(data);
  });
  return create(ConfigureProvider_ResponseSchema, { diagnostics: diagnosticsToProto(diagnostics) });
}
