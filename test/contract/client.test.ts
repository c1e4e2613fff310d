/** The client against the embedded key API: every call, under every way that the contract leaves open. */
import type { Credentials, KeyApiClient } from "../../src/client";
import { Instant } from "../../src/model/instant";
import { Secret } from "../../src/model/secret";
import { FakeClock, startEmbeddedServer, testWorld, type Behaviour, type EmbeddedServer } from "../../src/testing";
import { withClient } from "../support/client";

const login: Credentials = { kind: "login", email: testWorld.email, password: testWorld.password };
const newKey = { name: "scheduler-prod", scopes: ["write"] };

async function withServer<T>(
  behaviour: Partial<Behaviour>,
  test: (server: EmbeddedServer) => Promise<T>,
  clock?: FakeClock,
): Promise<T> {
  const server = await startEmbeddedServer({ behaviour, ...(clock ? { clock } : {}) });
  try {
    return await test(server);
  } finally {
    await server.close();
  }
}

async function withBoth<T>(
  behaviour: Partial<Behaviour>,
  test: (client: KeyApiClient, server: EmbeddedServer) => Promise<T>,
  credentials?: Credentials,
): Promise<T> {
  return withServer(behaviour, (server) =>
    withClient({ endpoint: server.url, ...(credentials ? { credentials } : {}) }, (client) => test(client, server)),
  );
}

describe.each<[string, Credentials]>([
  ["a key", { kind: "key", secret: testWorld.managementKey }],
  ["a login", login],
  ["a login for a project", { ...login, projectId: testWorld.projectId }],
])("with %s", (_name, credentials) => {
  test("a key is made, listed, changed, tried and revoked", async () => {
    await withBoth(
      {},
      async (client) => {
        const { key, secret } = await client.create({ ...newKey, pinterestAccountIds: [testWorld.accountIds[0]] });
        expect(key).toMatchObject({
          name: newKey.name,
          scopes: ["write"],
          pinterestAccountIds: [testWorld.accountIds[0]],
        });
        expect(secret.reveal()).toMatch(/^pb_live_/);
        expect((await client.list()).keys.map(({ id }) => id)).toContain(key.id);
        expect(await client.update(key.id, { name: "renamed", pinterestAccountIds: null })).toMatchObject({
          id: key.id,
          name: "renamed",
          scopes: ["write"],
          pinterestAccountIds: undefined,
        });
        // Without the scope that the try needs, it is a 403, which only somebody who is let in can get.
        expect(await client.authenticates(secret)).toMatchObject({ authenticates: true });
        expect(await client.revoke(key.id)).toBe("revoked");
        expect(await client.authenticates(secret)).toMatchObject({ authenticates: false });
        expect((await client.list()).keys.map(({ id }) => id)).not.toContain(key.id);
      },
      credentials,
    );
  });
});

describe.each<[string, Partial<Behaviour>]>([
  ["as they are by default", {}],
  ["in the nested shape", { errorShape: "nested" }],
  ["as message and code", { errorShape: "message" }],
  ["as a sentence", { errorShape: "plain" }],
])("with error bodies %s", (_name, behaviour) => {
  test.each<[string, (client: KeyApiClient) => Promise<unknown>, string]>([
    ["an unknown key", (client) => client.update(testWorld.projectId, { name: "n" }), "NOT_FOUND"],
    ["a name that is taken", (client) => client.create({ ...newKey, name: testWorld.managementKeyName }), "CONFLICT"],
    [
      "an account that is none",
      (client) => client.create({ ...newKey, pinterestAccountIds: ["x"] }),
      "REQUEST_REFUSED",
    ],
  ])("%s is told with its request id", async (_case, act, code) => {
    await withBoth({ ...behaviour, uniqueNames: true }, async (client, server) => {
      const failure: unknown = await act(client).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: "KeyApiError", code, requestId: server.requests().at(-1)?.requestId });
    });
  });

  test.each<[string, (client: KeyApiClient) => Promise<unknown>]>([
    ["list", (client) => client.list()],
    ["create", (client) => client.create(newKey)],
    ["update", (client) => client.update(testWorld.managementKeyId, { name: "n" })],
    ["revoke", (client) => client.revoke(testWorld.managementKeyId)],
  ])("a key that is refused cannot %s, and is not tried again", async (_call, act) => {
    const credentials = { kind: "key", secret: new Secret("pb_live_unknown") } as const;
    await withBoth(
      behaviour,
      async (client, server) => {
        await expect(act(client)).rejects.toMatchObject({ code: "UNAUTHENTICATED", status: 401 });
        expect(server.requests()).toHaveLength(1);
      },
      credentials,
    );
  });

  test("a secret that is not known does not authenticate, and a key without the scope does", async () => {
    await withBoth(behaviour, async (client) => {
      const { secret } = await client.create(newKey);
      expect(await client.authenticates(new Secret("pb_live_unknown"))).toMatchObject({ authenticates: false });
      expect(await client.authenticates(secret)).toMatchObject({ authenticates: true });
    });
  });
});

