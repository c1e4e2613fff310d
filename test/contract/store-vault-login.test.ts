/** How deliveries to Vault and OpenBao find the server, and log in there: with what the environment says, and nothing else. */
import { mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { VaultKvTarget } from "../../src/model/vault-kv-target";
import { VaultKvStore } from "../../src/stores/vault/vault-kv-store";
import { vaultServer, vaultTls } from "../../src/stores/vault/vault-settings";
import { deliveryOf, secretOf } from "../support/delivery";
import { impatient } from "../support/impatient";
import { contextOf } from "../support/store-context";
import { temporaryFolder } from "../support/temporary-folder";
import { VaultServer } from "../support/vault-server";

const root = temporaryFolder();
const secretPath = "publishing/scheduler-prod";

let server: VaultServer;
beforeEach(async () => {
  server = await VaultServer.start();
  server.engine();
  server.loginPolicy = { "secret/*": ["create", "read", "update"] };
});
afterEach(() => server.close());

function openWith(variables: Record<string, string>, target: Partial<VaultKvTarget> = {}): VaultKvStore {
  return new VaultKvStore({ path: secretPath, ...target }, contextOf("scheduler-prod", variables), impatient);
}

function file(content: string): string {
  const name = path.join(mkdtempSync(path.join(root, "vault-")), "file");
  writeFileSync(name, content);
  return name;
}

const logins = (): number => server.asked().filter((asked) => asked.endsWith("/login")).length;

const appRole = (): Record<string, string> => ({
  VAULT_ADDR: server.url,
  VAULT_ROLE_ID: "role-1",
  VAULT_SECRET_ID: "hidden-secret-id",
});

const kubernetes = (): Record<string, string> => ({
  VAULT_ADDR: server.url,
  VAULT_K8S_ROLE: "scheduler",
  VAULT_K8S_TOKEN_FILE: file("hidden.service.account\n"),
});

describe("a login", () => {
  test.each([
    ["an AppRole", appRole],
    ["a role of Kubernetes", kubernetes],
  ])("as %s is made once, for all stores of a process, and its token is used", async (_name, variables) => {
    const context = contextOf("scheduler-prod", variables());
    await Promise.all(["a", "b"].map((name) => new VaultKvStore({ path: name }, context, impatient).check()));

    await new VaultKvStore({ path: "a" }, context, impatient).put(deliveryOf("k1"));

    expect(server.engine().readField("a", "value")).toBe(secretOf("k1"));
    expect(logins()).toBe(1);
    expect(JSON.stringify(context)).not.toContain("hvs.");
  });

  test.each([
    ["an AppRole", appRole, "VAULT_APPROLE_MOUNT", () => server.appRole],
    ["a role of Kubernetes", kubernetes, "VAULT_K8S_MOUNT", () => server.kubernetesRole],
  ])("as %s may be at another mount", async (_name, variables, mountVariable, method) => {
    method().mount = "team a/login";

    await openWith({ ...variables(), [mountVariable]: "/team a/login/" }).check();

    expect(server.requests[0]?.rawPath).toBe("auth/team%20a/login/login");
  });

  test("is made again once, where its token has come to its end", async () => {
    const store = openWith(appRole());
    await store.put(deliveryOf("k1"));
    server.endLogins();

    await store.put(deliveryOf("k2"));

    expect(await store.current()).toMatchObject({ current: "k2", previous: "k1" });
    expect(logins()).toBe(2);
  });

  test("is made again once, and then the right is missing", async () => {
    server.loginPolicy = { "secret/metadata/*": ["read"] };
    const store = openWith(appRole());

    await expect(store.put(deliveryOf("k1"))).rejects.toThrow(
      `the AppRole of VAULT_ROLE_ID may not do that, or is no longer valid (403). It needs create and update on secret/metadata/${secretPath}`,
    );
    expect(logins()).toBe(2);
  });

  test.each<[string, () => Record<string, string>, string]>([
    [
      "as an AppRole",
      () => ({ ...appRole(), VAULT_SECRET_ID: "hidden-wrong" }),
      "the AppRole of VAULT_ROLE_ID was not let in at auth/approle (400). Check VAULT_ROLE_ID and VAULT_SECRET_ID",
    ],
    [
      "as an AppRole without the id of a secret",
      () => ({ VAULT_ADDR: server.url, VAULT_ROLE_ID: "role-1" }),
      "was not let in at auth/approle (400)",
    ],
    [
      "at a mount that is not there",
      () => ({ ...appRole(), VAULT_APPROLE_MOUNT: "elsewhere" }),
      "was not let in at auth/elsewhere (403)",
    ],
    [
      "as a role of Kubernetes that is not there",
      () => ({ ...kubernetes(), VAULT_K8S_ROLE: "other" }),
      "the Kubernetes role other was not let in at auth/kubernetes (400). Check that the role is bound",
    ],
    [
      "as another service account",
      () => ({ ...kubernetes(), VAULT_K8S_TOKEN_FILE: file("hidden.other") }),
      "was not let in at auth/kubernetes (403)",
    ],
    [
      "outside of a pod",
      () => ({ ...kubernetes(), VAULT_K8S_TOKEN_FILE: "/nowhere/token" }),
      "the file /nowhere/token of VAULT_K8S_TOKEN_FILE cannot be read",
    ],
  ])("that is refused %s says what to check, without what was sent", async (_name, variables, words) => {
    const store = openWith(variables());

    for (const act of [() => store.check(), () => store.current()]) {
      const failure = await act().catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "STORE_UNREACHABLE" });
      expect(String(failure)).toContain(store.description);
      expect(String(failure)).toContain(words);
      expect(String(failure)).not.toContain("hidden");
    }
  });

  test("that failed can be made later", async () => {
    const store = openWith(appRole());
    server.isSealed = true;
    await expect(store.check()).rejects.toThrow("sealed");
    server.isSealed = false;

    await store.current();

    expect(logins()).toBeGreaterThan(1);
  });
});

