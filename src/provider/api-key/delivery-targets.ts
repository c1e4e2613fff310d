/**
 * Reads elements of `deliver_to` into the terms of the model: one place of one kind each, in camel case, without what is not known.
 */
import { UNKNOWN } from "../../framework";
import { camelCase } from "../../model/attribute-names";
import { deliveryTargetKinds, targetDefaults, type DeliveryTarget } from "../../model/delivery-target";
import type { ApiKeyPlan, ApiKeyState } from "../schema/api-key-schema";

type PlannedTargets = Exclude<ApiKeyPlan["deliver_to"], null | typeof UNKNOWN>;

/** One element of `deliver_to`, of which parts may be unknown. */
export type PlannedTarget = Exclude<PlannedTargets[number], typeof UNKNOWN>;

/** The places that keyturn delivers to. Terraform's own state is none of them, and neither is one that is not wholly known. */
export function deliveryTargets(targets: NonNullable<ApiKeyState["deliver_to"]>): readonly DeliveryTarget[] {
  return targets.flatMap((target) => deliveryTarget(target) ?? []);
}

/** The place that an element names; undefined for the state, and while a part of it is not known. */
export function deliveryTarget(target: PlannedTarget): DeliveryTarget | undefined {
  const kind = deliveryTargetKinds.find((name) => target[name] !== null && target[name] !== UNKNOWN);
  const attributes = kind && target[kind];
  if (!kind || !attributes || attributes === UNKNOWN || containsUnknown(attributes)) return undefined;
  // The schema has made sure that the attributes are those of the kind.
  return { kind, ...knownAttributes(attributes) } as DeliveryTarget;
}

/** The attributes of a place that are known, in camel case. Of a list with unknown elements, the others; nothing, if there are none. */
function knownAttributes(attributes: object): Readonly<Record<string, unknown>> {
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes) as [string, unknown][]) {
    if (value === null || value === UNKNOWN) continue;
    const elements = Array.isArray(value) ? value.filter((each) => each !== UNKNOWN) : undefined;
    if (elements?.length === 0 && Array.isArray(value) && value.length > 0) continue;
    known[camelCase(name)] = elements ?? value;
  }
  return known;
}

/** The same, with what holds for attributes that are left out on purpose. */
export function judgedAttributes(
  kind: (typeof deliveryTargetKinds)[number],
  attributes: object,
): Readonly<Record<string, unknown>> {
  const defaults = Object.entries(targetDefaults(kind)).filter(([name]) => {
    const given = Object.entries(attributes).find(([attribute]) => camelCase(attribute) === name);
    return given === undefined || given[1] === null;
  });
  return { ...Object.fromEntries(defaults), ...knownAttributes(attributes) };
}

function containsUnknown(attributes: object): boolean {
  return Object.values(attributes).some(
    (value: unknown) => value === UNKNOWN || (Array.isArray(value) && value.includes(UNKNOWN)),
  );
}
