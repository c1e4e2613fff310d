/** Reads credentials for a cluster from files, and says what is wrong with them without quoting them. */
import { readFile } from "node:fs/promises";
import { KeyturnError } from "../../model/error";
import { Secret } from "../../model/secret";

/** Reads a bearer token from a file. */
export async function readToken(file: string, description: string): Promise<Secret> {
  return bearerToken((await readCredential(file, description)).trim(), `the file ${file}`);
}

/**
 * @param origin where it comes from, in words
 * @throws KeyturnError STORE_UNREACHABLE if it cannot be sent as a header (RFC 6750, 2.1)
 */
export function bearerToken(text: string, origin: string): Secret {
  if (/^[\x21-\x7e]+$/.test(text)) return new Secret(text);
  throw new KeyturnError(
    "STORE_UNREACHABLE",
    text === ""
      ? `${origin} has no token in it`
      : `the token in ${origin} has a blank, a line break or another character that cannot be sent`,
  );
}

/** The text of a file that a credential or an authority is in. */
export async function readCredential(file: string, description: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new KeyturnError(
      "STORE_UNREACHABLE",
      `the credentials for ${description} cannot be read: ${messageOf(error)}. Check the path and the rights of the user that runs Terraform`,
    );
  }
}

/** Goes by the property: errors of node's own modules may come from another realm, where `instanceof Error` is false. */
export function messageOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}