test.each([204, 404] as const)("revoking twice is no error where the second answer is %i", async (secondDelete) => {
  await withBoth({ secondDelete }, async (client) => {
    const { key } = await client.create(newKey);
    expect(await client.revoke(key.id)).toBe("revoked");
    expect(await client.revoke(key.id)).toBe(secondDelete === 204 ? "revoked" : "absent");
  });
});

test("a revoked key that stays in the list says when it was revoked", async () => {
  await withBoth({ listsRevokedKeys: true }, async (client) => {
    const { key } = await client.create(newKey);
    await client.revoke(key.id);
    const listed = (await client.list()).keys.find(({ id }) => id === key.id);
    expect(listed?.revokedAt).toBeInstanceOf(Instant);
  });
});

test("an older deployment, which knows names only, is served", async () => {
  await withBoth({ namesOnly: true }, async (client) => {
    const { key } = await client.create(newKey);
    const listed = (await client.list()).keys.find(({ id }) => id === key.id);
    expect(JSON.parse(JSON.stringify(listed))).toEqual({ id: key.id, name: newKey.name });
    expect(await client.update(key.id, { name: "renamed" })).toMatchObject({ name: "renamed" });
  });
});

test("a key that may not create keys is told what may", async () => {
  await withBoth({ keysMayCreateKeys: false }, async (client) => {
    await expect(client.create(newKey)).rejects.toMatchObject({ code: "FORBIDDEN", apiCode: "user_required" });
    await expect(client.create(newKey)).rejects.toThrow(/keys may need a login/);
  });
});

test("the time of an answer is the API's own, in whole seconds", async () => {
  const clock = new FakeClock(Instant.parse("2027-05-06T07:08:09.987Z"));
  await withServer(
    {},
    (server) =>
      withClient({ endpoint: server.url }, async (client) => {
        expect(String((await client.list()).servedAt)).toBe("2027-05-06T07:08:09Z");
        expect(String((await client.authenticates(testWorld.managementKey)).servedAt)).toBe("2027-05-06T07:08:09Z");
      }),
    clock,
  );
});

test("the projects are listed, with the active one", async () => {
  await withBoth({}, async (client) => {
    const { projects, activeProject } = await client.projects();
    expect(projects).toEqual([{ id: testWorld.projectId, name: "prod", environment: "production", plan: "pro" }]);
    expect(activeProject?.id).toBe(testWorld.projectId);
  });
});

test("a login acts in the project that it names", async () => {
  const ids = ["44444444-4444-4444-8444-444444444441", "44444444-4444-4444-8444-444444444442"] as const;
  const server = await startEmbeddedServer({
    seed: {
      projects: [
        { id: ids[0], name: "prod" },
        { id: ids[1], name: "test", environment: "sandbox" },
      ],
      users: [{ email: testWorld.email, password: testWorld.password }],
    },
  });
  try {
    for (const projectId of ids) {
      await withClient({ endpoint: server.url, credentials: { ...login, projectId } }, async (client) => {
        expect((await client.projects()).activeProject?.id).toBe(projectId);
        expect((await client.create(newKey)).key.workspaceId).toBe(projectId);
      });
    }
    const elsewhere = { ...login, projectId: "55555555-5555-4555-8555-555555555555" };
    await withClient({ endpoint: server.url, credentials: elsewhere }, async (client) => {
      await expect(client.list()).rejects.toThrow(/^cannot act in the project 55555555/);
    });
  } finally {
    await server.close();
  }
});

