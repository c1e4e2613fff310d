/**
 * Counts who else in a stack reads the secret of a key: its other resources, outputs, modules and locals.
 */
import { DefaultTokenResolver, StringConcat, TerraformElement, Tokenization, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { apiKeyTypeName } from "../provider/schema/api-key-schema";

const secretReference = new RegExp(`\\b${apiKeyTypeName}\\.([\\w-]+)(?:\\[[^\\]]*\\])?\\.secret\\b`, "g");

/** How many elements of the stack read the secret, by the name that Terraform knows the key by. */
export function secretReadersIn(
  stack: TerraformStack,
  isKey: (found: IConstruct) => boolean,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const resolver = new DefaultTokenResolver(new StringConcat());
  for (const found of stack.node.findAll()) {
    // A stack is an element, too, and has all others in it.
    if (found === stack || isKey(found) || !TerraformElement.isTerraformElement(found)) continue;
    const text = JSON.stringify(Tokenization.resolve(found.toTerraform(), { scope: found, resolver }));
    for (const name of new Set([...text.matchAll(secretReference)].map(([, block]) => block ?? ""))) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}
