/**
 * Counts who else in the configuration reads the secret of a key: other resources, outputs, and calls of modules.
 *
 * Only the references of expressions are looked at, which are names of the configuration. Constant values are not.
 */
import { apiKeyTypeName } from "../../provider/schema/api-key-schema";
import { configurationModuleSchema } from "./plan-schema";

const secretReference = new RegExp(`^${apiKeyTypeName}\\.([\\w-]+)(?:\\[.*\\])?\\.secret$`);

/** How many places read the secret, by block: the name of the module, if it is in one, and of the resource. */
export function secretReaders(configuration: unknown): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  visit(partOf(configuration, "root_module"), "", counts);
  return counts;
}

function visit(module: unknown, prefix: string, counts: Map<string, number>): void {
  const { resources, outputs } = configurationModuleSchema.safeParse(module).data ?? {};
  const calls = Object.entries(objectIn(module, "module_calls"));
  const readers = [
    ...(resources ?? []).filter(({ type }) => type !== apiKeyTypeName).map(({ expressions }) => expressions),
    ...Object.values(outputs ?? {}).map(({ expression }) => expression),
    ...calls.map(([, call]) => partOf(call, "expressions")),
  ];
  for (const reader of readers) {
    for (const name of new Set(namesReadIn(reader))) {
      const block = `${prefix}${name}`;
      counts.set(block, (counts.get(block) ?? 0) + 1);
    }
  }
  for (const [name, call] of calls) visit(partOf(call, "module"), `${prefix}module.${name}.`, counts);
}

/** The resources whose secret an expression refers to. */
function namesReadIn(expression: unknown): readonly string[] {
  const names: string[] = [];
  const open: unknown[] = [expression];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (typeof part !== "object" || part === null) continue;
    for (const [key, value] of Object.entries(part)) {
      if (key === "constant_value") continue;
      if (key !== "references" || !Array.isArray(value)) open.push(value);
      else {
        for (const reference of value as readonly unknown[]) {
          const name = typeof reference === "string" ? secretReference.exec(reference)?.[1] : undefined;
          if (name !== undefined) names.push(name);
        }
      }
    }
  }
  return names;
}

function partOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function objectIn(value: unknown, name: string): object {
  const found = partOf(value, name);
  return typeof found === "object" && found !== null ? found : {};
}
