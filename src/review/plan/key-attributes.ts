/**
 * The attributes of a key in a plan, as far as they may be shown.
 *
 * This is the list of what is known to be no secret: names, ids, instants, durations, scopes, the owner, the report of a leak, and where
 * a secret is delivered to. The values of triggers, recipients, and whatever the schema learns later are not on it, and never get out.
 */
import type { DeclaredAttributes } from "../../policy/declared-key";
import { readTargets } from "./delivery-target";
import { hiddenBy, member, notOfTheSchema, readFlag, readList, readNames, readText, type MaskedObject } from "./masked";
import type { Shown } from "../../policy/shown";

/** Another key of the same name that still works. */
export interface RetiringKey {
  readonly id: Shown<string>;
  readonly name: Shown<string>;
  readonly createdAt: Shown<string>;
}

/** A key before or after the change. */
export interface KeyAttributes extends DeclaredAttributes {
  readonly id: Shown<string>;
  readonly name: Shown<string>;
  readonly createdAt: Shown<string>;
  readonly rotateAfter: Shown<string>;
  readonly overlapWait: Shown<string>;
  readonly compromised: Shown<string>;
  readonly accounts: Shown<readonly Shown<string>[]>;
  /** The names of the triggers. */
  readonly triggers: Shown<readonly Shown<string>[]>;
  readonly retiring: Shown<readonly RetiringKey[]>;
  /** The id of a key of somebody else's that has the very same name. */
  readonly namesake: Shown<string>;
}

/**
 * Reads one side of a change.
 * @param address what the key is called in messages
 * @returns undefined where there is no object: before a creation, and after a destruction
 * @throws KeyturnError INVALID_VALUE if an attribute is not of the type that the schema gives it
 */
export function readKeyAttributes(side: MaskedObject, address: string): KeyAttributes | undefined {
  if (side.values === null || side.values === undefined) return undefined;
  if (typeof side.values !== "object") throw notOfTheSchema(address, "its values");
  const text = (name: string): Shown<string> => readText(member(side, name), `${address}, ${name}`);
  const texts = (name: string): Shown<readonly Shown<string>[]> =>
    readList(member(side, name), `${address}, ${name}`, (item) => readText(item, `${address}, ${name}`));
  const flag = (name: string): Shown<boolean> => readFlag(member(side, name), `${address}, ${name}`);
  return {
    id: text("id"),
    name: text("name"),
    service: text("service"),
    environment: text("environment"),
    owner: text("owner"),
    createdAt: text("created_at"),
    rotateAfter: text("rotate_after"),
    rotationPeriod: text("rotation_period"),
    overlapWindow: text("overlap_window"),
    quietPeriod: text("quiet_period"),
    overlapWait: text("overlap_wait"),
    maxOverlap: text("max_overlap"),
    verification: text("verification"),
    compromised: text("compromised"),
    deletionProtection: flag("deletion_protection"),
    forceRevoke: flag("force_revoke"),
    namesake: text("namesake"),
    scopes: texts("scopes"),
    accounts: texts("pinterest_account_ids"),
    triggers: readNames(member(side, "rotation_triggers"), `${address}, rotation_triggers`),
    targets: readTargets(member(side, "deliver_to"), `${address}, deliver_to`),
    retiring: readList(member(side, "retiring"), `${address}, retiring`, (item) => readRetiring(item, address)),
  };
}

function readRetiring(side: MaskedObject, address: string): RetiringKey {
  const text = (name: string): Shown<string> => readText(member(side, name), `${address}, retiring`);
  const hidden = hiddenBy(side);
  return hidden
    ? { id: hidden, name: hidden, createdAt: hidden }
    : { id: text("id"), name: text("name"), createdAt: text("created_at") };
}
