/**
 * Reads a plan: what it says of keys, and nothing else of it.
 *
 * Plans come from Terraform and OpenTofu of many versions, so what is not known is passed over. But another major version of the format is
 * refused, and so is a key that cannot be understood: a review of half a plan would be trusted like one of the whole.
 */
import type { z } from "zod";
import { KeyturnError } from "../../model/error";
import { Instant } from "../../model/instant";
import { apiKeyTypeName } from "../../provider/schema/api-key-schema";
import { keyWorkspaces } from "./key-workspaces";
import { secretReaders } from "./secret-readers";
import { parsePlanText } from "./plan-text";
import {
  deferredChangeSchema,
  plannedModuleSchema,
  planSchema,
  resourceChangeSchema,
  resourceSchema,
} from "./plan-schema";
import { readPlannedKey, type PlannedKey } from "./planned-key";
import { shownText, type Shown } from "../../policy/shown";

/** What a plan says of keys. */
export interface Plan {
  readonly terraformVersion: Shown<string>;
  /** When it was made, by the clock of the machine that made it. */
  readonly plannedAt: Instant | undefined;
  /** Whether planning failed, so that the plan is not the whole of it and cannot be applied. */
  readonly isErrored: boolean;
  /** Whether something was put off to a later plan. */
  readonly isIncomplete: boolean;
  readonly changes: readonly PlannedKey[];
  /** What has changed since the last apply, outside of this configuration. */
  readonly drift: readonly PlannedKey[];
  /** How many keys there will be of which it does not say what happens to them, not even that nothing does. */
  readonly leftOut: number;
  /** The addresses of the keys whose changes were put off. */
  readonly deferred: readonly Shown<string>[];
  /** How many places of the configuration read the secret of a block of keys. */
  readonly secretReaders: ReadonlyMap<string, number>;
  /** A text for the workspace of each block of keys, for comparison only. */
  readonly workspaces: ReadonlyMap<string, string>;
}

const knownMajor = "1";

/**
 * Reads the JSON of a plan.
 * @param source what the file is called in messages
 * @throws KeyturnError INVALID_VALUE that says what it is, if it is no plan that can be read as a whole
 */
export function readPlan(bytes: Uint8Array, source: string): Plan {
  const json = parsePlanText(bytes, source);
  requireKnownVersion(json["format_version"], source);
  const plan = parse(planSchema, json, `${source} has a plan of an unknown form`);
  try {
    const changes = keysAmong(plan.resource_changes);
    return {
      terraformVersion: plan.terraform_version ? shownText(plan.terraform_version) : null,
      plannedAt: plan.timestamp ? Instant.tryParse(plan.timestamp) : undefined,
      isErrored: plan.errored ?? false,
      isIncomplete: plan.complete === false,
      changes: changes.map(readPlannedKey),
      leftOut: leftOutOf(plan.planned_values?.root_module, new Set(changes.map(({ address }) => address))),
      drift: keysAmong(plan.resource_drift).map(readPlannedKey),
      deferred: deferredKeys(plan.deferred_changes),
      secretReaders: secretReaders(plan.configuration),
      workspaces: keyWorkspaces(plan.configuration),
    };
  } catch (error) {
    if (error instanceof KeyturnError) throw new KeyturnError(error.code, `${source}: ${error.message}`);
    // Terraform nests no deeper than its language; a file that does was not written by it.
    if (error instanceof RangeError)
      throw new KeyturnError("INVALID_VALUE", `${source} is nested too deeply to be a plan`);
    throw error;
  }
}

function requireKnownVersion(version: unknown, source: string): void {
  const major = typeof version === "string" ? /^(\d{1,9})\.\d/.exec(version)?.[1] : undefined;
  if (major === knownMajor) return;
  throw new KeyturnError(
    "INVALID_VALUE",
    major === undefined
      ? `${source} does not say which version of the plan format it is in; make it with: terraform show -json PLANFILE`
      : `${source} is in version ${major} of the plan format, and version ${knownMajor} is known; use a newer keyturn`,
  );
}

/** The entries about keys. Providers are told by the type of the resource, since their hosts differ between Terraform and OpenTofu. */
function keysAmong(entries: readonly unknown[] | null | undefined): readonly z.output<typeof resourceChangeSchema>[] {
  return (entries ?? []).flatMap((entry) => {
    const { type, mode } = parse(resourceSchema, entry, "a resource of the plan has an unknown form");
    if (type !== apiKeyTypeName || (mode !== undefined && mode !== "managed")) return [];
    return [parse(resourceChangeSchema, entry, "a key in the plan has an unknown form")];
  });
}

/** A plan that only refreshes the state lists no changes, and one that was cut down by hand not all. */
function leftOutOf(module: unknown, listed: ReadonlySet<string>): number {
  const { resources, child_modules: children } = plannedModuleSchema.safeParse(module).data ?? {};
  const own = (resources ?? []).filter(
    ({ type, mode, address }) => type === apiKeyTypeName && mode !== "data" && !listed.has(address),
  );
  return (children ?? []).reduce<number>((sum, child) => sum + leftOutOf(child, listed), own.length);
}

function deferredKeys(entries: readonly unknown[] | null | undefined): readonly Shown<string>[] {
  const changes = (entries ?? []).map(
    (entry) => parse(deferredChangeSchema, entry, "a deferred change of the plan has an unknown form").resource_change,
  );
  return keysAmong(changes).map(({ address }) => shownText(address));
}

/** No message quotes what was read. */
function parse<T extends z.ZodType>(schema: T, value: unknown, problem: string): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const place = parsed.error.issues[0]?.path.filter((part) => typeof part === "string").join(".");
  throw new KeyturnError(
    "INVALID_VALUE",
    `${problem}${place ? `, at ${place}` : ""}; use the version of keyturn that it was made with`,
  );
}
