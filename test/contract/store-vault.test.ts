/**
 * Vault and OpenBao: the promises of every store, and its own about versions, rights and whoever else writes there, against a server
 * that answers as their documentation says.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import { VaultKvStore } from "../../src/stores/vault/vault-kv-store";
import { deliveryOf, secretOf } from "../support/delivery";
import { contextOf } from "../support/store-context";
import { describeStore } from "../support/store-contract";
import { temporaryFolder } from "../support/temporary-folder";
import { VaultServer } from "../support/vault-server";

const root = temporaryFolder();
const secretPath = "publishing/scheduler prod";

let vault: VaultServer;
beforeEach(async () => {
  vault = await VaultServer.start();
});
afterEach(async () => {
  await vault.close();
});

function openStore(variables: Record<string, string> = {}, keyName = "scheduler-prod"): VaultKvStore {
  return new VaultKvStore({ path: secretPath }, contextOf(keyName, { ...vault.variables, ...variables }));
}

const messageOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => "nothing was refused",
    (error: unknown) => `${String((error as { code?: string }).code)}: ${(error as Error).message}`,
  );

describeStore("a secret of Vault", async () => {
  const place = vault;
  const foreign = { value: "postgres://scheduler@db.acme.example" };
  return {
    open: (keyName) => new VaultKvStore({ path: secretPath }, contextOf(keyName, place.variables)),
    readCurrent: async () => place.read(secretPath)?.["value"] as string | undefined,
    plantForeign: async () => {
      place.write(secretPath, foreign);
    },
    isForeignIntact: async () => place.read(secretPath)?.["value"] === foreign.value,
  };
});

describe("a secret of Vault", () => {
  test("is known by its metadata alone, for who may not read it", async () => {
    const store = openStore();
    await store.put(deliveryOf("k1"));
    await store.put(deliveryOf("k2"));
    vault.tokens.set("hvs.watcher", [/ secret\/data\//, /^(?:POST|PUT) /]);
    const watcher = openStore({ VAULT_TOKEN: "hvs.watcher" });

    expect(await watcher.current()).toEqual({ current: "k2", previous: "k1", foreign: undefined });
    expect(await messageOf(watcher.read())).toMatch(/^STORE_UNREACHABLE: .*lacks the capability read on secret\/data/);
  });

  test("keeps its other fields, also when it goes back", async () => {
    const store = openStore();
    await store.put(deliveryOf("k1"));
    const before = vault.read(secretPath) ?? {};
    expect(Object.keys(before).sort()).toEqual(["value", "value_keyturn_key_id"]);

    await store.put(deliveryOf("k2"));
    await store.restorePrevious("k2");

    expect(vault.read(secretPath)).toEqual(before);
    expect(vault.readableVersions(secretPath)).toEqual([1, 3]);
  });

  test("is taken where the path was made without a version", async () => {
    vault.setMaxVersions(secretPath, 5);

    await openStore().put(deliveryOf("k1"));

    expect(vault.read(secretPath)?.["value"]).toBe(secretOf("k1"));
  });

  test.each([
    ["that somebody else has written since", (): void => void vault.write(secretPath, { value: "other" })],
    [
      "that somebody has written with our field in it",
      (): void => void vault.write(secretPath, { ...vault.read(secretPath), value: "other" }),
    ],
  ])("%s is not overwritten", async (_name, write) => {
    const store = openStore();
    await store.put(deliveryOf("k1"));
    write();

    expect(await store.current()).toMatchObject({
      current: undefined,
      foreign: expect.stringContaining("somebody else") as string,
    });
    expect(await messageOf(store.put(deliveryOf("k2")))).toMatch(/^STORE_REFUSED: .*that somebody else has written/);
    expect(vault.read(secretPath)?.["value"]).toBe("other");
  });

  test("that somebody changes in the very moment of a delivery is not overwritten", async () => {
    const store = openStore();
    await store.put(deliveryOf("k1"));
    vault.intercept = ({ method, path: place }) => {
      if (method === "POST" && place.startsWith("secret/data/")) vault.write(secretPath, { value: "other" });
      return undefined;
    };

    expect(await messageOf(store.put(deliveryOf("k2")))).toMatch(/^STORE_REFUSED: .*changed it in this moment/);
    expect(vault.read(secretPath)?.["value"]).toBe("other");
  });

  test("whose current version was deleted holds nothing, and takes the next one", async () => {
    const store = openStore();
    await store.put(deliveryOf("k1"));
    vault.delete(secretPath);

    expect(await store.current()).toEqual({ current: undefined, previous: undefined, foreign: undefined });
    await store.put(deliveryOf("k2"));
    expect(await store.current()).toMatchObject({ current: "k2", previous: undefined });
  });

  describe("whose delivery was killed", () => {
    const count = async (work: () => Promise<void>): Promise<number> => {
      const before = vault.calls.length;
      await work();
      return vault.calls.length - before;
    };

    test("after any of its requests holds the old secret or the new one, and the next run converges", async () => {
      const store = openStore();
      await store.put(deliveryOf("k1"));
      const requests = await count(async () => {
        await store.put(deliveryOf("k2"));
      });
      expect(requests).toBeGreaterThanOrEqual(4);
      for (let last = 1; last <= requests; last += 1) {
        const [before, after] = [`a${last}`, `b${last}`];
        await store.put(deliveryOf(before));
        const start = vault.calls.length;
        // Whatever comes after the kill never reaches the server.
        vault.intercept = (_call, number) =>
          number > start + last ? { status: 400, json: { errors: ["killed"] } } : undefined;
        await store.put(deliveryOf(after)).catch(() => undefined);
        vault.intercept = () => undefined;

        const { current, foreign } = await store.current();
        expect(foreign).toBeUndefined();
        expect([before, after]).toContain(current);
        expect(vault.read(secretPath)?.["value"]).toBe(secretOf(String(current)));
        await store.put(deliveryOf(after));
        expect(await store.current()).toEqual({ current: after, previous: before, foreign: undefined });
        await store.restorePrevious(after);
        expect(vault.read(secretPath)?.["value"]).toBe(secretOf(before));
      }
    });
  });

  test.each<[string, () => void, RegExp]>([
    [
      "an engine of version 1",
      () => (vault.engineVersion = "1"),
      /^STORE_REFUSED: .*is not a key-value engine of version 2/,
    ],
    [
      "a secret that keeps one version",
      () => {
        vault.setMaxVersions(secretPath, 1);
      },
      /^STORE_REFUSED: .*Set its max_versions to 2 or more/,
    ],
    ["a server that is sealed", () => (vault.isSealed = true), /^STORE_UNREACHABLE: .*is sealed\. Unseal it/],
    [
      "no right to write versions",
      () => vault.tokens.set("hvs.root", [/^(?:POST|PUT) secret\/data/]),
      /^STORE_UNREACHABLE: .*lacks the capability create or update on secret\/data\/publishing\/scheduler prod/,
    ],
    [
      "no right to read versions",
      () => vault.tokens.set("hvs.root", [/^GET secret\/data/]),
      /lacks the capability read on secret\/data/,
    ],
    [
      "no right to destroy versions",
      () => vault.tokens.set("hvs.root", [/ secret\/destroy/]),
      /lacks the capability update on secret\/destroy/,
    ],
    [
      "no right to see metadata",
      () => vault.tokens.set("hvs.root", [/ secret\/metadata/]),
      /403.*lacks the capability read on secret\/metadata/,
    ],
    ["a token that has expired", () => vault.tokens.delete("hvs.root"), /403.*or has expired/],
  ])("is refused at check, before anything is made, for %s", async (_name, arrange, expected) => {
    arrange();

    expect(await messageOf(openStore().check())).toMatch(expected);
    expect(vault.read(secretPath)).toBeUndefined();
  });

  test("waits for a standby that is about to take over", async () => {
    const [first, second] = [429, 473];
    vault.intercept = (_call, number) => {
      if (number > 2) return undefined;
      return { status: number === 1 ? first : second, json: { errors: ["standby"] } };
    };

    await openStore().put(deliveryOf("k1"));

    expect(vault.read(secretPath)?.["value"]).toBe(secretOf("k1"));
  });

  test("is not mistaken for the page of a proxy", async () => {
    vault.intercept = () => ({ status: 200, text: "<html>log in</html>" });

    expect(await messageOf(openStore().current())).toMatch(/not one of a key-value engine of version 2/);
  });

  test("is not there when nobody answers, and it is said where", async () => {
    const store = openStore({ VAULT_ADDR: "http://127.0.0.1:1" });

    expect(await messageOf(store.current())).toMatch(
      /^STORE_UNREACHABLE: .*Check the network, and the address http:\/\/127\.0\.0\.1:1/,
    );
  });

  test("needs an address and a credential, and their names are told", async () => {
    expect(await messageOf(openStore({ VAULT_ADDR: "" }).current())).toContain("set VAULT_ADDR");
    expect(await messageOf(openStore({ VAULT_TOKEN: "" }).current())).toContain(
      "set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID",
    );
  });

  test.each<[string, () => Record<string, string>]>([
    ["an AppRole", () => ({ VAULT_ROLE_ID: "role", VAULT_SECRET_ID: "secret" })],
    [
      "an AppRole at another mount, under OpenBao's names",
      () => ({ BAO_ROLE_ID: "role", BAO_SECRET_ID: "secret", BAO_AUTH_MOUNT: "machines" }),
    ],
    [
      "a service account of Kubernetes",
      () => {
        const file = path.join(mkdtempSync(path.join(root, "account-")), "token");
        writeFileSync(file, "jwt\n");
        return { VAULT_K8S_ROLE: "deployer", VAULT_K8S_TOKEN_FILE: file };
      },
    ],
  ])("can be reached with %s, which logs in once, and again when its token has expired", async (_name, credential) => {
    const store = openStore({ VAULT_TOKEN: "", VAULT_NAMESPACE: "team/publishing", ...credential() });
    const logins = (): number => vault.calls.filter(({ path: place }) => place.endsWith("/login")).length;

    await store.put(deliveryOf("k1"));
    await store.put(deliveryOf("k2"));
    expect(logins()).toBe(1);
    vault.tokens.clear();
    await store.put(deliveryOf("k3"));

    expect(logins()).toBe(2);
    expect(vault.read(secretPath)?.["value"]).toBe(secretOf("k3"));
    expect(new Set(vault.calls.map(({ namespace }) => namespace))).toEqual(new Set(["team/publishing"]));
  });

  test("says which login was refused, and nothing of its credential", async () => {
    const said = await messageOf(
      openStore({ VAULT_TOKEN: "", VAULT_ROLE_ID: "role", VAULT_SECRET_ID: "hunter2" }).check(),
    );

    expect(said).toMatch(/auth\/approle\/login failed: it answered 400, "invalid role or secret ID"/);
    expect(said).not.toContain("hunter2");
  });
});
