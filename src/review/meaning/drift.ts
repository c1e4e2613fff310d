/**
 * What has happened to a key outside of its configuration since the last apply: by hand, by a roll-back, by another state, or by a
 * run that was cut short.
 */
import { isDeepStrictEqual } from "node:util";
import { logicalKeyName } from "../../model/logical-key";
import { phaseOf, phaseSince } from "../../model/key-name";
import type { KeyAttributes, RetiringKey } from "../plan/key-attributes";
import type { PlannedKey } from "../plan/planned-key";
import { known } from "../../policy/shown";
import type { Change } from "../report/change-schema";

type Drift = Extract<Change, { readonly kind: "drift" }>;

/** The drift of one key; none if it is as the last apply has left it. The end of a replaced key is no drift: that is its fate. */
export function driftChanges(drift: PlannedKey | undefined): readonly Drift[] {
  const { before, after } = drift ?? {};
  if (!before) return [];
  if (!after) return [found("revoked-outside", before)];
  return [...ownDrift(before, after), ...newcomers(before, after), ...rightsDrift(before, after)];
}

function ownDrift(before: KeyAttributes, after: KeyAttributes): readonly Drift[] {
  if (known(after.id) !== known(before.id)) return [found("rolled-back", after)];
  if (isDeepStrictEqual(before.name, after.name)) return [];
  const [name, logicalName] = [known(after.name), logicalNameOf(after)];
  if (name === undefined || logicalName === undefined) return [found("renamed-outside", after)];
  switch (phaseOf(name, logicalName)) {
    case undefined:
      return [found("renamed-outside", after)];
    case "retiring":
      return [found("replaced-outside", after)];
    case "rolledBack":
      return [found("rolled-back", after)];
    case "active":
    case "pending":
      return [];
  }
}

/** Keys of the same name that nobody here has made, or whose making was cut short. */
function newcomers(before: KeyAttributes, after: KeyAttributes): readonly Drift[] {
  const knownIds = new Set([before, ...(known(before.retiring) ?? [])].map(({ id }) => known(id)));
  return (known(after.retiring) ?? [])
    .filter(({ id }) => !knownIds.has(known(id)))
    .flatMap((key) => {
      const name = known(key.name) ?? "";
      if (phaseSince(name) === undefined) return [found("foreign-key", key)];
      const phase = phaseOf(name, logicalNameOf(after) ?? "");
      return phase === "pending" ? [found("unfinished-key", key)] : [];
    });
}

function rightsDrift(before: KeyAttributes, after: KeyAttributes): readonly Drift[] {
  const isSame = isDeepStrictEqual(before.scopes, after.scopes) && isDeepStrictEqual(before.accounts, after.accounts);
  return isSame || known(after.id) !== known(before.id) ? [] : [found("rights-changed", after)];
}

function found(what: Drift["what"], { name, id }: Pick<RetiringKey, "name" | "id">): Drift {
  return { kind: "drift", what, name, id };
}

/** Whether the key of the state does not work any more, by no doing of the plan. */
export function wasRevokedOutside(changes: readonly Change[]): boolean {
  return changes.some((change) => change.kind === "drift" && change.what === "revoked-outside");
}

/** The name of the logical key; undefined where a part of it is not known. */
export function logicalNameOf({ service, environment }: KeyAttributes): string | undefined {
  const [knownService, knownEnvironment] = [known(service), known(environment)];
  if (knownService === undefined || knownEnvironment === undefined) return undefined;
  return logicalKeyName({ service: knownService, environment: knownEnvironment });
}
