/**
 * What changes about a key besides its generations: rights, owner, delivery, and settings.
 */
import type { KeyAttributes } from "../plan/key-attributes";
import type { PlannedKey } from "../plan/planned-key";
import { isHidden, known, type Shown } from "../../policy/shown";
import type { Change } from "../report/change-schema";

/** The settings, and how their values read. Undefined for those that are told by name only. */
const settings: Readonly<Record<string, ((key: KeyAttributes) => Shown<string>) | undefined>> = {
  rotation_period: (key) => key.rotationPeriod,
  overlap_window: (key) => key.overlapWindow,
  quiet_period: (key) => key.quietPeriod,
  max_overlap: (key) => key.maxOverlap,
  overlap_wait: (key) => key.overlapWait,
  verification: (key) => key.verification,
  rotation_triggers: undefined,
  compromised: (key) => key.compromised,
  deletion_protection: (key) => flagText(key.deletionProtection),
  force_revoke: (key) => flagText(key.forceRevoke),
};

/** The changes of a key that exists and goes on to exist, the weightiest first. */
export function attributeChanges(key: PlannedKey): readonly Change[] {
  const { before, after } = key;
  if (!before || !after) return [];
  const has = (name: string): boolean => key.changedAttributes.has(name);
  return [
    ...(has("scopes") ? [widthChange("scopes", before.scopes, after.scopes)] : []),
    ...(has("pinterest_account_ids") ? [widthChange("accounts", before.accounts, after.accounts)] : []),
    ...(has("owner") ? [{ kind: "owner", from: before.owner, to: after.owner } as const] : []),
    ...(key.newTargets.length + key.goneTargets.length > 0
      ? [{ kind: "delivery", added: key.newTargets, removed: key.goneTargets } as const]
      : []),
    ...settingsChange(key, before, after),
  ];
}

/** Rights that grow or shrink. Null means all accounts, and for scopes that nothing is known, which is all of them on this API. */
function widthChange(
  kind: "scopes" | "accounts",
  before: Shown<readonly Shown<string>[]>,
  after: Shown<readonly Shown<string>[]>,
): Change {
  if (isHidden(before) || isHidden(after)) return { kind, direction: "unknown", added: [], removed: [] };
  const added = (after ?? []).filter((item) => !contains(before ?? [], item));
  const removed = after === null ? [] : (before ?? []).filter((item) => !contains(after, item));
  return { kind, direction: directionOf({ before, after, added, removed }), added, removed };
}

function directionOf(change: {
  readonly before: readonly Shown<string>[] | null;
  readonly after: readonly Shown<string>[] | null;
  readonly added: readonly Shown<string>[];
  readonly removed: readonly Shown<string>[];
}): "wider" | "narrower" | "other" | "unknown" {
  const { before, after, added, removed } = change;
  if (after === null) return "wider";
  if (before === null) return "narrower";
  if (added.some(isHidden)) return "unknown";
  if (added.length === 0) return "narrower";
  return removed.length === 0 ? "wider" : "other";
}

function contains(list: readonly Shown<string>[], item: Shown<string>): boolean {
  const value = known(item);
  return value !== undefined && list.includes(value);
}

/** A trigger that has forced a rotation, and a report of a leak, are told of as what they do. */
function settingsChange(key: PlannedKey, before: KeyAttributes, after: KeyAttributes): readonly Change[] {
  const changed = Object.entries(settings).filter(([name]) => {
    if (!key.changedAttributes.has(name) || key.replacedFor.includes(name)) return false;
    return name !== "compromised" || after.compromised === null;
  });
  if (changed.length === 0) return [];
  const told = changed.map(([name, read]) => ({
    name,
    from: read?.(before) ?? null,
    to: read?.(after) ?? null,
    isShown: read !== undefined,
  }));
  return [{ kind: "settings", settings: told }];
}

function flagText(flag: Shown<boolean>): Shown<string> {
  return typeof flag === "boolean" ? String(flag) : flag;
}