describe("a token", () => {
  test("of the environment counts before a role, and is not replaced where it is refused", async () => {
    const token = server.addToken({ "secret/metadata/*": ["read"] });
    const store = openWith({ ...appRole(), VAULT_TOKEN: `${token}\n` });
    await store.current();

    await expect(store.put(deliveryOf("k1"))).rejects.toThrow("the token of VAULT_TOKEN may not do that");
    expect(logins()).toBe(0);
  });

  test("that is none is refused without being shown", async () => {
    for (const token of ["hidden", "hidden token", "hid\nden", "hüdden"]) {
      const failure = String(
        await openWith({ VAULT_ADDR: server.url, VAULT_TOKEN: token })
          .current()
          .catch((error: unknown) => error),
      );
      expect(failure).toMatch(/KeyturnError: the Vault secret .* cannot be read: /);
      expect(failure).not.toMatch(/h[iü]d/);
    }
  });

  test("is not there, and nothing else either", async () => {
    await expect(openWith({ VAULT_ADDR: server.url }).check()).rejects.toThrow(
      "set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, or, in a pod, VAULT_K8S_ROLE",
    );
    expect(server.requests).toEqual([]);
  });
});

describe("a server", () => {
  test.each<[string, () => Record<string, string>, () => Partial<VaultKvTarget>]>([
    ["VAULT_ADDR", () => ({ VAULT_ADDR: server.url }), () => ({})],
    ["BAO_ADDR", () => ({ BAO_ADDR: server.url, VAULT_ADDR: "http://127.0.0.1:1" }), () => ({})],
    ["the target", () => ({ VAULT_ADDR: "http://127.0.0.1:1" }), () => ({ address: server.url })],
  ])("is found by %s", async (_name, variables, target) => {
    const store = openWith({ ...variables(), BAO_TOKEN: server.addToken("root"), VAULT_TOKEN: "other" }, target());

    await store.check();

    expect(store.description).toBe(`the Vault secret secret/${secretPath} at ${server.url}`);
  });

  test.each([
    [{}, "set VAULT_ADDR, such as https://vault.internal:8200"],
    [{ VAULT_ADDR: "vault.internal:8200" }, "does not begin with https://"],
    [{ VAULT_ADDR: "http://vault.internal:8200" }, "plain http to vault.internal:8200"],
    [{ VAULT_ADDR: "https://hidden@vault.internal" }, "a user name or a password"],
  ])("that is given as %j is not asked", async (variables, words) => {
    const store = openWith({ ...variables, VAULT_TOKEN: "x" });

    await expect(store.current()).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    await expect(store.current()).rejects.toThrow(words);
    await expect(store.current()).rejects.not.toThrow("hidden");
  });

  test.each([
    ["the target", {}, { namespace: "team/publishing" }],
    ["VAULT_NAMESPACE", { VAULT_NAMESPACE: "team/publishing/" }, {}],
    ["the target before the environment", { VAULT_NAMESPACE: "other" }, { namespace: "team/publishing" }],
  ])("is asked in the namespace of %s, for logins too", async (_name, variables, target) => {
    const engine = server.engine("secret", { namespace: "team/publishing" });
    const store = openWith({ ...appRole(), ...variables }, target);

    await store.put(deliveryOf("k1"));

    expect(engine.readField(secretPath, "value")).toBe(secretOf("k1"));
    expect(server.engine().dump()).toBe("[[],[]]");
    expect(new Set(server.requests.map(({ headers }) => headers["x-vault-namespace"]))).toEqual(
      new Set(["team/publishing"]),
    );
    expect(store.description).toContain("in the namespace team/publishing");
  });

  test("behind a path is asked behind it", () => {
    expect(vaultServer({ path: "a", address: "https://gateway.internal/vault/" }, {})).toEqual({
      origin: "https://gateway.internal",
      prefix: "/vault",
      namespace: undefined,
    });
  });
});

describe("the trust in a server", () => {
  test("is what the variables say, by the files that they name", async () => {
    const tls = await vaultTls({
      VAULT_CACERT: file("the authority"),
      VAULT_CLIENT_CERT: file("the certificate"),
      VAULT_CLIENT_KEY: file("the key"),
      VAULT_TLS_SERVER_NAME: "vault.internal",
    });

    expect({ ...tls, privateKey: tls.privateKey?.reveal() }).toEqual({
      ca: "the authority",
      certificate: "the certificate",
      privateKey: "the key",
      serverName: "vault.internal",
    });
    expect(await vaultTls({ BAO_CACERT_BYTES: "the authority" })).toMatchObject({ ca: "the authority" });
  });

  test("cannot be had from a file that is not there", async () => {
    const store = openWith({ VAULT_ADDR: server.url, VAULT_TOKEN: "x", VAULT_CACERT: "/nowhere/ca.pem" });

    await expect(store.check()).rejects.toThrow("the file /nowhere/ca.pem of VAULT_CACERT cannot be read");
    expect(server.requests).toEqual([]);
  });
});
