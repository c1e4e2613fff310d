/**
 * A new state to its message, come what may.
 *
 * By now the real object exists or has changed. A bug that makes one attribute unfit must not lose the record of the whole, so
 * what does not fit is reported and left out, and the rest is kept. Core then marks a created object as tainted.
 */
import type { DynamicValue } from "../../plugin/gen/tfplugin6_pb";
import { encodeValue } from "../../plugin/value/encode-value";
import { getOwn } from "../../plugin/value/own-property";
import { path } from "../../plugin/value/path";
import type { Type } from "../../plugin/value/type";
import type { ObjectValue, Value } from "../../plugin/value/value";
import type { Diagnostics } from "../diagnostics";
import type { NewState } from "../resource";
import type { Schema } from "../schema/schema";
import { schemaType } from "../schema/schema-type";
import { privateToProto, stateToProto } from "./to-proto";

/** What salvaging needs besides the state. */
export interface Salvage {
  readonly diagnostics: Diagnostics;
  /** The private data to keep where there is none that can be kept. */
  readonly plannedPrivate: Uint8Array;
}

/** The parts of an answer to ApplyResourceChange. Never throws. */
export function salvageNewState(
  schema: Schema,
  { state, private: privateData }: NewState<Schema>,
  { diagnostics, plannedPrivate }: Salvage,
): { readonly newState: DynamicValue; readonly private: Uint8Array } {
  const fitting = state === null ? null : fittingAttributes(schema, state, diagnostics);
  return {
    newState: stateToProto(schema, fitting),
    private: attemptPrivate(privateData, { diagnostics, plannedPrivate }),
  };
}

function fittingAttributes(schema: Schema, state: ObjectValue, diagnostics: Diagnostics): ObjectValue {
  const { attributes } = schemaType(schema);
  return Object.fromEntries(
    Object.entries(attributes).map(([name, type]) => {
      const value = getOwn(state, name) ?? null;
      if (fits(type, value)) return [name, value];
      diagnostics.error({
        summary: "Provider returned a value that does not fit its schema",
        detail: `The change was made, but "${name}" is missing from the state. This is a bug in the provider, please report it.`,
        path: path(name),
      });
      return [name, null];
    }),
  );
}

function fits(type: Type, value: Value): boolean {
  try {
    encodeValue(type, value);
    return true;
  } catch {
    return false;
  }
}

function attemptPrivate(data: unknown, { diagnostics, plannedPrivate }: Salvage): Uint8Array {
  try {
    return privateToProto(data, plannedPrivate);
  } catch {
    diagnostics.error({
      summary: "Provider returned private data that is not JSON",
      detail: "The change was made, but its private data is missing. This is a bug in the provider, please report it.",
    });
    return plannedPrivate;
  }
}
