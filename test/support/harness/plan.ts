/**
 * A plan as the harness shows it.
 */
import type { Path } from "../../../src/plugin/value/path";
import { isArrayValue, isObjectValue, type ObjectValue, type Value } from "../../../src/plugin/value/value";
import type { ShownDiagnostic } from "./messages";

/** The words of plan JSON, and "refused" where an error ended the plan. */
export type PlannedAction = "no-op" | "create" | "update" | "replace" | "delete" | "refused";

/** A plan, to be looked at and to be applied. */
export interface Plan<State, PlannedState> {
  readonly action: PlannedAction;
  readonly priorState: State | null;
  readonly plannedState: PlannedState | null;
  /** The attributes that force the replacement, as Terraform writes them. */
  readonly requiresReplace: readonly string[];
  /** The planned private data, parsed. */
  readonly private: unknown;
  readonly diagnostics: readonly ShownDiagnostic[];
  /** What `apply` goes by. */
  readonly change: {
    readonly config: ObjectValue | null;
    readonly planned: ObjectValue | null;
    readonly private: Uint8Array;
  };
}

/** What is at a path; undefined if there is no such place. */
export function valueAt(value: Value, path: Path): Value | undefined {
  let found: Value | undefined = value;
  for (const step of path) {
    if (typeof step === "number") found = found !== undefined && isArrayValue(found) ? found[step] : undefined;
    else if (found === undefined || !isObjectValue(found)) return undefined;
    else found = found[typeof step === "string" ? step : step.key];
  }
  return found;
}
