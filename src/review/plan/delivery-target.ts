/**
 * Where the secret of a key goes, as far as it may be shown: the kind of the store, and what names the place in it.
 *
 * The kinds are those of the schema. What else is said of a place, such as who may decrypt a file, stays here.
 */
import { apiKeySchema } from "../../provider/schema/api-key-schema";
import { hiddenBy, member, readList, readText, type MaskedObject } from "./masked";
import type { DeliveryTarget } from "../../policy/declared-key";
import type { Shown } from "../../policy/shown";

const storeKinds = Object.keys(apiKeySchema.attributes.deliver_to.attributes);

/** The attribute of each kind of store that names the place, and is no secret. A kind that is not here shows its kind only. */
const placeAttributes: Readonly<Record<string, string>> = {
  encrypted_file: "path",
  aws_secrets_manager: "secret_id",
  vault_kv: "path",
  kubernetes_secret: "name",
  github_actions_secret: "repository",
};

/** Reads `deliver_to`. @throws KeyturnError INVALID_VALUE if it is no list */
export function readTargets(side: MaskedObject, place: string): Shown<readonly DeliveryTarget[]> {
  return readList(side, place, (item) => readTarget(item, place));
}

function readTarget(side: MaskedObject, place: string): DeliveryTarget {
  const hidden = hiddenBy(side);
  if (hidden) return { store: hidden, place: hidden };
  const kind = storeKinds.find((name) => {
    const settings = member(side, name);
    return hiddenBy(settings) !== undefined || (settings.values !== null && settings.values !== undefined);
  });
  if (kind === undefined) return { store: null, place: null };
  const settings = member(side, kind);
  const attribute = placeAttributes[kind];
  return {
    store: kind,
    place: hiddenBy(settings) ?? (attribute === undefined ? null : readText(member(settings, attribute), place)),
  };
}
