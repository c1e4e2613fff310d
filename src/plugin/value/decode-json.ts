/**
 * JSON to a value, led by its type: state files, and DynamicValue messages that carry JSON.
 *
 * State may have been written by another version of the schema, so attributes that are missing become null, and those that
 * nobody knows any more are dropped, at every depth.
 */
import { parseNumber } from "./number";
import { getOwn, setOwn } from "./own-property";
import type { PathStep } from "./path";
import type { ObjectType, Type } from "./type";
import { typeFromJson } from "./type-json";
import { describeKind, TypedValue, type Value } from "./value";
import { atStep, ValueError } from "./value-error";

interface JsonObject {
  readonly [name: string]: unknown;
}

/** Decodes JSON text in UTF-8. Throws a `ValueError` with the path of the first thing that does not fit. */
export function decodeJson(type: Type, bytes: Uint8Array): Value {
  return read(type, parse(Buffer.from(bytes).toString("utf8")));
}

// Strings are matched so that digits inside them are left alone.
const stringsAndNumbers = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const shortWholeNumber = /^-?\d{1,15}$/;

/** Parses JSON with every number that could lose digits as a string of its text. */
function parse(text: string): unknown {
  const exact = text.replace(stringsAndNumbers, (token) =>
    token.startsWith('"') || shortWholeNumber.test(token) ? token : `"${token}"`,
  );
  try {
    return JSON.parse(exact);
  } catch {
    throw new ValueError("the text is not JSON");
  }
}

function read(type: Type, json: unknown): Value {
  if (json === null) return null;
  switch (type.kind) {
    case "string":
      if (typeof json === "string") return json;
      throw misfit("a string", json);
    case "bool":
      if (typeof json === "boolean") return json;
      throw misfit("a bool", json);
    case "number":
      if (typeof json === "number") return json + 0;
      if (typeof json === "string") return parseNumber(json);
      throw misfit("a number", json);
    case "dynamic":
      return readDynamic(json);
    case "list":
    case "set":
      return asArray(json).map((element, index) => readAt(type.element, element, index));
    case "tuple":
      return readTuple(type.elements, asArray(json));
    case "map":
      return readMap(type.element, asObject(json));
    case "object":
      return readObject(type, asObject(json));
  }
}

function readDynamic(json: unknown): TypedValue {
  const { type, value } = asObject(json);
  if (type === undefined || value === undefined) throw new ValueError("a dynamic value has a type and a value");
  const valueType = typeFromJson(JSON.stringify(type));
  return new TypedValue(valueType, read(valueType, value));
}

function readTuple(types: readonly Type[], json: readonly unknown[]): Value[] {
  if (json.length !== types.length) throw new ValueError(`expected ${types.length} elements, found ${json.length}`);
  return types.map((type, index) => readAt(type, json[index], index));
}

function readMap(element: Type, json: JsonObject): Value {
  const map: Record<string, Value> = {};
  for (const [key, value] of Object.entries(json)) setOwn(map, key, readAt(element, value, { key }));
  return map;
}

function readObject(type: ObjectType, json: JsonObject): Value {
  const object: Record<string, Value> = {};
  for (const [name, attributeType] of Object.entries(type.attributes)) {
    setOwn(object, name, readAt(attributeType, getOwn(json, name) ?? null, name));
  }
  return object;
}

function readAt(type: Type, json: unknown, step: PathStep): Value {
  try {
    return read(type, json);
  } catch (error) {
    throw atStep(error, step);
  }
}

function asArray(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json;
  throw misfit("a list", json);
}

function asObject(json: unknown): JsonObject {
  if (isJsonObject(json)) return json;
  throw misfit("an object", json);
}

function isJsonObject(json: unknown): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function misfit(expected: string, json: unknown): ValueError {
  return new ValueError(`expected ${expected}, found ${describeKind(json)}`);
}
