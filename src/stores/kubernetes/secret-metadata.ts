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
  /** One of them has been changed without the other. `who` is for messages. */
  | { readonly kind: "apart"; readonly who: string }
  /** Nobody is noted for the value, so there is none. */
  | { readonly kind: "gone" };

/** Compares who manages the value of a data key with who manages the annotation. A tool that restores both from a backup manages both. */
export function originOf(
  metadata: SecretMetadata,
  { dataKey, annotation }: { readonly dataKey: string; readonly annotation: string },
): ValueOrigin {
  if (!metadata.managedFields?.length) return { kind: "together" };
  const ofValue = managersOf(metadata, ["f:data", `f:${dataKey}`]);
  const ofAnnotation = managersOf(metadata, ["f:metadata", "f:annotations", `f:${annotation}`]);
  if (ofValue.length === 0) return { kind: "gone" };
  if (ofValue.some((entry) => ofAnnotation.includes(entry))) return { kind: "together" };
  return { kind: "apart", who: `the value is by ${describe(ofValue)}; the annotation is by ${describe(ofAnnotation)}` };
}

/** Who has put data into a Secret, in words for messages; undefined if the server does not note it. */
export function dataManagers(metadata: SecretMetadata): string | undefined {
  const managers = managersOf(metadata, ["f:data"]);
  return managers.length === 0 ? undefined : describe(managers);
}

function managersOf({ managedFields = [] }: SecretMetadata, path: readonly string[]): ManagedFields {
  return managedFields.filter(({ fieldsV1 }) => has(fieldsV1, path));
}

function has(fields: unknown, path: readonly string[]): boolean {
  let node = fields;
  for (const step of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, step)) return false;
    node = Reflect.get(node, step);
  }
  return true;
}

function describe(entries: ManagedFields): string {
  const names = entries.map(({ manager = "somebody", time }) => (time === undefined ? manager : `${manager}, ${time}`));
  return names.length === 0 ? "nobody" : names.join(", and by ");
}
