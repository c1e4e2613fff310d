/**
 * The checks that hold for every configuration, whatever its schema.
 *
 * Core has already checked types, and that required attributes are written down; their value may still be null.
 */
import { formatPath } from "../../plugin/value/path";
import type { ObjectValue } from "../../plugin/value/value";
import type { Diagnostics } from "../diagnostics";
import { missingPaths } from "../missing-attributes";
import { nullElements } from "../null-elements";
import type { Schema } from "../schema/schema";
import { schemaType } from "../schema/schema-type";
import { writeOnlyPaths } from "../write-only";

/** What the checks need besides the configuration. */
export interface ConfigChecks {
  readonly diagnostics: Diagnostics;
  /** Whether core knows write-only attributes. One that does not would store their values. */
  readonly writeOnlyAllowed: boolean;
}

/** Reports nulls inside collections and for required attributes, and write-only attributes that core would not keep out of the state. */
export function checkConfig(
  schema: Schema,
  config: ObjectValue,
  { diagnostics, writeOnlyAllowed }: ConfigChecks,
): void {
  for (const path of nullElements(schemaType(schema), config)) {
    diagnostics.error({
      summary: "Null element",
      detail: `"${formatPath(path)}" has an element that is null. Leave the element out, for example with compact().`,
      path,
    });
  }
  for (const path of missingPaths(schema.attributes, config)) {
    diagnostics.error({
      summary: "Missing required argument",
      detail: `The argument "${formatPath(path)}" is required, but its value is null.`,
      path,
    });
  }
  if (writeOnlyAllowed) return;
  for (const path of writeOnlyPaths(schema.attributes, config)) {
    diagnostics.error({
      summary: "Write-only attribute not supported",
      detail: `"${formatPath(path)}" is write-only, which needs Terraform 1.11 or OpenTofu 1.11. An earlier version would store its value in the state.`,
      path,
    });
  }
}
