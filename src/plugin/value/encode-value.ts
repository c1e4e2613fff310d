/**
 * Values to the bytes of a DynamicValue message, led by their type.
 *
 * The bytes are those that cty would write: keys sorted, numbers in their shortest exact form.
 */
import { MsgpackWriter } from "./msgpack-writer";
import { DecimalText } from "./number";
import { getOwn } from "./own-property";
import { compareKeys, sortedAttributes } from "./sorted-attributes";
import type { ObjectType, Type } from "./type";
import { typeToJson } from "./type-json";
import { UNKNOWN } from "./unknown";
import { describeKind, isArrayValue, isObjectValue, type ObjectValue, TypedValue, type Value } from "./value";
import { atStep, ValueError } from "./value-error";

/**
 * Encodes a value of the given type as msgpack. An attribute that an object lacks is null; one that its type lacks is an error.
 * Throws a `ValueError` with the path of the first thing that does not fit.
 */
export function encodeValue(type: Type, value: Value): Uint8Array {
  const writer = new MsgpackWriter();
  write(writer, type, value);
  return writer.finish();
}

function write(writer: MsgpackWriter, type: Type, value: Value): void {
  if (value === null) {
    writer.writeNull();
    return;
  }
  if (value === UNKNOWN) {
    writer.writeUnknown();
    return;
  }
  switch (type.kind) {
    case "string":
      if (typeof value !== "string") throw misfit("a string", value);
      writer.writeString(value);
      return;
    case "bool":
      if (typeof value !== "boolean") throw misfit("a bool", value);
      writer.writeBool(value);
      return;
    case "number":
      writeNumber(writer, value);
      return;
    case "dynamic":
      if (!(value instanceof TypedValue)) throw misfit("a value with its type", value);
      writer.writeArrayHeader(2);
      writer.writeBytes(Buffer.from(typeToJson(value.type)));
      write(writer, value.type, value.value);
      return;
    case "list":
    case "set":
    case "tuple":
      writeArray(writer, type, value);
      return;
    case "map":
      writeMap(writer, type.element, asObject(value));
      return;
    case "object":
      writeObject(writer, type, asObject(value));
      return;
  }
}

function writeNumber(writer: MsgpackWriter, value: Value): void {
  if (value instanceof DecimalText) {
    writer.writeString(value.text);
  } else if (typeof value === "bigint") {
    writeBigNumber(writer, value);
  } else if (typeof value !== "number" || Number.isNaN(value)) {
    throw misfit("a number", value);
  } else if (Number.isSafeInteger(value)) {
    writer.writeInteger(value);
  } else if (Number.isInteger(value)) {
    writeBigNumber(writer, BigInt(value));
  } else {
    writer.writeFloat(value);
  }
}

/** cty sends what fits into 64 bits as an integer, else a float64 if that is exact, else the digits as text. */
function writeBigNumber(writer: MsgpackWriter, value: bigint): void {
  if (BigInt.asIntN(64, value) === value) {
    const small = Number(value);
    if (Number.isSafeInteger(small)) writer.writeInteger(small);
    else writer.writeBigInteger(value);
    return;
  }
  const float = Number(value);
  if (Number.isFinite(float) && BigInt(float) === value) writer.writeFloat(float);
  else writer.writeString(value.toString());
}

function writeArray(writer: MsgpackWriter, type: Type & { kind: "list" | "set" | "tuple" }, value: Value): void {
  if (!isArrayValue(value)) throw misfit("a list", value);
  if (type.kind === "tuple" && type.elements.length !== value.length) {
    throw new ValueError(`expected ${type.elements.length} elements, found ${value.length}`);
  }
  writer.writeArrayHeader(value.length);
  value.forEach((element, index) => {
    // The lengths of a tuple's type and value agree, as checked above.
    const elementType = type.kind === "tuple" ? (type.elements[index] as Type) : type.element;
    try {
      write(writer, elementType, element);
    } catch (error) {
      throw atStep(error, index);
    }
  });
}

function writeMap(writer: MsgpackWriter, element: Type, value: ObjectValue): void {
  const keys = Object.keys(value).sort(compareKeys);
  writer.writeMapHeader(keys.length);
  for (const key of keys) {
    writer.writeString(key);
    try {
      write(writer, element, getOwn(value, key) ?? null);
    } catch (error) {
      throw atStep(error, { key });
    }
  }
}

function writeObject(writer: MsgpackWriter, type: ObjectType, value: ObjectValue): void {
  const attributes = sortedAttributes(type);
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(type.attributes, name)) throw atStep(new ValueError("there is no such attribute"), name);
  }
  writer.writeMapHeader(attributes.length);
  for (const [name, attributeType] of attributes) {
    writer.writeString(name);
    try {
      write(writer, attributeType, getOwn(value, name) ?? null);
    } catch (error) {
      throw atStep(error, name);
    }
  }
}

function asObject(value: Value): ObjectValue {
  if (isObjectValue(value)) return value;
  throw misfit("an object", value);
}

function misfit(expected: string, value: Value): ValueError {
  return new ValueError(`expected ${expected}, found ${describeKind(value)}`);
}
