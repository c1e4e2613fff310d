/**
 * The msgpack bytes of a DynamicValue message to a value, led by its type.
 *
 * Refinements of unknown values ("not null", "at least 3 elements") are dropped: core compares without them.
 */
import { MsgpackReader } from "./msgpack-reader";
import { binaryNumber, parseNumber, type TerraformNumber, wholeNumber } from "./number";
import { setOwn } from "./own-property";
import type { ObjectType, Type } from "./type";
import { typeFromJson } from "./type-json";
import { UNKNOWN } from "./unknown";
import { TypedValue, type Value } from "./value";
import { atStep, ValueError } from "./value-error";

/** Decodes a value of the given type. Throws a `ValueError` with the path of the first thing that does not fit. */
export function decodeMsgpack(type: Type, bytes: Uint8Array): Value {
  const reader = new MsgpackReader(bytes);
  const value = read(reader, type);
  reader.finish();
  return value;
}

function read(reader: MsgpackReader, type: Type): Value {
  if (reader.tryNull()) return null;
  if (reader.tryUnknown()) return UNKNOWN;
  switch (type.kind) {
    case "string":
      return reader.readString();
    case "bool":
      return reader.readBool();
    case "number":
      return readNumber(reader);
    case "dynamic":
      return readDynamic(reader);
    case "list":
    case "set":
      return readElements(reader, reader.readArrayHeader(), () => type.element);
    case "tuple":
      return readTuple(reader, type.elements);
    case "map":
      return readMap(reader, type.element);
    case "object":
      return readObject(reader, type);
  }
}

function readNumber(reader: MsgpackReader): TerraformNumber {
  const read = reader.readNumber();
  if (typeof read === "string") return parseNumber(read);
  return typeof read === "bigint" ? wholeNumber(read) : binaryNumber(read);
}

function readDynamic(reader: MsgpackReader): TypedValue {
  if (reader.readArrayHeader() !== 2) throw new ValueError("a dynamic value is a pair of a type and a value");
  const type = typeFromJson(Buffer.from(reader.readBytes()).toString("utf8"));
  return new TypedValue(type, read(reader, type));
}

function readTuple(reader: MsgpackReader, types: readonly Type[]): Value[] {
  const length = reader.readArrayHeader();
  if (length !== types.length) throw new ValueError(`expected ${types.length} elements, found ${length}`);
  // The index stays below the length, which is that of the types.
  return readElements(reader, length, (index) => types[index] as Type);
}

function readElements(reader: MsgpackReader, length: number, typeAt: (index: number) => Type): Value[] {
  const elements: Value[] = [];
  for (let index = 0; index < length; index++) {
    try {
      elements.push(read(reader, typeAt(index)));
    } catch (error) {
      throw atStep(error, index);
    }
  }
  return elements;
}

function readMap(reader: MsgpackReader, element: Type): Value {
  const map: Record<string, Value> = {};
  const size = reader.readMapHeader();
  for (let count = 0; count < size; count++) {
    const key = reader.readString();
    try {
      setOwn(map, key, read(reader, element));
    } catch (error) {
      throw atStep(error, { key });
    }
  }
  return map;
}

function readObject(reader: MsgpackReader, type: ObjectType): Value {
  const object: Record<string, Value> = {};
  const size = reader.readMapHeader();
  for (let count = 0; count < size; count++) {
    const name = reader.readString();
    const attributeType = Object.hasOwn(type.attributes, name) ? type.attributes[name] : undefined;
    if (attributeType === undefined) throw atStep(new ValueError("there is no such attribute"), name);
    try {
      setOwn(object, name, read(reader, attributeType));
    } catch (error) {
      throw atStep(error, name);
    }
  }
  const missing = Object.keys(type.attributes).find((name) => !Object.hasOwn(object, name));
  if (missing !== undefined) throw atStep(new ValueError("the attribute is missing"), missing);
  return object;
}
