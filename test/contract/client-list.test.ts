/** Reading the list costs few requests and never shows what a finished write has replaced; counted on the server. */
import { startEmbeddedServer, testWorld, type EmbeddedServer } from "../../src/testing";
import { withClient } from "../support/client";

let server: EmbeddedServer;

beforeEach(async () => {
  server = await startEmbeddedServer();
});

afterEach(() => server.close());

function lists(): number {
  return server.requests().filter(({ method, path }) => method === "GET" && path === "/v1/api-keys").length;
}

const newKey = { name: "scheduler-prod", scopes: ["read"] };

test("a thousand reads at once make one request", async () => {
  await withClient({ endpoint: server.url }, async (client) => {
    await Promise.all(Array.from({ length: 1_000 }, () => client.list()));
  });
  expect(lists()).toBe(1);
});

test("a read soon after another makes no request, and one later does", async () => {
  await withClient({ endpoint: server.url, listMaxAge: { ms: 150 } }, async (client) => {
    await client.list();
    await client.list();
    expect(lists()).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await client.list();
    expect(lists()).toBe(2);
  });
});

test("a read that wants fresh data makes a request of its own", async () => {
  await withClient({ endpoint: server.url }, async (client) => {
    await client.list();
    await client.list({ fresh: true });
  });
  expect(lists()).toBe(2);
});

test("a read after making, changing, trying and revoking a key shows it", async () => {
  await withClient({ endpoint: server.url, listMaxAge: { ms: 60_000 } }, async (client) => {
    const nameOf = async (id: string): Promise<string | undefined> =>
      (await client.list()).keys.find((key) => key.id === id)?.name;
    await client.list();
    const { key, secret } = await client.create(newKey);
    expect(await nameOf(key.id)).toBe("scheduler-prod");
    await client.update(key.id, { name: "renamed" });
    expect(await nameOf(key.id)).toBe("renamed");
    await client.authenticates(secret);
    expect((await client.list()).keys.find(({ id }) => id === key.id)?.lastUsedAt).toBeDefined();
    await client.revoke(key.id);
    expect(await nameOf(key.id)).toBeUndefined();
  });
});

test("a read after a write whose answer was lost shows what it did", async () => {
  server.setFaults([{ kind: "lost-response", method: "POST" }]);
  await withClient({ endpoint: server.url, listMaxAge: { ms: 60_000 } }, async (client) => {
    await client.list();
    await expect(client.create(newKey)).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect((await client.list()).keys.map(({ name }) => name)).toContain(newKey.name);
  });
});

test("a read after a write does not join a slow list from before it", async () => {
  // Given a list that is under way
  server.setFaults([{ kind: "latency", ms: 300, method: "GET" }]);
  await withClient({ endpoint: server.url }, async (client) => {
    const before = client.list();
    await new Promise((resolve) => setTimeout(resolve, 50));
    // When a key is made in the meantime
    const { key } = await client.create(newKey);
    const after = client.list();
    // Then the read that comes after it sees the key
    expect((await after).keys.map(({ id }) => id)).toContain(key.id);
    await before;
  });
  expect(lists()).toBe(2);
});

test("many writers and readers at once never miss their own writes", async () => {
  await withClient({ endpoint: server.url }, async (client) => {
    await Promise.all(
      Array.from({ length: 24 }, async (_unused, index) => {
        const { key } = await client.create({ ...newKey, name: `key-${index}` });
        expect((await client.list()).keys.map(({ id }) => id)).toContain(key.id);
        await client.revoke(key.id);
        expect((await client.list()).keys.map(({ id }) => id)).not.toContain(key.id);
      }),
    );
  });
  expect(lists()).toBeLessThan(48);
});

test("a failed list is not kept", async () => {
  server.setFaults([{ kind: "error", status: 403, method: "GET" }]);
  await withClient({ endpoint: server.url }, async (client) => {
    const reads = await Promise.allSettled([client.list(), client.list()]);
    expect(reads.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect((await client.list()).keys.map(({ id }) => id)).toEqual([testWorld.managementKeyId]);
  });
  expect(lists()).toBe(2);
});

test("one reader who gives up does not end the request of the others", async () => {
  server.setFaults([{ kind: "latency", ms: 150, method: "GET" }]);
  await withClient({ endpoint: server.url }, async (client) => {
    const giving = new AbortController();
    const given = client.list({ signal: giving.signal });
    const kept = client.list();
    giving.abort();
    await expect(given).rejects.toMatchObject({ code: "ABORTED" });
    expect((await kept).keys).toHaveLength(1);
  });
  expect(lists()).toBe(1);
});

test("a reader who has given up before makes no request", async () => {
  await withClient({ endpoint: server.url }, async (client) => {
    await expect(client.list({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ABORTED" });
  });
  expect(lists()).toBe(0);
});
