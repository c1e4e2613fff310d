/**
 * Schemas to protocol messages. Pure translation.
 */
import { create } from "@bufbuild/protobuf";
import {
  type Schema as SchemaMessage,
  Schema_AttributeSchema,
  type Schema_Attribute,
  Schema_Object_NestingMode,
  SchemaSchema,
  type ServerCapabilities,
  ServerCapabilitiesSchema,
  StringKind,
} from "../../plugin/gen/tfplugin6_pb";
import { typeToJson } from "../../plugin/value/type-json";
import type { MemberAttribute, MemberAttributes, Nesting } from "../schema/attribute";
import type { Schema } from "../schema/schema";

const nestingModes: Record<Nesting, Schema_Object_NestingMode> = {
  single: Schema_Object_NestingMode.SINGLE,
  list: Schema_Object_NestingMode.LIST,
  set: Schema_Object_NestingMode.SET,
  map: Schema_Object_NestingMode.MAP,
};

/** A schema for core. */
export function schemaToProto(schema: Schema): SchemaMessage {
  const version = BigInt(schema.version);
  return create(SchemaSchema, {
    version,
    block: {
      version,
      description: schema.description,
      descriptionKind: StringKind.MARKDOWN,
      attributes: attributesToProto(schema.attributes),
    },
  });
}

/** We plan destroys, so that a resource can refuse one, and core may skip asking for the schema again. */
export function serverCapabilities(): ServerCapabilities {
  return create(ServerCapabilitiesSchema, { planDestroy: true, getProviderSchemaOptional: true });
}

function attributesToProto(attributes: MemberAttributes): Schema_Attribute[] {
  return Object.entries(attributes).map(([name, attribute]) => attributeToProto(name, attribute));
}

function attributeToProto(name: string, attribute: MemberAttribute): Schema_Attribute {
  return create(Schema_AttributeSchema, {
    name,
    description: attribute.description,
    descriptionKind: StringKind.MARKDOWN,
    required: attribute.required ?? false,
    optional: attribute.optional ?? false,
    computed: attribute.computed ?? false,
    sensitive: attribute.sensitive ?? false,
    deprecated: attribute.deprecated ?? false,
    writeOnly: attribute.writeOnly ?? false,
    ...(attribute.nested === undefined
      ? { type: Buffer.from(typeToJson(attribute.type)) }
      : {
          nestedType: { nesting: nestingModes[attribute.nested], attributes: attributesToProto(attribute.attributes) },
        }),
  });
}
