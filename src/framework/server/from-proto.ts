/**
 * Protocol messages to values. Pure translation: what the values mean is decided elsewhere.
 */
import type { DynamicValue } from "../../plugin/gen/tfplugin6_pb";
import { decodeJson } from "../../plugin/value/decode-json";
import { decodeMsgpack } from "../../plugin/value/decode-value";
import type { ObjectType } from "../../plugin/value/type";
import { isObjectValue, type ObjectValue, type Value } from "../../plugin/value/value";
import { ValueError } from "../../plugin/value/value-error";
import type { Schema } from "../schema/schema";
import { schemaType } from "../schema/schema-type";

/** The object in a message, or null. A message that is left out counts as null, as it does to core. */
export function objectFromProto(type: ObjectType, message: DynamicValue | undefined): ObjectValue | null {
  if (message === undefined) return null;
  if (message.msgpack.length > 0) return asObject(decodeMsgpack(type, message.msgpack));
  return message.json.length > 0 ? asObject(decodeJson(type, message.json)) : null;
}

/** A configuration, which is always there when something is to be judged, planned or made. */
export function configFromProto(schema: Schema, message: DynamicValue | undefined): ObjectValue {
  const config = objectFromProto(schemaType(schema), message);
  if (config === null) throw new ValueError("the configuration is missing");
  return config;
}

/** Stored state of the current schema version. */
export function stateFromProto(schema: Schema, json: Uint8Array): ObjectValue | null {
  return asObject(decodeJson(schemaType(schema), json));
}

/** Private data; undefined if there is none. */
export function privateFromProto(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : jsonFromProto(bytes);
}

/** Any JSON. */
export function jsonFromProto(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw new ValueError("stored data is not JSON");
  }
}

function asObject(value: Value): ObjectValue | null {
  if (value === null || isObjectValue(value)) return value;
  throw new ValueError("the whole object is unknown");
}
