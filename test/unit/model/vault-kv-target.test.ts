import { vaultKvTargetPlace, vaultKvTargetProblems, type VaultKvTarget } from "../../../src/model/vault-kv-target";

const path = "publishing/scheduler-prod";

describe("a secret in a KV engine", () => {
  test.each<[string, Partial<VaultKvTarget>]>([
    ["a path alone", { path }],
    ["everything", { address: "https://vault.internal:8200", mount: "kv", path, field: "api_key", namespace: "a/b" }],
    ["a server on this machine", { address: "http://127.0.0.1:8200", path }],
    ["a server behind a path", { address: "https://gateway.internal/vault/", path }],
    ["a mount with parts", { mount: "team/kv", path }],
    ["odd characters", { path: "a b/ü?x=1&y/100%/c+d", field: "api key.ü" }],
    ["nothing that is known yet", {}],
  ])("may be declared with %s", (_name, target) => {
    expect(vaultKvTargetProblems(target)).toEqual([]);
  });

  test.each<[keyof VaultKvTarget, string, string]>([
    ["address", "vault", "is not a URL"],
    ["address", "vault.internal:8200", "does not begin with https://"],
    ["address", "http://vault.internal:8200", "plain http to vault.internal:8200"],
    ["address", "https://hvs.hidden@vault.internal", "a user name or a password"],
    ["address", "https://vault.internal/?token=hidden", "a query or a fragment after vault.internal"],
    ["mount", "", "the mount of a KV engine is empty"],
    ["mount", "secret/", 'the mount "secret/" begins or ends with a slash'],
    ["path", "  ", "the path of a KV engine is empty"],
    ["path", "/a", 'the path "/a" begins or ends with a slash'],
    ["path", "a//b", "two slashes in a row"],
    ["path", "a/../b", "a part . or .."],
    ["path", "a/./b", "a part . or .."],
    ["path", "a /b", "begins or ends with a blank"],
    ["path", "a\nb", "a control character"],
    ["path", "a\ud800", "a control character"],
    ["field", " ", "the field is empty"],
    ["field", "a\0", "a control character"],
    ["field", "keyturn", "the field keyturn is where every version says whose secret it is"],
    ["field", "ü".repeat(22), "is too long: it takes 132 characters when it is encoded"],
    ["namespace", "", "leave it out for the root namespace"],
    ["namespace", "team/", "begins or ends with a slash"],
    ["namespace", "team a", "a character that cannot be sent"],
  ])("may not have the %s %j", (attribute, value, words) => {
    const problems = vaultKvTargetProblems({ [attribute]: value });

    expect(problems).toEqual([{ attribute, problem: expect.stringContaining(words) as string }]);
    expect(JSON.stringify(problems)).not.toContain("hidden");
  });

  test("says all that is wrong at once", () => {
    expect(vaultKvTargetProblems({ mount: "/", path: "/" })).toHaveLength(2);
  });
});

describe("the place of a secret in a KV engine", () => {
  const target = { address: "https://vault.internal:8200", mount: "secret", path };

  test.each<[string, VaultKvTarget]>([
    ["with the defaults left out", { address: target.address, path }],
    ["with another field", { ...target, field: "api_key" }],
    ["with an address that is written otherwise", { ...target, address: "https://VAULT.internal:8200/" }],
  ])("is the same %s", (_name, other) => {
    expect(vaultKvTargetPlace(other)).toBe(vaultKvTargetPlace(target));
  });

  test.each<[string, VaultKvTarget]>([
    ["at another server", { ...target, address: "https://vault-2.internal:8200" }],
    ["behind another path", { ...target, address: "https://vault.internal:8200/b" }],
    ["in another engine", { ...target, mount: "kv" }],
    ["at another path", { ...target, path: "publishing/scheduler-test" }],
    ["in another namespace", { ...target, namespace: "team" }],
    ["where mount and path meet elsewhere", { ...target, mount: "secret/publishing", path: "scheduler-prod" }],
  ])("is another one %s", (_name, other) => {
    expect(vaultKvTargetPlace(other)).not.toBe(vaultKvTargetPlace(target));
  });
});
