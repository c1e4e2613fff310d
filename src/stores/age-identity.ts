/**
 * The private key of age with which this process may read encrypted files back. It comes from the environment, or from a file that the
 * environment names; only who reads secrets needs one, and deliveries need none.
 */
import { readFile } from "node:fs/promises";
import { KeyturnError } from "../model/error";
import { Secret } from "../model/secret";

/** The variable that holds a private key, and the one that names a file of age-keygen. */
const identityVariables = { text: "KEYTURN_AGE_IDENTITY", file: "KEYTURN_AGE_IDENTITY_FILE" } as const;

const identityPattern = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]+$/m;

/** @throws KeyturnError STORE_UNREACHABLE that names the variables, if there is no private key */
export async function ageIdentity(variables: Readonly<Record<string, string | undefined>>): Promise<Secret> {
  const file = variables[identityVariables.file];
  const text = variables[identityVariables.text] || (file ? await readIdentityFile(file) : "");
  const identity = identityPattern.exec(text.replaceAll("\r", ""))?.[0];
  if (identity !== undefined) return new Secret(identity);
  const reason =
    text === "" ? "there is no private key to decrypt with" : "what is given as private key of age is none";
  throw new KeyturnError(
    "STORE_UNREACHABLE",
    `${reason}; set ${identityVariables.file} to a file of age-keygen, or ${identityVariables.text} to the line AGE-SECRET-KEY-1… of it`,
  );
}

async function readIdentityFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KeyturnError(
      "STORE_UNREACHABLE",
      `the private key of ${identityVariables.file} cannot be read: ${reason}`,
    );
  }
}
