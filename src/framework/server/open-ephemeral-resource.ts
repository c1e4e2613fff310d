/**
 * OpenEphemeralResource: the values of an ephemeral resource, for as long as core needs them.
 *
 * Core refuses a result that does not repeat the configuration or that is not known, and where it opens with values that are not
 * known, each version does as it likes. So what was configured comes from the configuration itself, and the rest is checked here.
 */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  Deferred_Reason,
  type OpenEphemeralResource_Request,
  type OpenEphemeralResource_Response,
  OpenEphemeralResource_ResponseSchema,
} from "../../plugin/gen/tfplugin6_pb";
import { getOwn } from "../../plugin/value/own-property";
import { formatPath } from "../../plugin/value/path";
import type { ObjectValue, Value } from "../../plugin/value/value";
import type { Diagnostics } from "../diagnostics";
import type { Opened } from "../ephemeral-resource";
import type { Schema } from "../schema/schema";
import { schemaType } from "../schema/schema-type";
import { unknownPaths } from "../unknown-paths";
import { DiagnosticError } from "./describe-thrown";
import { configFromProto } from "./from-proto";
import type { Session } from "./session";
import { diagnosticsToProto, privateToProto, stateToProto, timestampToProto } from "./to-proto";

type Answer = Omit<MessageInitShape<typeof OpenEphemeralResource_ResponseSchema>, "$typeName" | "diagnostics">;

/** Answers with the values, or with errors and nothing else. */
export async function openEphemeralResource(
  session: Session,
  request: OpenEphemeralResource_Request,
): Promise<OpenEphemeralResource_Response> {
  const { diagnostics, result } = await session.attempt(async (diagnostics) => open(session, request, diagnostics));
  return create(OpenEphemeralResource_ResponseSchema, {
    ...(diagnostics.hasErrors ? {} : result),
    diagnostics: diagnosticsToProto(diagnostics),
  });
}

async function open(
  session: Session,
  request: OpenEphemeralResource_Request,
  diagnostics: Diagnostics,
): Promise<Answer> {
  const { typeName } = request;
  const resource = session.ephemeralResource(typeName);
  const { schema } = resource;
  const config = configFromProto(schema, request.config);
  if (unknownPaths(schemaType(schema), config).length > 0) {
    if (request.clientCapabilities?.deferralAllowed === true) {
      return { deferred: { reason: Deferred_Reason.RESOURCE_CONFIG_UNKNOWN } };
    }
    throw notKnownYet(typeName);
  }
  const opened = await resource.open(config, session.operationContext(diagnostics));
  if (diagnostics.hasErrors) return {};
  return {
    result: stateToProto(schema, withConfig(schema, config, opened)),
    ...(opened.renewAt && { renewAt: timestampToProto(opened.renewAt) }),
    ...(opened.private !== undefined && { private: privateToProto(opened.private, new Uint8Array()) }),
  };
}

/** What was configured, and what the resource has decided where nothing was. */
function withConfig(schema: Schema, config: ObjectValue, { result }: Opened<Schema>): ObjectValue {
  const values = Object.entries(schema.attributes).map(([name, { computed }]): [string, Value] => {
    const configured = getOwn(config, name) ?? null;
    return [name, computed === true && configured === null ? (getOwn(result, name) ?? null) : configured];
  });
  const whole = Object.fromEntries(values);
  const [unknown] = unknownPaths(schemaType(schema), whole);
  if (unknown === undefined) return whole;
  throw new DiagnosticError({
    summary: "Provider returned a value that is not known",
    detail: `The ephemeral resource was opened, but "${formatPath(unknown)}" is not known. This is a bug in the provider, please report it.`,
  });
}

function notKnownYet(typeName: string): DiagnosticError {
  return new DiagnosticError({
    summary: "Ephemeral resource cannot be opened yet",
    detail: `The configuration of "${typeName}" has values that are known only after apply, and this version of Terraform or OpenTofu opens it all the same. Use a later one.`,
  });
}
