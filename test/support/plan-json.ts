/**
 * Plans in the form of `terraform show -json`, for tests of what no real plan has: odd values, masks, and thousands of keys.
 */

/** A key as it is in a state: good settings, and what the API gave it. */
export const keyValues = {
  service: "scheduler",
  environment: "prod",
  owner: "team@acme.example",
  scopes: ["read", "write"],
  pinterest_account_ids: null,
  rotation_period: "90d",
  overlap_window: "24h",
  quiet_period: "1h",
  overlap_wait: null,
  max_overlap: null,
  verification: null,
  rotation_triggers: null,
  compromised: null,
  deletion_protection: null,
  force_revoke: null,
  deliver_to: [{ encrypted_file: { path: "scheduler.age", recipients: ["age1recipient"] }, terraform_state: null }],
  id: "00000000-0000-4000-8000-000000000001",
  name: "scheduler-prod",
  created_at: "2026-03-01T09:00:00Z",
  rotate_after: "2026-05-30T09:00:00Z",
  generation: 1772355600,
  secret: null,
  retiring: [],
} as const;

type Values = Readonly<Record<string, unknown>>;

/** One change. What is not given is a key to which nothing is done. */
export interface ChangeJson {
  readonly name?: string;
  readonly actions?: readonly string[];
  /** Changes of `keyValues`, or null. */
  readonly before?: Values | null;
  /** Changes of what is before, or of `keyValues`; or null. */
  readonly after?: Values | null;
  readonly afterUnknown?: unknown;
  readonly beforeSensitive?: unknown;
  readonly afterSensitive?: unknown;
  readonly replacePaths?: readonly (readonly string[])[];
  /** Further members of the entry. */
  readonly entry?: Values;
}

/** An entry of `resource_changes`. */
export function changeJson(change: ChangeJson = {}): object {
  const { name = "scheduler", before = {}, after = {} } = change;
  const beforeValues = before && { ...keyValues, ...before };
  return {
    address: `keyturn_api_key.${name}`,
    mode: "managed",
    type: "keyturn_api_key",
    name,
    provider_name: "keyturn.internal/keyturn/keyturn",
    change: {
      actions: change.actions ?? ["no-op"],
      before: beforeValues,
      after: after && { ...(beforeValues ?? keyValues), ...after },
      after_unknown: change.afterUnknown ?? {},
      before_sensitive: change.beforeSensitive ?? { secret: true },
      after_sensitive: change.afterSensitive ?? { secret: true },
      ...(change.replacePaths ? { replace_paths: change.replacePaths } : {}),
    },
    ...change.entry,
  };
}

/** A plan. `more` adds to it, or puts other members into its place. */
export function planJson(changes: readonly object[], more: Values = {}): Buffer {
  return Buffer.from(
    JSON.stringify({
      format_version: "1.2",
      terraform_version: "1.11.4",
      resource_changes: changes,
      configuration: { root_module: {} },
      timestamp: "2026-06-01T09:00:00Z",
      applyable: true,
      complete: true,
      errored: false,
      ...more,
    }),
  );
}
