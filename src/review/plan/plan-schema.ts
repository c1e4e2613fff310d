/**
 * The parts of `terraform show -json PLANFILE` that a review reads: https://developer.hashicorp.com/terraform/internals/json-format
 *
 * Fields that are not named here are passed over. Values of resources stay unknown until `key-attributes.ts` has looked at the masks.
 */
import { z } from "zod";

const change = z.object({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(z.array(z.unknown())).nullish(),
  importing: z.object({ id: z.unknown().optional() }).nullish(),
});

/** What all resources have. Only those that are keys are read further. */
export const resourceSchema = z.object({ type: z.string(), mode: z.string().optional() });

/** One entry of `resource_changes` or `resource_drift`. */
export const resourceChangeSchema = z.object({
  address: z.string(),
  previous_address: z.string().nullish(),
  module_address: z.string().nullish(),
  name: z.string(),
  deposed: z.string().nullish(),
  action_reason: z.string().nullish(),
  change,
});

/** One entry of `deferred_changes`. */
export const deferredChangeSchema = z.object({ reason: z.string().nullish(), resource_change: z.unknown().optional() });

export const planSchema = z.object({
  format_version: z.string(),
  terraform_version: z.string().nullish(),
  timestamp: z.string().nullish(),
  errored: z.boolean().nullish(),
  complete: z.boolean().nullish(),
  resource_changes: z.array(z.unknown()).nullish(),
  resource_drift: z.array(z.unknown()).nullish(),
  deferred_changes: z.array(z.unknown()).nullish(),
  configuration: z.unknown().optional(),
  planned_values: z.object({ root_module: z.unknown().optional() }).nullish(),
});

/** One module of the values that are planned. */
export const plannedModuleSchema = z.object({
  resources: z.array(z.object({ address: z.string(), type: z.string(), mode: z.string().optional() })).nullish(),
  child_modules: z.array(z.unknown()).nullish(),
});

/** One module of the configuration. */
export const configurationModuleSchema = z.object({
  resources: z
    .array(
      z.object({
        address: z.string(),
        type: z.string(),
        name: z.string().optional(),
        provider_config_key: z.string().optional(),
        expressions: z.unknown().optional(),
      }),
    )
    .nullish(),
  outputs: z.record(z.string(), z.object({ expression: z.unknown().optional() })).nullish(),
});
