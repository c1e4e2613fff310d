import { vaultKvTargetPlace, vaultKvTargetProblems, type VaultKvTarget } from "../../../src/model/vault-kv-target";

describe("a secret of Vault", () => {
  test.each<[string, Partial<VaultKvTarget>, keyof VaultKvTarget, RegExp]>([
    ["without a path", { path: "" }, "path", /is empty/],
    ["with a path of slashes", { path: "//" }, "path", /is empty/],
    ["with an empty part", { path: "a//b" }, "path", /has an empty part/],
    ["with a part of dots", { path: "a/../b" }, "path", /has an empty part, or one of dots/],
    ["with a path as in Vault's addresses", { path: "data/a" }, "path", /leave it out/],
    ["with a character that steers a terminal", { path: "a\u001b" }, "path", /steers a terminal/],
    ["without a mount", { path: "a", mount: "/" }, "mount", /is empty/],
    ["without a field", { path: "a", field: " " }, "field", /the field is empty/],
    ["at no address", { path: "a", address: "vault.acme.example:8200" }, "address", /is not one of a server/],
    [
      "at an address with a credential",
      { path: "a", address: "https://me:it@vault" },
      "address",
      /has a credential in it/,
    ],
  ])("is refused %s", (_name, target, attribute, problem) => {
    expect(vaultKvTargetProblems(target)).toEqual([{ attribute, problem: expect.stringMatching(problem) as string }]);
  });

  test("may have what Vault allows, and parts that are not known yet", () => {
    const target = {
      path: "/team a/scheduler-prod/",
      mount: "kv/team",
      field: "api key",
      address: "https://vault:8200/",
      namespace: "a/b",
    };
    expect(vaultKvTargetProblems(target)).toEqual([]);
    expect(vaultKvTargetProblems({})).toEqual([]);
  });

  test("is one place with slashes or without, and by the usual mount", () => {
    expect(vaultKvTargetPlace({ path: "/a/b/" })).toBe(vaultKvTargetPlace({ path: "a/b", mount: "secret/" }));
    expect(vaultKvTargetPlace({ path: "a/b" })).not.toBe(vaultKvTargetPlace({ path: "a/b", namespace: "x" }));
  });
});
