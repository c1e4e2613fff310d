/**
 * JSON Patch (RFC 6902) as the API server has it, as far as objects go. A patch of which one operation fails is refused in whole.
 *
 * Otherwise than the RFC, a copy of what is not there makes a null, and a replacement of it adds. test/contract/store-kubernetes-kubectl.test.ts compares it with kubectl,
 * which has the library of the server.
 */

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
      case "replace":
        put(patched, path, value);
        break;
      case "remove":
        take(patched, path);
        break;
      case "copy":
        put(patched, path, structuredClone(find(patched, from) ?? null));
        break;
      case "move":
        put(patched, path, take(patched, from));
        break;
      case "test":
        if (JSON.stringify(find(patched, path) ?? null) !== JSON.stringify(value ?? null)) {
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

function take(document: Json, pointer: string): unknown {
  const { parent, name } = locate(document, pointer);
  if (!Object.hasOwn(parent, name)) throw new Error(`operation does not apply: doc is missing key: ${pointer}`);
  const value = parent[name];
  Reflect.deleteProperty(parent, name);
  return value;
}

function find(document: Json, pointer: string): unknown {
  const { parent, name } = locate(document, pointer);
  return parent[name];
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
