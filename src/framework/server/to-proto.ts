/**
 * States, private data, diagnostics and paths to protocol messages. Pure translation.
 */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type AttributePath,
  AttributePathSchema,
  type Diagnostic as DiagnosticMessage,
  Diagnostic_Severity,
  DiagnosticSchema,
  type DynamicValue,
  DynamicValueSchema,
  type Timestamp,
  TimestampSchema,
} from "../../plugin/gen/tfplugin6_pb";
import { encodeValue } from "../../plugin/value/encode-value";
import type { Path, PathStep } from "../../plugin/value/path";
import type { ObjectValue } from "../../plugin/value/value";
import type { Diagnostic, Diagnostics } from "../diagnostics";
import type { Schema } from "../schema/schema";
import { schemaType } from "../schema/schema-type";
import { withoutWriteOnly } from "../write-only";

/** A state, planned or real, as msgpack. It never holds write-only values. */
export function stateToProto(schema: Schema, state: ObjectValue | null): DynamicValue {
  const stored = state === null ? null : withoutWriteOnly(schema.attributes, state);
  return create(DynamicValueSchema, { msgpack: encodeValue(schemaType(schema), stored) });
}

/** Private data as bytes, or what stands in for it where it is undefined. */
export function privateToProto(data: unknown, fallback: Uint8Array): Uint8Array {
  return data === undefined ? fallback : Buffer.from(JSON.stringify(data));
}

/** An instant as core reads it. */
export function timestampToProto({ epochMs }: { readonly epochMs: number }): Timestamp {
  const seconds = Math.floor(epochMs / 1000);
  return create(TimestampSchema, { seconds: BigInt(seconds), nanos: (epochMs - seconds * 1000) * 1_000_000 });
}

/** Everything that was reported. */
export function diagnosticsToProto(diagnostics: Diagnostics): DiagnosticMessage[] {
  return diagnostics.all.map(diagnosticToProto);
}

function diagnosticToProto({ severity, summary, detail, path }: Diagnostic): DiagnosticMessage {
  return create(DiagnosticSchema, {
    severity: severity === "error" ? Diagnostic_Severity.ERROR : Diagnostic_Severity.WARNING,
    summary,
    detail,
    // An empty path would point at nothing: the object as a whole has no path.
    ...(path === undefined || path.length === 0 ? {} : { attribute: pathToProto(path) }),
  });
}

/** A path as core reads it. */
export function pathToProto(path: Path): AttributePath {
  return create(AttributePathSchema, { steps: path.map((step) => ({ selector: selector(step) })) });
}

type Selector = NonNullable<NonNullable<MessageInitShape<typeof AttributePathSchema>["steps"]>[number]["selector"]>;

function selector(step: PathStep): Selector {
  if (typeof step === "string") return { case: "attributeName", value: step };
  if (typeof step === "number") return { case: "elementKeyInt", value: BigInt(step) };
  return { case: "elementKeyString", value: step.key };
}
