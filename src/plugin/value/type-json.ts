/**
 * Types in the JSON form that the schema messages and dynamic values carry, such as `["list","string"]`.
 *
 * The form is cty's: https://github.com/zclconf/go-cty/blob/main/docs/json.md
 */
import { setOwn } from "./own-property";
import { sortedAttributes } from "./sorted-attributes";
import type { Type } from "./type";
import { ValueError } from "./value-error";

/** The JSON text of a type. */
export function typeToJson(type: Type): string {
  switch (type.kind) {
    case "string":
    case "number":
    case "bool":
    case "dynamic":
      return `"${type.kind}"`;
    case "list":
    case "set":
    case "map":
      return `["${type.kind}",${typeToJson(type.element)}]`;
    case "object": {
      const attributes = sortedAttributes(type).map(([name, each]) => `${JSON.stringify(name)}:${typeToJson(each)}`);
      return `["object",{${attributes.join(",")}}]`;
    }
    case "tuple":
      return `["tuple",[${type.elements.map(typeToJson).join(",")}]]`;
  }
}

/** The type that a JSON text describes. Throws a `ValueError` for anything else. */
export function typeFromJson(text: string): Type {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ValueError("the type of a dynamic value is not JSON");
  }
  return readType(json);
}

function readType(json: unknown): Type {
  if (json === "string" || json === "number" || json === "bool" || json === "dynamic") return { kind: json };
  if (Array.isArray(json)) {
    const [kind, content] = json as unknown[];
    if (kind === "list" || kind === "set" || kind === "map") return { kind, element: readType(content) };
    if (kind === "tuple" && Array.isArray(content)) return { kind, elements: content.map(readType) };
    if (kind === "object" && typeof content === "object" && content !== null) return readObjectType(content);
  }
  throw new ValueError("the type of a dynamic value is not a Terraform type");
}

function readObjectType(content: object): Type {
  const attributes: Record<string, Type> = {};
  for (const [name, type] of Object.entries(content)) setOwn(attributes, name, readType(type));
  return { kind: "object", attributes };
}
