/**
 * The tags of a secret, for the people and the reports of an AWS account. keyturn itself goes by the ids of versions, which nobody can
 * change by mistake.
 */
import type { StoreOwner } from "../store";

/** The tag with the name of the logical key. An empty secret that has it is kept for that key. */
export const keyNameTag = "keyturn:key-name";

/** A value may have 256 characters: letters, digits, spaces and `_ . : / = + - @`. */
const longestValue = 256;

/** Whose secret it is. */
export function ownerTags({ keyName, service, environment, owner }: StoreOwner): ReadonlyMap<string, string> {
  return new Map([
    [keyNameTag, tagValue(keyName)],
    ["keyturn:service", tagValue(service)],
    ["keyturn:environment", tagValue(environment)],
    ["keyturn:owner", tagValue(owner)],
  ]);
}

/** Whose secret it is, and the key that is current, or about to be. */
export function deliveryTags(owner: StoreOwner, keyId: string): ReadonlyMap<string, string> {
  return new Map([...ownerTags(owner), ["keyturn:key-id", tagValue(keyId)]]);
}

/** A text as the value of a tag, with `_` in place of what may not stand there. */
export function tagValue(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{Zs}_.:/=+@-]/gu, "_").slice(0, longestValue);
}