test("a login outlives its token, for calls that must not happen twice as well", async () => {
  const clock = new FakeClock();
  await withServer(
    { tokenLifetimeSeconds: 60 },
    (server) =>
      withClient({ endpoint: server.url, credentials: login }, async (client) => {
        await client.create(newKey);
        clock.advance({ ms: 61_000 });
        await client.create({ ...newKey, name: "second" });
        const paths = server.requests().map(({ method, path, status }) => `${method} ${path} ${status ?? "-"}`);
        expect(paths).toEqual([
          "POST /v1/auth/login 200",
          "POST /v1/api-keys 201",
          "POST /v1/api-keys 401",
          "POST /v1/auth/login 200",
          "POST /v1/api-keys 201",
        ]);
      }),
    clock,
  );
});

describe("the activity log", () => {
  test.each([false, true])("is read over all pages, where the last one has a cursor: %s", async (endlessCursor) => {
    await withBoth({ endlessCursor }, async (client, server) => {
      for (let index = 0; index < 210; index += 1) await client.create({ ...newKey, name: `key-${index}` });
      const ids = new Set<string>();
      for await (const { id } of client.activity({ category: "security", action: "api_key.created" })) ids.add(id);
      expect(ids.size).toBe(210);
      const pages = server.requests().filter(({ path }) => path === "/v1/activity-logs");
      expect(pages).toHaveLength(endlessCursor ? 3 : 2);
    });
  });

  test("is asked for with every filter, and the first instant counts", async () => {
    const clock = new FakeClock();
    await withServer(
      {},
      (server) =>
        withClient({ endpoint: server.url }, async (client) => {
          await client.create({ ...newKey, name: "too-early" });
          clock.advance({ ms: 1_000 });
          const since = clock.now();
          await client.create({ ...newKey, name: "just-in-time" });
          const { key } = await client.create({ ...newKey, name: "in-time" });
          await client.update(key.id, { name: "other-action" });
          const filters = { since, action: "api_key.created", status: "success", resourceType: "api_key" };
          const messages: (string | undefined)[] = [];
          for await (const { message } of client.activity(filters)) messages.push(message);
          expect(messages.map((message) => /"(.*)"/.exec(message ?? "")?.[1]).sort()).toEqual([
            "in-time",
            "just-in-time",
          ]);
        }),
      clock,
    );
  });

  test("comes in pages that say how long entries are kept and when they were served", async () => {
    const clock = new FakeClock();
    await withServer(
      { retentionDays: 7 },
      (server) =>
        withClient({ endpoint: server.url }, async (client) => {
          await client.create(newKey);
          const pages: unknown[] = [];
          for await (const page of client.activityPages()) pages.push(page);
          expect(pages).toEqual([
            { items: [expect.objectContaining({ retentionDays: 7 })], retentionDays: 7, servedAt: clock.now() },
          ]);
        }),
      clock,
    );
  });

  test("knows the call that tried a secret by the id that the call was answered with", async () => {
    await withBoth({ logsReads: true }, async (client) => {
      const { key, secret } = await client.create({ ...newKey, scopes: ["read"] });
      const { requestId } = await client.authenticates(secret);
      const found: unknown[] = [];
      for await (const item of client.activity()) {
        if (item.requestId === requestId) found.push(item.metadata["api_key_id"]);
      }
      expect(found).toEqual([key.id]);
    });
  });

  test("stops asking when the reader stops", async () => {
    await withBoth({}, async (client, server) => {
      for (let index = 0; index < 210; index += 1) await client.create({ ...newKey, name: `key-${index}` });
      for await (const item of client.activity()) {
        expect(item.createdAt).toBeInstanceOf(Instant);
        break;
      }
      expect(server.requests().filter(({ path }) => path === "/v1/activity-logs")).toHaveLength(1);
    });
  });
});
