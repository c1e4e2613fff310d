/**
 * Schemas as plain data: all that is needed to write one, and to read one.
 */
export { t, type Type } from "../../plugin/value/type";
export type { Attribute, Attributes, MemberAttributes, Nesting } from "./attribute";
export { defineSchema, type Schema } from "./schema";
export type { ConfigOf, PlannedStateOf, StateOf } from "./static-types";
