/**
 * Reads a construct as the rules of a policy look at it.
 *
 * It reads what Terraform would read, so that overrides count. A token is hidden as unknown: only Terraform knows what it stands for.
 */
import { Token } from "cdktf";
import { logicalKeyName } from "../model/logical-key";
import type { DeclaredKey, DeliveryTarget } from "../policy/declared-key";
import { stateStore } from "../policy/declared-rules";
import { known, shownText, unknownValue, type Shown } from "../policy/shown";
import { apiKeySchema, apiKeyTypeName } from "../provider/schema/api-key-schema";

/** What Terraform would read of a key. */
export interface TerraformKey {
  readonly friendlyUniqueId: string;
  toTerraform(): unknown;
}

type Members = Readonly<Record<string, unknown>>;

const storeKinds = Object.keys(apiKeySchema.attributes.deliver_to.attributes);

/**
 * The key; undefined for a construct that only says where another one has moved from.
 * @param readersOf counts who reads the secret of a key; it is asked for those in the state only
 */
export function readDeclaredKey(
  key: TerraformKey,
  readersOf: (friendlyUniqueId: string) => number,
): DeclaredKey | undefined {
  const { resource } = key.toTerraform() as { readonly resource?: Readonly<Record<string, Record<string, Members>>> };
  const attributes = resource?.[apiKeyTypeName]?.[key.friendlyUniqueId];
  if (!attributes) return undefined;
  const text = (name: string): Shown<string> => shown(attributes[name], "string", shownText);
  const flag = (name: string): Shown<boolean> => shown(attributes[name], "boolean", (value: boolean) => value);
  const [service, environment] = [text("service"), text("environment")];
  const targets = list(attributes["deliver_to"], targetOf);
  return {
    name: nameOf(service, environment),
    attributes: {
      service,
      environment,
      owner: text("owner"),
      scopes: list(attributes["scopes"], (scope) => shown(scope, "string", shownText)),
      rotationPeriod: text("rotation_period"),
      overlapWindow: text("overlap_window"),
      quietPeriod: text("quiet_period"),
      maxOverlap: text("max_overlap"),
      verification: text("verification"),
      deletionProtection: flag("deletion_protection"),
      forceRevoke: flag("force_revoke"),
      targets,
    },
    endsBeforeSuccessor: (attributes["lifecycle"] as Members | undefined)?.["create_before_destroy"] !== true,
    secretReaders: known(targets)?.some(({ store }) => store === stateStore) ? readersOf(key.friendlyUniqueId) : 0,
  };
}

function nameOf(service: Shown<string>, environment: Shown<string>): Shown<string> {
  if (typeof service !== "string" || typeof environment !== "string") return unknownValue;
  return logicalKeyName({ service, environment });
}

function shown<T>(value: unknown, type: "string" | "boolean", show: (value: never) => Shown<T>): Shown<T> {
  if (value === undefined || value === null) return null;
  // An override may be of any type, which Terraform converts or refuses.
  return typeof value === type && !Token.isUnresolved(value) ? show(value as never) : unknownValue;
}

function list<T>(value: unknown, read: (element: unknown) => T): Shown<readonly T[]> {
  if (value === undefined || value === null) return null;
  return Array.isArray(value) && !Token.isUnresolved(value) ? value.map(read) : unknownValue;
}

function targetOf(target: unknown): DeliveryTarget {
  if (Token.isUnresolved(target)) return { store: unknownValue, place: unknownValue };
  const settings = target as Members | undefined;
  const store = storeKinds.find((kind) => settings?.[kind] !== undefined) ?? null;
  return { store, place: null };
}
