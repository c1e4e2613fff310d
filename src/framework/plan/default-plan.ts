/**
 * The plan that follows from the schema alone, before a resource has its say.
 *
 * The rules are those of HashiCorp's plugin framework, which practitioners know: a new object's computed values are unknown; so are
 * those of a changed object, except stable ones; an unchanged object is planned precisely as it is.
 */
import { equalValues } from "../../plugin/value/equal-values";
import { getOwn } from "../../plugin/value/own-property";
import { type Path, path } from "../../plugin/value/path";
import type { ObjectValue } from "../../plugin/value/value";
import type { Schema } from "../schema/schema";
import { schemaType } from "../schema/schema-type";
import { markUnknown } from "./mark-unknown";

/** The objects that a plan is made from. */
export interface ProposedChange {
  readonly config: ObjectValue;
  /** Null when there is no object yet. */
  readonly priorState: ObjectValue | null;
  /** Core's merger of the configuration and the prior state, without write-only values. */
  readonly proposedState: ObjectValue;
}

/** The planned state by the rules of the schema. */
export function defaultPlan(schema: Schema, { config, priorState, proposedState }: ProposedChange): ObjectValue {
  if (priorState !== null && equalValues(schemaType(schema), priorState, proposedState)) return priorState;
  return markUnknown(schema.attributes, { config, planned: proposedState, keepStable: priorState !== null });
}

/** The attributes which the schema says can only be changed by a replacement, and which are planned to change. */
export function changesThatReplace(schema: Schema, priorState: ObjectValue, plannedState: ObjectValue): Path[] {
  return Object.entries(schemaType(schema).attributes)
    .filter(
      ([name, type]) =>
        schema.attributes[name]?.requiresReplace === true &&
        !equalValues(type, getOwn(priorState, name) ?? null, getOwn(plannedState, name) ?? null),
    )
    .map(([name]) => path(name));
}
