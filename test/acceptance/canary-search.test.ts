/**
 * What the watch over the secrets finds, and what it lets pass, with secrets that lie in folders and in what runs have said.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync, zipSync } from "fflate";
import { Canary } from "../support/canary/canary";
import type { MintedSecret } from "../support/canary/secret-search";

/** What is planted here is none of the business of the watch that is kept over this file. */
const root = mkdtempSync(path.join(tmpdir(), "keyturn-planted-"));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const secret = "pb_live_Kq3-xT9_wZ5rB7nM1cV4hJ8sD2fG6pL0yU-eR_aQoW0";
const key: MintedSecret = { keyId: "k1", secret, use: "services" };
const manager: MintedSecret = {
  ...key,
  keyId: "manager",
  secret: secret.split("").reverse().join(""),
  use: "management",
};

/** What is found of the secrets if a folder holds nothing but these files. */
function foundIn(files: Readonly<Record<string, string | Uint8Array>>, deliversToState = false): readonly string[] {
  const folder = mkdtempSync(path.join(root, "planted-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  const canary = new Canary();
  canary.watchSecrets(() => [key, manager]);
  canary.watchFolder({ folder, deliversToState });
  return canary.finish();
}

const everyByte = (text: string, write: (byte: string) => string): string =>
  [...Buffer.from(text)].map((byte) => write(byte.toString(16).padStart(2, "0"))).join("");

/** Ways to write a part; those of base64 are not cut at whole characters, so they tell of shorter parts as well. */
const exactForms: readonly (readonly [string, (part: string) => string])[] = [
  ["raw", (part) => part],
  ["URL-encoded", (part) => everyByte(part, (byte) => `%${byte}`)],
  ["URL-encoded in capitals", (part) => everyByte(part, (byte) => `%${byte.toUpperCase()}`)],
  ["hex", (part) => everyByte(part, (byte) => byte)],
  ["hex in capitals", (part) => everyByte(part, (byte) => byte.toUpperCase())],
  ["JSON-escaped", (part) => everyByte(part, (byte) => `\\u00${byte}`)],
  ["JSON-escaped in capitals", (part) => everyByte(part, (byte) => `\\u00${byte.toUpperCase()}`)],
  ["UTF-16", (part) => Buffer.from(part, "utf16le").toString("latin1")],
];
const base64Forms: typeof exactForms = (["base64", "base64url"] as const).flatMap((alphabet) =>
  ["", "a", "ab"].map((before) => [
    `${alphabet} after ${before.length} bytes`,
    (part: string) => Buffer.from(`${before}${part}`).toString(alphabet),
  ]),
);
/** Every place at which a part of a length can begin, but for those that are nothing but the beginning that all keys share. */
const parts = (length: number): readonly string[] =>
  Array.from({ length: secret.length - length + 1 }, (_, start) => secret.slice(start, start + length));

describe("a part of a secret in a file", () => {
  test.each([...exactForms, ...base64Forms])(
    "is found from 16 characters on, wherever it was cut, %s",
    (_name, write) => {
      const missed = parts(16).filter((part) => foundIn({ note: `x="${write(part)}"` }).length === 0);
      expect(missed).toEqual([]);
    },
  );

  test.each(exactForms)("is let pass up to 15 characters, %s", (_name, write) => {
    expect(parts(15).flatMap((part) => foundIn({ note: `x="${write(part)}"` }))).toEqual([]);
  });

  test.each(base64Forms)("is let pass up to 11 characters, %s", (_name, write) => {
    expect(parts(11).flatMap((part) => foundIn({ note: `x="${write(part)}"` }))).toEqual([]);
  });
});

test("what is found is named by place, key and form, without the secret", () => {
  const found = foundIn({ "crash.log": `a ${secret} b ${secret.slice(20, 40)}`, part: secret.slice(8, 30) });
  expect(found).toEqual(["crash.log: the secret of k1, raw", "part: the secret of k1, in part, raw"]);
});

test("a name of a file, and the arguments of a run, are searched, and not printed", () => {
  expect(foundIn({ [`${secret}.log`]: secret })).toEqual([
    "a name: the secret of k1, raw",
    "what has such a name: the secret of k1, raw",
  ]);
  const canary = new Canary();
  canary.watchSecrets(() => [key]);
  canary.watchRun({ command: "/bin/node", args: [`--key=${secret}`], cwd: "/", said: { stdout: "", stderr: "" } });
  expect(canary.finish()).toEqual(["a name: the secret of k1, raw"]);
});

test("what is packed in a zip or by gzip is searched as well", () => {
  const bytes = Buffer.from(secret);
  expect(foundIn({ plan: zipSync({ tfstate: bytes }), report: gzipSync(bytes) })).toEqual([
    "plan!tfstate: the secret of k1, raw",
    "report!gunzipped: the secret of k1, raw",
  ]);
});

test("a core dump is found, and searched", () => {
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(4, 16);
  expect(foundIn({ core: Buffer.concat([header, Buffer.from(secret)]), "core.1": header })).toEqual([
    "core.1: a core dump",
    "core: a core dump",
    "core: the secret of k1, raw",
  ]);
});

describe("where keys are delivered to Terraform's state, a secret", () => {
  const plan = (text: string): Uint8Array => zipSync({ tfplan: Buffer.from(text), tfstate: Buffer.from(text) });

  test("may be in the state, its backups and plans, and nowhere else", () => {
    const names = ["terraform.tfstate", "terraform.a.tfstate.backup", "terraform.tfstate.1764110000.backup"];
    const states = Object.fromEntries(names.map((name) => [name, secret]));
    expect(foundIn({ ...states, "a.tfplan": plan(secret) }, true)).toEqual([]);
    expect(
      foundIn({ ...states, "terraform.log": secret, "report.zip": zipSync({ a: Buffer.from(secret) }) }, true),
    ).toEqual(["report.zip!a: the secret of k1, raw", "terraform.log: the secret of k1, raw"]);
  });

  test("must not be that of the key that manages the others", () => {
    expect(foundIn({ "terraform.tfstate": manager.secret, "a.tfplan": plan(manager.secret) }, true)).toEqual([
      "a.tfplan!tfplan: the secret of manager, raw",
      "a.tfplan!tfstate: the secret of manager, raw",
      "terraform.tfstate: the secret of manager, raw",
    ]);
  });

  test.each([
    [["show", "-json"], true, []],
    [["show", "-json"], false, ["stdout of terraform show -json: the secret of k1, raw"]],
    [["apply"], true, ["stdout of terraform apply: the secret of k1, raw"]],
  ])("may be on stdout of terraform %j if that is so: %s", (args, deliversToState, found) => {
    const canary = new Canary();
    canary.watchSecrets(() => [key]);
    const folder = mkdtempSync(path.join(root, "run-"));
    canary.watchFolder({ folder, deliversToState });
    canary.watchRun({ command: "terraform", args, cwd: path.join(folder, "in"), said: { stdout: secret, stderr: "" } });
    expect(canary.finish()).toEqual(found);
  });
});

test("a run that has not ended is searched in what it has said so far", () => {
  const said = { stdout: "", stderr: "" };
  const canary = new Canary();
  canary.watchSecrets(() => [key]);
  canary.watchRun({ command: "keyturn", args: ["exec"], cwd: root, said });
  said.stderr += secret.slice(0, 30);
  expect(canary.finish()).toEqual(["stderr of keyturn exec: the secret of k1, in part, raw"]);
});

test("a plan that the next run has overwritten was searched before", () => {
  const folder = mkdtempSync(path.join(root, "run-"));
  const canary = new Canary();
  canary.watchSecrets(() => [key]);
  canary.watchFolder({ folder, deliversToState: false });
  const end = canary.watchRun({ command: "terraform", args: ["plan"], cwd: folder, said: { stdout: "", stderr: "" } });
  writeFileSync(path.join(folder, "plan"), secret);
  end();
  writeFileSync(path.join(folder, "plan"), "");
  expect(canary.finish()).toEqual(["plan: the secret of k1, raw"]);
});
