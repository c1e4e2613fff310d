/**
 * Secrets as the API server keeps them: what it takes, what it refuses, and who it notes as the manager of each field.
 *
 * By the reference of "Secret v1", and by "Server-Side Apply", Field management: when the value of a field changes, its ownership moves to
 * the manager that makes the change.
 */

export interface FieldsEntry {
  readonly manager: string;
  readonly operation: "Update";
  readonly apiVersion: "v1";
  readonly time: string;
  readonly fieldsType: "FieldsV1";
  readonly fieldsV1: Record<string, unknown>;
}

export interface SecretObject {
  apiVersion: "v1";
  kind: "Secret";
  metadata: {
    name: string;
    namespace: string;
    uid?: string;
    resourceVersion?: string;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
    managedFields?: FieldsEntry[];
  };
  type?: string;
  immutable?: boolean;
  data?: Record<string, string>;
}

/** One thing that is wrong with an object, as the causes of a Status tell it. */
export interface FieldProblem {
  readonly reason: "FieldValueInvalid" | "FieldValueForbidden";
  readonly field: string;
  readonly message: string;
}

const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Reads a Secret that a patch has made: a null in its data counts as no bytes. */
export function decoded(patched: Record<string, unknown>): SecretObject {
  const secret = patched as unknown as SecretObject;
  const data = (secret.data ?? {}) as Record<string, string | null>;
  return { ...secret, data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, value ?? ""])) };
}

/** The first data key whose value is no base64. */
export function undecodableDataKey({ data = {} }: SecretObject): string | undefined {
  return Object.entries(data).find(([, value]) => !base64Pattern.test(value))?.[0];
}

/** What validation finds in a Secret that is created, or updated from `before`. */
export function validate(after: SecretObject, before: SecretObject | undefined): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const immutable = "Forbidden: field is immutable when `immutable` is set";
  if (before?.immutable) {
    if (!after.immutable)
      problems.push({ reason: "FieldValueForbidden", field: "immutable", message: `immutable: ${immutable}` });
    if (JSON.stringify(after.data ?? {}) !== JSON.stringify(before.data ?? {})) {
      problems.push({ reason: "FieldValueForbidden", field: "data", message: `data: ${immutable}` });
    }
  }
  if (before && after.metadata.name !== before.metadata.name) {
    problems.push({ reason: "FieldValueInvalid", field: "metadata.name", message: "field is immutable" });
  }
  for (const key of Object.keys(after.data ?? {})) {
    if (key.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(key)) continue;
    problems.push({
      reason: "FieldValueInvalid",
      field: `data[${key}]`,
      message: "a valid config key must consist of…",
    });
  }
  for (const [name, value] of Object.entries(after.metadata.annotations ?? {})) {
    const isName = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/.test(name);
    if (isName && typeof value === "string") continue;
    problems.push({ reason: "FieldValueInvalid", field: "metadata.annotations", message: `${name}: Invalid value` });
  }
  return problems;
}

/** The managers of the fields of `after`, which `manager` has made of `before`. */
export function managedFields(
  after: SecretObject,
  before: SecretObject | undefined,
  { manager, time }: { readonly manager: string; readonly time: string },
): FieldsEntry[] {
  const values = leaves(after);
  const old = before ? leaves(before) : new Map<string, string>();
  const changed = [...values].filter(([path, value]) => old.get(path) !== value).map(([path]) => path);
  const owned = new Map<string, { paths: Set<string>; time: string }>();
  for (const entry of before?.metadata.managedFields ?? []) {
    const kept = [...pathsIn(entry.fieldsV1)].filter((path) => values.has(path) && !changed.includes(path));
    owned.set(entry.manager, { paths: new Set(kept), time: entry.time });
  }
  if (changed.length > 0) {
    const own = owned.get(manager) ?? { paths: new Set<string>(), time };
    for (const path of changed) own.paths.add(path);
    owned.set(manager, { paths: own.paths, time });
  }
  return [...owned]
    .filter(([, { paths }]) => paths.size > 0)
    .map(([name, { paths, time: at }]) => ({
      manager: name,
      operation: "Update",
      apiVersion: "v1",
      time: at,
      fieldsType: "FieldsV1",
      fieldsV1: treeOf(paths),
    }));
}

/** Paths such as `f:data\nf:api-key`, with their values. */
function leaves({ metadata: { annotations = {}, labels = {} }, data = {}, type }: SecretObject): Map<string, string> {
  return new Map([
    ...Object.entries(annotations).map(([name, value]) => [`f:metadata\nf:annotations\nf:${name}`, value] as const),
    ...Object.entries(labels).map(([name, value]) => [`f:metadata\nf:labels\nf:${name}`, value] as const),
    ...Object.entries(data).map(([name, value]) => [`f:data\nf:${name}`, value] as const),
    ["f:type", type ?? "Opaque"],
  ]);
}

function treeOf(paths: ReadonlySet<string>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const path of paths) {
    let node = root;
    const steps = path.split("\n");
    for (const [index, step] of steps.entries()) {
      node = (node[step] ??= index === steps.length - 2 ? { ".": {} } : {}) as Record<string, unknown>;
    }
  }
  return root;
}

function* pathsIn(node: Record<string, unknown>, above = ""): Generator<string> {
  for (const [step, below] of Object.entries(node)) {
    if (step === ".") continue;
    const path = above === "" ? step : `${above}\n${step}`;
    if (Object.keys(below as object).length === 0) yield path;
    else yield* pathsIn(below as Record<string, unknown>, path);
  }
}
