/**
 * Every place that takes a secret out of its wrapping is known, and was looked at.
 *
 * A new one fails here: review where the value goes from there, and add it with what it is for.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const sources = path.resolve(__dirname, "../../src");

/** How often each file may reveal a secret, and what for. */
const reviewed: Readonly<Record<string, readonly [times: number, purpose: string]>> = {
  "cli/exec.ts": [1, "checks that a variable can hold it"],
  "cli/exec/child-environment.ts": [1, "puts it into the environment of the command"],
  "cli/serve.ts": [2, "prints the password of the embedded API, once"],
  "client/credentials.ts": [2, "checks the form of a credential before it is sent"],
  "client/redact.ts": [1, "takes secrets out of what came from outside"],
  "client/session.ts": [1, "logs in"],
  "client/transport.ts": [2, "sends the credential"],
  "code-host/github.ts": [1, "sends the token of the pipeline"],
  "code-host/gitlab.ts": [1, "sends the token of the pipeline"],
  "code-host/host-error.ts": [1, "takes the token out of what came from outside"],
  "model/fingerprint.ts": [2, "hashes under a key, and is the key of a hash"],
  "provider/api-key-secret/api-key-secret-resource.ts": [
    1,
    "hands the secret to core, which keeps it for the length of a run",
  ],
  "provider/api-key/state-after.ts": [1, "hands the secret to the state where that was chosen in writing"],
  "scan/judge.ts": [2, "compares what was found in a file, where it is in clear already"],
  "server/routes/api-keys.ts": [2, "answers the creation of a key, and keeps a hash"],
  "server/store/password.ts": [1, "derives the hash that is kept"],
  "server/store/seed.ts": [1, "keeps a hash of a key that is given at the start"],
  "stores/age-encryption.ts": [2, "encrypts a secret, and decrypts with an identity"],
  "stores/aws-secrets-manager/secret-text.ts": [2, "is the value, or a member of it"],
  "stores/aws-secrets-manager/secrets-api.ts": [1, "is sent as the value of a version"],
  "stores/github-actions/github-request.ts": [1, "sends the credential"],
  "stores/github-actions/sealed-box.ts": [1, "encrypts a secret"],
  "stores/http.ts": [2, "sends secrets to a store, and shows the client's key to TLS"],
  "stores/kubernetes/kubernetes-secret-store.ts": [
    1,
    "encodes a secret as Secrets hold it; what it is wrapped in is a secret again",
  ],
  "stores/kubernetes/secret-api.ts": [1, "makes a header of the bearer token, which is a secret again"],
};

/** In the text of a program: a call, the method as a value, and by name. */
const reveals = /\.reveal\b|\[["'`]reveal["'`]\]|\{[^{}]*\breveal\b[^{}]*\}\s*=/g;

function revealsIn(text: string): number {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  return code.match(reveals)?.length ?? 0;
}

describe("a secret", () => {
  test("is revealed in reviewed places only", () => {
    const found = readdirSync(sources, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => [file, revealsIn(readFileSync(path.join(sources, file), "utf8"))] as const)
      .filter(([, times]) => times > 0);
    const expected = Object.entries(reviewed).map(([file, [times]]) => [file, times] as const);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  });

  test.each([
    ["a call", "send(secret.reveal());", 1],
    ["a call of one that may be missing", "send(secret?.reveal());", 1],
    ["the method as a value", "secrets.map(Secret.prototype.reveal.call)", 1],
    ["the method by its name", 'secret["reveal"]()', 1],
    ["the method taken out", "const { reveal } = secret;", 1],
    ["words about it", "/** `secret.reveal()` */ // .reveal()", 0],
  ])("that is revealed is seen: %s", (_name, code, times) => {
    expect(revealsIn(code)).toBe(times);
  });
});
