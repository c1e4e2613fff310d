/** The text of a version: the key's secret alone, or as a member of a JSON object. */
import { Secret } from "../../model/secret";

/** The text where there is no secret. A reader that looks for a member of a JSON object finds none; any other one has no key of the API. */
export const noSecretText = new Secret(JSON.stringify({ keyturn: "no key" }));

/** The text that holds a key's secret. */
export function textWith(secret: Secret, jsonKey: string | undefined): Secret {
  return jsonKey === undefined ? secret : new Secret(JSON.stringify({ [jsonKey]: secret.reveal() }));
}

/** The key's secret in a text. Undefined if the text has another form than the declared one. */
export function secretIn(text: Secret, jsonKey: string | undefined): Secret | undefined {
  const members = jsonMembers(text.reveal());
  if (jsonKey === undefined) return members === undefined ? text : undefined;
  const value = members?.get(jsonKey);
  return typeof value === "string" ? new Secret(value) : undefined;
}

function jsonMembers(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}
