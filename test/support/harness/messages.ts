/**
 * Plain JavaScript values to the messages of the protocol, and back.
 */
import { create } from "@bufbuild/protobuf";
import type { Schema } from "../../../src/framework/schema/schema";
import { schemaType } from "../../../src/framework/schema/schema-type";
import {
  type AttributePath,
  type Diagnostic as DiagnosticMessage,
  Diagnostic_Severity,
  type DynamicValue,
  DynamicValueSchema,
} from "../../../src/plugin/gen/tfplugin6_pb";
import { decodeMsgpack } from "../../../src/plugin/value/decode-value";
import { encodeValue } from "../../../src/plugin/value/encode-value";
import { formatPath, mapKey, type Path } from "../../../src/plugin/value/path";
import type { Type } from "../../../src/plugin/value/type";
import { isArrayValue, isObjectValue, type ObjectValue, type Value } from "../../../src/plugin/value/value";

/** What a practitioner would see. */
export interface ShownDiagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  /** As Terraform writes it, such as `deliver_to[0].name`. */
  readonly path?: string;
}

export function toMessage(schema: Schema, value: ObjectValue | null): DynamicValue {
  return create(DynamicValueSchema, { msgpack: encodeValue(schemaType(schema), value) });
}

/** Throws if the message holds no whole object of this schema. */
export function fromMessage(schema: Schema, message: DynamicValue | undefined): ObjectValue | null {
  if (message === undefined) return null;
  const value = decodeMsgpack(schemaType(schema), message.msgpack);
  if (value === null || isObjectValue(value)) return value;
  throw new Error("the provider answered with an unknown object");
}

/** A configuration as core sends it: what the practitioner left out is null, at every depth. */
export function completeConfig(schema: Schema, config: unknown): ObjectValue {
  // The encoder refuses whatever is not a value of the schema.
  return complete(schemaType(schema), config as ObjectValue) as ObjectValue;
}

function complete(type: Type, value: Value): Value {
  if (type.kind === "object" && isObjectValue(value)) {
    const missing = Object.fromEntries(Object.keys(type.attributes).map((name) => [name, null]));
    const present = Object.entries(value).map(([name, each]): [string, Value] => {
      const attribute = type.attributes[name];
      return [name, attribute === undefined ? each : complete(attribute, each)];
    });
    return { ...missing, ...Object.fromEntries(present) };
  }
  if ((type.kind === "list" || type.kind === "set") && isArrayValue(value)) {
    return value.map((each) => complete(type.element, each));
  }
  if (type.kind === "map" && isObjectValue(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, complete(type.element, each)]));
  }
  return value;
}

export function showDiagnostic({ severity, summary, detail, attribute }: DiagnosticMessage): ShownDiagnostic {
  return {
    severity: severity === Diagnostic_Severity.ERROR ? "error" : "warning",
    summary,
    detail,
    ...(attribute === undefined ? {} : { path: formatPath(toPath(attribute)) }),
  };
}

export function toPath({ steps }: AttributePath): Path {
  return steps.map(({ selector }) => {
    switch (selector.case) {
      case "attributeName":
        return selector.value;
      case "elementKeyInt":
        return Number(selector.value);
      case "elementKeyString":
        return mapKey(selector.value);
      case undefined:
        throw new Error("the provider named a place with an empty step");
    }
  });
}

export function fromPrivate(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : JSON.parse(Buffer.from(bytes).toString("utf8"));
}
