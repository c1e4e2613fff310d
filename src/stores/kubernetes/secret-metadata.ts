/**
 * What a Secret's metadata tell, without the values in it (Kubernetes API reference, "ObjectMeta").
 *
 * The server notes for each field who manages it; a changed value moves to whoever changed it ("Server-Side Apply", Field management).
 * So it can be seen whether a value is still the one that was put there together with its annotation.
 */
import { z } from "zod";

/** The metadata of a Secret, as far as they are needed. */
export const secretMetadata = z.object({
  resourceVersion: z.string().min(1),
  deletionTimestamp: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  managedFields: z
    .array(z.object({ manager: z.string().optional(), time: z.string().optional(), fieldsV1: z.unknown().optional() }))
    .optional(),
});

/** The metadata of a Secret, as far as they are needed. */
export type SecretMetadata = z.output<typeof secretMetadata>;

type ManagedFields = NonNullable<SecretMetadata["managedFields"]>;

/** Whether a value and the annotation that tells whose it is still belong together. */
export type ValueOrigin =
  /** They were written together, or the server does not note who writes. */
  | { readonly kind: "together" }
  /** Somebody else has changed the value since. `who` is for messages: `kubectl-edit, at 2026-03-01T12:00:00Z`. */
  | { readonly kind: "changed"; readonly who: string }
  /** Nobody is noted for the value, so there is none. */
  | { readonly kind: "gone" };

/** Compares who manages the value of a data key with who manages the annotation. A tool that restores both from a backup manages both. */
export function originOf(
  { managedFields = [] }: SecretMetadata,
  { dataKey, annotation }: { readonly dataKey: string; readonly annotation: string },
): ValueOrigin {
  if (managedFields.length === 0) return { kind: "together" };
  const managers = managedFields.filter(({ fieldsV1 }) => has(fieldsV1, ["f:data", `f:${dataKey}`]));
  if (managers.some(({ fieldsV1 }) => has(fieldsV1, ["f:metadata", "f:annotations", `f:${annotation}`]))) {
    return { kind: "together" };
  }
  return managers.length === 0 ? { kind: "gone" } : { kind: "changed", who: managers.map(describe).join(" and ") };
}

function has(fields: unknown, path: readonly string[]): boolean {
  let node = fields;
  for (const step of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, step)) return false;
    node = Reflect.get(node, step);
  }
  return true;
}

function describe({ manager = "somebody", time }: ManagedFields[number]): string {
  return time === undefined ? manager : `${manager}, at ${time}`;
}
