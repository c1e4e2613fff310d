/**
 * What may be declared as an encrypted file: checked when a configuration is made, when Terraform reads it, and when the file is opened.
 *
 * Recipients are checked for their form only. Whether one is free of typing errors is found out when the file is checked.
 */

/** An encrypted file that a key's secret is delivered to. */
export interface EncryptedFileTarget {
  /** The file. If it is not absolute, it is relative to the folder that Terraform runs in. */
  readonly path: string;
  /** Who can decrypt it: at least one X25519 recipient of age, `age1…`. */
  readonly recipients: readonly string[];
}

/** What comes after the path of an encrypted file to make the path of the previous secret. */
export const previousFileSuffix = ".previous";

/** `age1` and the 58 characters that bech32 makes of 32 bytes and their checksum. */
const recipientPattern = /^age1[02-9ac-hj-np-z]{58}$/;

/** What is wrong with a path, as a sentence without its end; undefined if nothing is. */
export function encryptedFilePathProblem(path: string): string | undefined {
  if (path.trim() === "") {
    return "the path of an encrypted file is empty; name the file, absolute or relative to the folder that Terraform runs in";
  }
  const name = JSON.stringify(path);
  if (path.includes("\0")) return `the path ${name} has a character that no file name may have`;
  if (path.startsWith("~"))
    return `the path ${name} begins with ~, which only a shell understands; write the folder out`;
  if (path.endsWith("/")) return `the path ${name} is a folder; name a file in it`;
  if (path.endsWith(previousFileSuffix)) {
    return `the path ${name} ends with ${previousFileSuffix}, which marks the file of a previous secret; name the file otherwise`;
  }
  return undefined;
}

/** What is wrong with the list of recipients as a whole; undefined if nothing is. */
export function recipientListProblem(recipients: readonly unknown[]): string | undefined {
  if (recipients.length > 0) return undefined;
  return "an encrypted file has no recipients, so that nobody could decrypt it; name at least one, as age-keygen prints it: age1…";
}

/** What is wrong with the form of one recipient; undefined if nothing is. Never repeats a private key. */
export function recipientProblem(recipient: string): string | undefined {
  if (recipientPattern.test(recipient)) return undefined;
  if (/^AGE-SECRET-KEY-/i.test(recipient.trim())) {
    return "a recipient of an encrypted file is a private key, which belongs to the readers only; give its public key, age1…";
  }
  return `the recipient ${JSON.stringify(recipient)} is not a public key of age: age1 and 58 lower-case letters and digits, as age-keygen prints it`;
}

/** Everything that is wrong with a target. @param target without the attributes that are not known yet: a missing one is no problem */
export function encryptedFileTargetProblems(
  target: Partial<EncryptedFileTarget>,
): readonly { readonly attribute: keyof EncryptedFileTarget; readonly problem: string }[] {
  const { path, recipients } = target;
  const problems = [
    { attribute: "path" as const, problem: path === undefined ? undefined : encryptedFilePathProblem(path) },
    {
      attribute: "recipients" as const,
      problem: recipients && recipientListProblem(Array.isArray(recipients) ? recipients : []),
    },
    // What comes from JavaScript may be of any type.
    ...(Array.isArray(recipients) ? recipients : []).map((recipient: string) => ({
      attribute: "recipients" as const,
      problem: recipientProblem(recipient),
    })),
  ];
  return problems.flatMap(({ attribute, problem }) => (problem === undefined ? [] : [{ attribute, problem }]));
}
