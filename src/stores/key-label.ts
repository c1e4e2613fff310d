/**
 * The label in the header of an encrypted file: whose secret is in it, readable without being able to decrypt.
 *
 * It is a recipient stanza of a type of our own, which the age tool skips as one for somebody else (age-encryption.org/v1):
 * `-> keyturn key=ID name=scheduler-prod after=ID readers=HASH`. Whoever can write the file can forge it; whoever decrypts the file checks it.
 */
import { createHash } from "node:crypto";

/** Whose secret is in a file. */
export interface KeyLabel {
  readonly keyId: string;
  /** The name of the logical key: `scheduler-prod`. */
  readonly keyName: string;
  /** The key whose secret was the current one before; undefined if there was none. */
  readonly predecessorId: string | undefined;
  /** Stands for the recipients that it is encrypted for. Undefined where nobody has noted them. */
  readonly readers?: string | undefined;
}

const stanzaType = "keyturn";
const versionLine = "age-encryption.org/v1";

/** The characters that an argument of a stanza may have. */
const argumentPattern = /^[\x21-\x7e]+$/;

/** Whether a text can stand in a label. Ids and names from the API can, but nothing promises it. */
export function fitsLabel(text: string): boolean {
  return argumentPattern.test(text);
}

/** The arguments of the stanza, its type first. */
export function labelArguments({ keyId, keyName, predecessorId, readers }: KeyLabel): string[] {
  const after = predecessorId === undefined ? [] : [`after=${predecessorId}`];
  const readableBy = readers === undefined ? [] : [`readers=${readers}`];
  return [stanzaType, `key=${keyId}`, `name=${keyName}`, ...after, ...readableBy];
}

/** The text that stands for some recipients in a label, in whatever order they are. It tells nothing of them but whether they are the same. */
export function readersOf(recipients: readonly string[]): string {
  const list = [...new Set(recipients)].sort().join(" ");
  return createHash("sha256").update(list).digest("hex").slice(0, 16);
}

/**
 * Reads the label of an encrypted file.
 * @returns undefined if it has none, and if it is no age file
 */
export function readLabel(file: Uint8Array): KeyLabel | undefined {
  const lines = headerLines(file);
  const stanza = lines?.find((line) => line.startsWith(`-> ${stanzaType} `));
  if (stanza === undefined) return undefined;
  const fields = new Map(stanza.split(" ").slice(2).map(splitField));
  const keyId = fields.get("key");
  const keyName = fields.get("name");
  if (!keyId || !keyName) return undefined;
  return { keyId, keyName, predecessorId: fields.get("after"), readers: fields.get("readers") };
}

/** Whether a file is one of the age format, also of somebody else's. */
export function isAgeFile(file: Uint8Array): boolean {
  return headerLines(file) !== undefined;
}

/** The lines of the header up to its checksum; undefined if there is no whole header. */
function headerLines(file: Uint8Array): readonly string[] | undefined {
  const lines = Buffer.from(file).toString("latin1").split("\n");
  const end = lines.findIndex((line) => line.startsWith("--- "));
  return lines[0] === versionLine && end > 0 ? lines.slice(1, end) : undefined;
}

function splitField(field: string): [string, string] {
  const [name = "", ...value] = field.split("=");
  return [name, value.join("=")];
}
