import { readFile, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { FakeClock, startEmbeddedServer, testWorld, type EmbeddedServer } from "../../src/testing";
import { callApi, createKey, listKeys, logIn, withKey } from "../support/call-api";
import { objectWith, textMatching, textWith } from "../support/expectations";
import { startServeProcess, type ServeProcess } from "../support/serve-process";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let files = 0;
const freshFile = (): string => path.join(folder, `keys-${++files}.json`);

const open: EmbeddedServer[] = [];
async function start(dataFile: string, clock = new FakeClock()): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ dataFile, clock });
  open.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

describe("a server with a data file", () => {
  test("knows after a restart what it knew before", async () => {
    const dataFile = freshFile();
    const first = await start(dataFile);
    const kept = await createKey(first, { name: "kept", scopes: ["read"] });
    const revoked = await createKey(first, { name: "revoked" });
    await callApi(first, { method: "DELETE", path: `/v1/api-keys/${revoked.id}` });
    await callApi(first, { method: "PATCH", path: `/v1/api-keys/${kept.id}`, body: { name: "renamed" } });
    await callApi(first, { path: "/v1/pinterest/accounts", headers: withKey(kept.secret) });
    const before = await listKeys(first);
    const activity = (await callApi(first, { path: "/v1/activity-logs" })).json;
    await first.close();

    const second = await start(dataFile);
    expect(await listKeys(second)).toEqual(before);
    expect(before).toMatchObject([{ name: "renamed", last_used_at: "2026-03-01T12:00:00Z" }]);
    expect((await callApi(second, { path: "/v1/activity-logs" })).json).toEqual(activity);
    const probe = (secret: string) => callApi(second, { path: "/v1/pinterest/accounts", headers: withKey(secret) });
    expect((await probe(kept.secret)).status).toBe(200);
    expect((await probe(revoked.secret)).status).toBe(401);
    await logIn(second);
  });

  test("keeps no secret and no password in its files, which only the owner may read", async () => {
    const dataFile = freshFile();
    const server = await start(dataFile);
    const { secret } = await createKey(server, { name: "n" });
    await server.close();
    for (const file of [dataFile, `${dataFile}.activity`]) {
      const text = await readFile(file, "utf8");
      for (const hidden of [secret, testWorld.managementKey.reveal(), testWorld.password.reveal()]) {
        expect(text).not.toContain(hidden);
      }
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
  });

  test("leaves no lock and no temporary file when it is closed", async () => {
    const dataFile = freshFile();
    const server = await start(dataFile);
    await createKey(server, { name: "n" });
    expect(existsSync(`${dataFile}.lock`)).toBe(true);
    await server.close();
    const base = path.basename(dataFile);
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith(base))
        .sort(),
    ).toEqual([base, `${base}.activity`]);
  });

  test("has a change on the disk before it answers", async () => {
    const dataFile = freshFile();
    const server = await start(dataFile);
    const { id } = await createKey(server, { name: "first" });
    const onDisk = async (): Promise<string> => readFile(dataFile, "utf8");
    expect(await onDisk()).toContain(id);
    await callApi(server, { method: "PATCH", path: `/v1/api-keys/${id}`, body: { name: "second" } });
    expect(await onDisk()).toContain('"name":"second"');
    await callApi(server, { method: "DELETE", path: `/v1/api-keys/${id}` });
    expect(await onDisk()).toContain('"revokedAt":"2026-03-01T12:00:00Z"');
  });

  test("writes uses and activity within a second without being closed", async () => {
    const dataFile = freshFile();
    const clock = new FakeClock();
    const server = await start(dataFile, clock);
    const { secret } = await createKey(server, { name: "n" });
    clock.advance({ ms: 5000 });
    await callApi(server, { path: "/v1/pinterest/accounts", headers: withKey(secret) });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await readFile(dataFile, "utf8")).toContain('"lastUsedAt":"2026-03-01T12:00:05Z"');
    expect(await readFile(`${dataFile}.activity`, "utf8")).toContain('"api_key.created"');
  });

  test("answers 500 when the disk cannot be written, and saves the key with the next change", async () => {
    const dataFile = freshFile();
    const errors: unknown[] = [];
    const server = await startEmbeddedServer({ dataFile, onUnexpectedError: (error) => errors.push(error) });
    open.push(server);
    await symlink(path.join(folder, "missing", "target"), `${dataFile}.tmp`);
    const answer = await callApi(server, { method: "POST", path: "/v1/api-keys", body: { name: "unsure" } });
    expect(answer.status).toBe(500);
    expect(answer.error).toEqual({
      message: "Internal server error",
      requestId: answer.headers.get("x-request-id"),
      fields: [],
    });
    expect(errors).toEqual([objectWith({ message: textWith(`${dataFile} cannot be written`) })]);
    await unlink(`${dataFile}.tmp`);
    await createKey(server, { name: "sure" });
    expect((await listKeys(server)).map(({ name }) => name)).toEqual(["unsure", "sure"]);
    expect(await readFile(dataFile, "utf8")).toContain('"name":"unsure"');
  });

  test("refuses a file that another server has open, under any name", async () => {
    const dataFile = freshFile();
    await start(dataFile);
    const link = freshFile();
    await symlink(dataFile, link);
    await expect(start(dataFile)).rejects.toMatchObject({ code: "INVALID_CONFIGURATION" });
    await expect(start(link)).rejects.toThrow("is in use by process");
  });

  test("saves through a link, and leaves the link one", async () => {
    const dataFile = freshFile();
    await (await start(dataFile)).close();
    const link = freshFile();
    await symlink(dataFile, link);
    const server = await start(link);
    const { id } = await createKey(server, { name: "n" });
    expect(await readFile(dataFile, "utf8")).toContain(id);
  });

  test("that cannot have its port leaves no file behind, and no lock", async () => {
    const dataFile = freshFile();
    const { url } = await start(freshFile());
    const failed = startEmbeddedServer({ dataFile, port: Number(new URL(url).port) });
    await expect(failed).rejects.toThrow("cannot listen on 127.0.0.1");
    expect(existsSync(dataFile)).toBe(false);
    await start(dataFile);
  });

  test.each([
    ["an empty file", ""],
    ["half a file", '{"version":1,"organization":{"id":'],
    ["something else", "[]"],
  ])("refuses %s, and leaves it as it is", async (_name, text) => {
    const dataFile = freshFile();
    await writeFile(dataFile, text);
    await expect(start(dataFile)).rejects.toThrow(`the data file ${dataFile} cannot be read`);
    expect(await readFile(dataFile, "utf8")).toBe(text);
    expect(existsSync(`${dataFile}.lock`)).toBe(false);
  });

  test.each([
    ["a folder", folder, "it is a folder"],
    ["a file in a folder that is not there", path.join(folder, "none", "keys.json"), "its folder does not exist"],
  ])("refuses %s", async (_name, dataFile, reason) => {
    await expect(start(dataFile)).rejects.toThrow(reason);
  });

  test("drops an activity line that a crash cut off, and refuses one that is damaged", async () => {
    const dataFile = freshFile();
    const first = await start(dataFile);
    await createKey(first, { name: "n" });
    await first.close();
    const lines = await readFile(`${dataFile}.activity`, "utf8");

    await writeFile(`${dataFile}.activity`, `${lines}{"sequence":99,"proj`);
    const second = await start(dataFile);
    await createKey(second, { name: "after the crash" });
    const { json } = await callApi(second, { path: "/v1/activity-logs" });
    expect((json as { items: unknown[] }).items).toHaveLength(2);
    await second.close();

    await writeFile(`${dataFile}.activity`, `{"sequence":1}\n${lines}`);
    await expect(start(dataFile)).rejects.toThrow(`${dataFile}.activity:1`);
  });
});

