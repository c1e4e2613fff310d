/**
 * What a plan says of one resource instance that is a key: what is done to it, and how it is before and after.
 */
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { KeyturnError } from "../../model/error";
import { apiKeySchema } from "../../provider/schema/api-key-schema";
import { readKeyAttributes, type KeyAttributes } from "./key-attributes";
import { hiddenBy, member, type MaskedObject } from "./masked";
import type { resourceChangeSchema } from "./plan-schema";
import { isHidden, shownText, unknownValue, type Shown } from "../../policy/shown";
import type { DeliveryTarget } from "../../policy/declared-key";

/** What Terraform does. A replacement creates first, or deletes first, or creates and lets go of the old one. */
type Action =
  | "no-op"
  | "create"
  | "update"
  | "delete"
  | "create-then-delete"
  | "delete-then-create"
  | "create-then-forget"
  | "forget";

/** One key in a plan. */
export interface PlannedKey {
  readonly address: Shown<string>;
  /** The address that it had before, if it was moved. */
  readonly previousAddress: Shown<string>;
  /** Whether it was replaced by an earlier run, and still waits for its destruction. */
  readonly isDeposed: boolean;
  /** The name of its module and its resource block, without the index: what the configuration is looked up by. */
  readonly block: string;
  readonly action: Action;
  /** Why, in a word of Terraform's. */
  readonly actionReason: string | undefined;
  /** The attributes that force a replacement. */
  readonly replacedFor: readonly string[];
  /** The id or the name that it is imported by; null if it is not. */
  readonly importedBy: Shown<string>;
  readonly before: KeyAttributes | undefined;
  readonly after: KeyAttributes | undefined;
  /** The attributes of the schema that are not the same before and after, whether or not they are shown. */
  readonly changedAttributes: ReadonlySet<string>;
  /** The triggers that are new or have another value; their values are compared here, and are not shown. */
  readonly newTriggers: readonly Shown<string>[];
  readonly newTargets: readonly DeliveryTarget[];
  readonly goneTargets: readonly DeliveryTarget[];
}

const attributeNames = Object.keys(apiKeySchema.attributes);

const actions: Readonly<Record<string, Action>> = {
  "no-op": "no-op",
  read: "no-op",
  create: "create",
  update: "update",
  delete: "delete",
  forget: "forget",
  "create,delete": "create-then-delete",
  "delete,create": "delete-then-create",
  "create,forget": "create-then-forget",
};

/**
 * Reads one change.
 * @throws KeyturnError INVALID_VALUE for an action that is not known, or attributes of another type than the schema gives them
 */
export function readPlannedKey(resource: z.output<typeof resourceChangeSchema>): PlannedKey {
  const { change } = resource;
  const address = shownText(resource.address);
  const action = Object.hasOwn(actions, change.actions.join()) ? actions[change.actions.join()] : undefined;
  if (!action) {
    throw new KeyturnError(
      "INVALID_VALUE",
      "the plan does something to a key that this version of keyturn does not know; use a newer keyturn",
    );
  }
  const before = { values: change.before, unknown: false, sensitive: change.before_sensitive };
  const after = { values: change.after, unknown: change.after_unknown, sensitive: change.after_sensitive };
  const place = isHidden(address) ? "a key" : address;
  const [attributesBefore, attributesAfter] = [readKeyAttributes(before, place), readKeyAttributes(after, place)];
  return {
    address,
    previousAddress: resource.previous_address ? shownText(resource.previous_address) : null,
    isDeposed: typeof resource.deposed === "string",
    block: blockOf(resource),
    action,
    actionReason: resource.action_reason ?? undefined,
    replacedFor: (change.replace_paths ?? []).flatMap(([first]) => (typeof first === "string" ? [first] : [])),
    importedBy: readImportedBy(change.importing),
    before: attributesBefore,
    after: attributesAfter,
    changedAttributes: new Set(attributeNames.filter((name) => hasChanged(member(before, name), member(after, name)))),
    newTriggers: newTriggers(before, after),
    newTargets: onlyIn(after, before, attributesAfter?.targets),
    goneTargets: onlyIn(before, after, attributesBefore?.targets),
  };
}

function hasChanged(was: MaskedObject, is: MaskedObject): boolean {
  return is.unknown === true || !isDeepStrictEqual(was.values ?? null, is.values ?? null);
}

/** Without indexes, as the configuration knows no instances. */
function blockOf({
  module_address: module,
  name,
}: Pick<z.output<typeof resourceChangeSchema>, "module_address" | "name">): string {
  return module ? `${withoutIndexes(module)}.${name}` : name;
}

function withoutIndexes(address: string): string {
  return address.replaceAll(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, "");
}

function readImportedBy(importing: { readonly id?: unknown } | null | undefined): Shown<string> {
  if (!importing) return null;
  return typeof importing.id === "string" ? shownText(importing.id) : unknownValue;
}

/** One that is gone stands for an event that is not worth remembering any more. */
function newTriggers(before: MaskedObject, after: MaskedObject): readonly Shown<string>[] {
  const [was, is] = [before, after].map((side) => member(side, "rotation_triggers")) as [MaskedObject, MaskedObject];
  const hidden = hiddenBy(is);
  if (hidden) return isDeepStrictEqual(was.values, is.values) ? [] : [hidden];
  const names = new Set([...namesOf(is.values), ...namesOf(is.unknown)]);
  return [...names]
    .filter((name) => {
      const value = member(is, name);
      return value.unknown === true || value.values !== member(was, name).values;
    })
    .sort()
    .map(shownText);
}

/** The elements of one list of targets that the other has not. */
function onlyIn(
  here: MaskedObject,
  there: MaskedObject,
  shown: KeyAttributes["targets"] | undefined,
): readonly DeliveryTarget[] {
  if (!Array.isArray(shown)) return [];
  const others = member(there, "deliver_to").values;
  const canonicalOthers = new Set(Array.isArray(others) ? others.map(canonical) : []);
  return (shown as readonly DeliveryTarget[]).filter((_target, index) => {
    const item = member(member(here, "deliver_to"), index);
    return !canonicalOthers.has(canonical(item.values));
  });
}

/** The same text for the same target, in whatever order its parts and its recipients are; a part that is null is as good as none. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (Array.isArray(part)) return part.map((each: unknown) => JSON.stringify(each)).sort();
    if (typeof part !== "object" || part === null) return part;
    const members = Object.entries(part).filter(([, each]) => each !== null);
    return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function namesOf(value: unknown): readonly string[] {
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}
