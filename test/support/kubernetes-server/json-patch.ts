/** JSON Patch as RFC 6902 has it, as far as objects go; the API server refuses a patch of which one operation fails. */

type Json = Record<string, unknown>;

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/**
 * @returns the patched copy
 * @throws Error if an operation cannot be done
 */
export function applyJsonPatch(document: Json, operations: readonly Operation[]): Json {
  const patched = structuredClone(document);
  for (const { op, path, from = "", value } of operations) {
    switch (op) {
      case "add":
        put(patched, path, value);
        break;
      case "replace":
        take(patched, path, false);
        put(patched, path, value);
        break;
      case "remove":
        take(patched, path, true);
        break;
      case "copy":
        put(patched, path, structuredClone(take(patched, from, false)));
        break;
      case "move":
        put(patched, path, take(patched, from, true));
        break;
      case "test":
        if (JSON.stringify(take(patched, path, false)) !== JSON.stringify(value)) {
          throw new Error(`testing value ${path} failed: test failed`);
        }
        break;
      default:
        throw new Error(`Unexpected kind: ${op}`);
    }
  }
  return patched;
}

function put(document: Json, pointer: string, value: unknown): void {
  const { parent, name } = locate(document, pointer);
  parent[name] = value;
}

function take(document: Json, pointer: string, removes: boolean): unknown {
  const { parent, name } = locate(document, pointer);
  if (!Object.hasOwn(parent, name)) throw new Error(`operation does not apply: doc is missing key: ${pointer}`);
  const value = parent[name];
  if (removes) Reflect.deleteProperty(parent, name);
  return value;
}

function locate(document: Json, pointer: string): { parent: Json; name: string } {
  const [, ...names] = pointer.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const name = names.pop();
  if (name === undefined) throw new Error(`operation does not apply: doc is missing path: ${pointer}`);
  let parent: unknown = document;
  for (const step of names) parent = isObject(parent) ? parent[step] : undefined;
  if (!isObject(parent)) throw new Error(`operation does not apply: doc is missing path: ${pointer}`);
  return { parent, name };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
