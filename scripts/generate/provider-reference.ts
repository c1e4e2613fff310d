/**
 * Writes the reference of the provider from its schemas, which hold the words.
 */
import type { MemberAttributes, Schema, Type } from "../../src/framework/schema";
import { apiKeySchema, apiKeyTypeName } from "../../src/provider/schema/api-key-schema";
import { apiKeySecretSchema, apiKeySecretTypeName } from "../../src/provider/schema/api-key-secret-schema";
import { providerSchema } from "../../src/provider/schema/provider-schema";

type MemberAttribute = MemberAttributes[string];

/** The pages of the reference, by file name. */
export function providerReference(): ReadonlyMap<string, string> {
  return new Map([
    ["provider.md", page("keyturn provider", providerSchema)],
    [`${apiKeyTypeName}.md`, page(apiKeyTypeName, apiKeySchema)],
    [`${apiKeySecretTypeName}.md`, page(`${apiKeySecretTypeName} (ephemeral)`, apiKeySecretSchema)],
  ]);
}

function page(title: string, schema: Schema): string {
  const groups = [
    ["Required", isRequired],
    ["Optional", isOptional],
    ["Read-only", isReadOnly],
  ] as const;
  const sections = groups.flatMap(([heading, belongs]) => {
    const entries = Object.entries(schema.attributes).filter(([, attribute]) => belongs(attribute));
    return entries.length === 0 ? [] : [`## ${heading}`, table(Object.fromEntries(entries))];
  });
  const header = `<!-- Generated from the schema by "npm run generate". Do not edit. -->`;
  return `${[header, `# ${title}`, schema.description, ...sections].join("\n\n")}\n`;
}

const isRequired = (attribute: MemberAttribute): boolean => attribute.required === true;
const isOptional = (attribute: MemberAttribute): boolean => attribute.optional === true;
const isReadOnly = (attribute: MemberAttribute): boolean => attribute.computed === true && attribute.optional !== true;

function table(attributes: MemberAttributes): string {
  return ["| attribute | type | meaning |", "| --- | --- | --- |", ...rows(attributes, "")].join("\n");
}

/** One row for each attribute; those of a nested object follow with their whole path. */
function rows(attributes: MemberAttributes, prefix: string): string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const path = `${prefix}${name}`;
    const sensitive = attribute.sensitive === true ? " Sensitive." : "";
    const row = `| \`${path}\` | ${typeName(attribute)} | ${attribute.description}${sensitive} |`;
    return attribute.nested === undefined ? [row] : [row, ...rows(attribute.attributes, `${path}.`)];
  });
}

function typeName(attribute: MemberAttribute): string {
  if (attribute.nested === undefined) return valueTypeName(attribute.type);
  return attribute.nested === "single" ? "object" : `${attribute.nested} of objects`;
}

function valueTypeName(type: Type): string {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return `${type.kind} of ${valueTypeName(type.element)}s`;
    default:
      return type.kind;
  }
}