describe("a server process with a data file", () => {
  const processes: ServeProcess[] = [];
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((server) => server.end("SIGKILL")));
  });
  const password = "a password for tests";
  async function serve(dataFile: string): Promise<{ server: ServeProcess; headers: Record<string, string> }> {
    const server = await startServeProcess(["--data", dataFile], { KEYTURN_SERVE_PASSWORD: password });
    processes.push(server);
    const { json } = await callApi(server, {
      method: "POST",
      path: "/v1/auth/login",
      headers: {},
      body: { email: server.ready.email, password },
    });
    return { server, headers: { authorization: `Bearer ${(json as { access_token: string }).access_token}` } };
  }

  test("that is killed in the middle of creates has lost no key that it answered", async () => {
    const dataFile = freshFile();
    const { server, headers } = await serve(dataFile);
    const acknowledged: { id: string; secret: string }[] = [];
    let created = 0;
    const createUntilKilled = async (): Promise<void> => {
      for (;;) {
        try {
          acknowledged.push(await createKey(server, { name: `key-${++created}` }, headers));
        } catch (error) {
          expect(error).toMatchObject({ name: "TypeError", message: "fetch failed" });
          return;
        }
      }
    };
    const work = Promise.all(Array.from({ length: 8 }, createUntilKilled));
    while (acknowledged.length < 60) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await server.end("SIGKILL")).signal).toBe("SIGKILL");
    await work;

    const again = await serve(dataFile);
    const ids = new Set((await listKeys(again.server, again.headers)).map(({ id }) => id));
    expect(acknowledged.filter(({ id }) => !ids.has(id))).toEqual([]);
    const last = acknowledged.at(-1);
    const probe = { path: "/v1/pinterest/accounts", headers: withKey(last?.secret ?? "") };
    expect((await callApi(again.server, probe)).status).toBe(200);
  }, 30_000);

  test.each(["SIGTERM", "SIGINT"] as const)(
    "that is ended by %s saves the last use, and exits with 0",
    async (signal) => {
      const dataFile = freshFile();
      const { server, headers } = await serve(dataFile);
      const { secret } = await createKey(server, { name: "n" }, headers);
      await callApi(server, { path: "/v1/pinterest/accounts", headers: withKey(secret) });
      expect(await server.end(signal)).toEqual({ code: 0, signal: null });
      expect(await readFile(dataFile, "utf8")).toMatch(/"lastUsedAt":"2/);
      expect(await readFile(`${dataFile}.activity`, "utf8")).toContain('"api_key.created"');
      expect(existsSync(`${dataFile}.lock`)).toBe(false);
    },
  );

  test("of several that start at once over a stale lock is the only one that serves", async () => {
    const dataFile = freshFile();
    const { server } = await serve(dataFile);
    await server.end("SIGKILL");
    expect(existsSync(`${dataFile}.lock`)).toBe(true);
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => serve(dataFile)));
    const served = results.filter(({ status }) => status === "fulfilled");
    expect(served).toHaveLength(1);
    for (const result of results) {
      if (result.status === "rejected") {
        expect(result.reason).toMatchObject({
          exitCode: 1,
          output: textMatching(/^keyturn: the data file .* in use.*\n$/),
        });
      }
    }
  }, 30_000);
});
