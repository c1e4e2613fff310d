/**
 * Turns the bytes of a plan file into JSON, and says in one sentence what they are if they are no plan.
 *
 * People hand over what they have: the saved plan itself, a state, the lines of `plan -json`, a file that a shell has written in UTF-16. No
 * message quotes what was read, since it may hold secrets.
 */
import { KeyturnError } from "../../model/error";

/** A saved plan is a zip archive. */
const zipBeginning = Buffer.from("PK\u0003\u0004", "latin1");

/** How files of age, OpenPGP, `openssl enc` and Ansible begin. */
const encryptedForms =
  /^(?:age-encryption\.org\/|-----BEGIN (?:AGE ENCRYPTED FILE|PGP MESSAGE)-----|Salted__|\$ANSIBLE_VAULT;)/;

const remedy = "make one with: terraform show -json PLANFILE > plan.json";

/**
 * The JSON object in the file.
 * @param source what the file is called in messages
 * @throws KeyturnError INVALID_VALUE if it is no JSON object, or one that is certainly not a plan
 */
export function parsePlanText(bytes: Uint8Array, source: string): Readonly<Record<string, unknown>> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (reason: string): KeyturnError => new KeyturnError("INVALID_VALUE", `${source} ${reason}`);
  if (buffer.subarray(0, zipBeginning.length).equals(zipBeginning)) {
    throw refuse(
      "is a saved plan in Terraform's own form, and its JSON is wanted; make it with: terraform show -json PLANFILE > plan.json",
    );
  }
  const text = decode(buffer).trim();
  if (text === "") throw refuse(`is empty; ${remedy}`);
  const json = tryParse(text);
  if (json === undefined) throw refuse(describeBroken(text));
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw refuse(`holds JSON that is no plan; ${remedy}`);
  }
  const reason = describeOther(json);
  if (reason !== undefined) throw refuse(reason);
  return json as Readonly<Record<string, unknown>>;
}

/** UTF-8 with or without a mark, or what PowerShell writes for `>`. */
function decode(buffer: Buffer): string {
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return buffer.subarray(2).toString("utf16le");
  const text = buffer.toString("utf8");
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** No cause is kept: a parser may quote what it has read. */
function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describeBroken(text: string): string {
  const [firstLine = ""] = text.split("\n", 1);
  const first = tryParse(firstLine);
  if (typeof first === "object" && first !== null && "@level" in first) {
    return `holds what terraform prints with -json while it runs, which is not the plan; save the plan with -out=PLANFILE, and ${remedy}`;
  }
  if (encryptedForms.test(text)) return `is encrypted; decrypt it first`;
  if (text.startsWith("{")) return `breaks off, or is damaged: it begins as JSON and is none; ${remedy}`;
  return `is not JSON; ${remedy}`;
}

/** What the object is, if it is something else that Terraform or OpenTofu writes. */
function describeOther(json: object): string | undefined {
  if ("encrypted_data" in json) {
    return `is encrypted, as OpenTofu saves plans and states; ${remedy}, where the key is configured`;
  }
  if ("@level" in json)
    return `holds one line of what terraform prints while it runs, which is not the plan; ${remedy}`;
  if ("resource_changes" in json || "planned_values" in json) return undefined;
  if ("values" in json || "serial" in json) return `is a state, which says nothing of what is planned; ${remedy}`;
  return "format_version" in json
    ? `is JSON of Terraform, but says nothing of a plan; ${remedy}`
    : `is JSON, but not a plan of Terraform; ${remedy}`;
}
