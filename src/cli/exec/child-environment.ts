/**
 * The environment variables of a command: those of keyturn, without keyturn's own credentials, and with the secret of the key.
 *
 * This keeps credentials that manage keys, or decrypt them, out of crash reports and debug pages of the command. It takes no right away:
 * the command runs as the same user, who can read what keyturn can read.
 */
import type { Secret } from "../../model/secret";

type Variables = Readonly<Record<string, string | undefined>>;

/** The variables from which keyturn takes a credential, or where one is. */
export const ownCredentials: readonly string[] = [
  "KEYTURN_API_KEY",
  "KEYTURN_TOKEN",
  "KEYTURN_EMAIL",
  "KEYTURN_PASSWORD",
  "KEYTURN_AGE_IDENTITY",
  "KEYTURN_AGE_IDENTITY_FILE",
  "KEYTURN_FINGERPRINT_KEY",
  "KEYTURN_SERVE_PASSWORD",
];

/** @param injected the variable that the command finds its secret in. It may be one of keyturn's own */
export function childEnvironment(
  variables: Variables,
  { name, secret }: { readonly name: string; readonly secret: Secret },
): Record<string, string | undefined> {
  const others = Object.entries(variables).filter(([variable]) => !ownCredentials.includes(variable));
  return { ...Object.fromEntries(others), [name]: secret.reveal() };
}
