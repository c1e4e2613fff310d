/**
 * The form in which cdktf wants attributes for `cdktf synth --hcl`: each value with its kind beside it.
 *
 * The kind decides how a text is quoted: of kind `any` a text such as `[1]` would be taken for an expression.
 */
import { Tokenization } from "cdktf";

interface HclAttribute {
  readonly value: unknown;
  readonly isBlock: false;
  readonly type: "simple" | "list" | "map" | "any";
  readonly storageClassType: "string" | "number" | "boolean" | "stringList" | "stringMap" | "any";
}

/** Takes the attributes of the JSON form. Those that are undefined are left out. */
export function hclAttributes(attributes: Readonly<Record<string, unknown>>): Record<string, HclAttribute> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, { value, isBlock: false, ...kindOf(value) }]),
  );
}

function kindOf(value: unknown): Pick<HclAttribute, "type" | "storageClassType"> {
  if (typeof value === "string") return { type: "simple", storageClassType: "string" };
  if (typeof value === "number") return { type: "simple", storageClassType: "number" };
  // The only values of this kind that code can leave to Terraform are booleans; all others are texts or made of texts.
  if (typeof value === "boolean" || Tokenization.isResolvable(value)) {
    return { type: "simple", storageClassType: "boolean" };
  }
  if (!Array.isArray(value)) return { type: "map", storageClassType: "stringMap" };
  const isTexts = value.every((element) => typeof element === "string");
  return isTexts ? { type: "list", storageClassType: "stringList" } : { type: "any", storageClassType: "any" };
}
