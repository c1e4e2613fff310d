import { FakeClock, startEmbeddedServer, type EmbeddedServer } from "../../src/testing";
import { defaultBehaviour } from "../../src/server/behaviour";
import { callApi } from "../support/call-api";

describe("without admin", () => {
  test.each(["/_embedded/faults", "/_embedded/behaviour", "/_embedded/requests"])("there is no %s", async (path) => {
    const server = await startEmbeddedServer();
    expect((await callApi(server, { path })).status).toBe(404);
    await server.close();
  });
});

describe("with admin", () => {
  let server: EmbeddedServer;
  beforeEach(async () => {
    server = await startEmbeddedServer({ admin: true, clock: new FakeClock() });
  });
  afterEach(() => server.close());
  const admin = (method: string, path: string, body?: unknown) =>
    callApi(server, { method, path: `/_embedded/${path}`, headers: {}, ...(body === undefined ? {} : { body }) });

  test("faults can be set, seen and taken away", async () => {
    const faults = [
      { kind: "error", status: 503, path: "/healthz", count: 2 },
      { kind: "latency", ms: 1 },
      { kind: "rate-limit", retryAfterSeconds: 3, toldIn: "body", method: "POST" },
      { kind: "lost-response", after: 1, count: "always" },
    ];
    expect((await admin("PUT", "faults", faults)).json).toEqual(faults);
    expect((await callApi(server, { path: "/healthz" })).status).toBe(503);
    expect((await admin("PUT", "faults", [])).status).toBe(200);
    expect((await callApi(server, { path: "/healthz" })).status).toBe(200);
    expect((await admin("GET", "faults")).json).toEqual([]);
  });

  test("every switch can be moved to another setting", async () => {
    const changes = {
      uniqueNames: true,
      listsRevokedKeys: true,
      secondDelete: 204,
      namesOnly: true,
      keysMayCreateKeys: false,
      keyInActivity: "id",
      logsReads: true,
      endlessCursor: true,
      keepsLastUsed: false,
      lastUsedGranularityMs: 60_000,
      lastUsedIntervalMs: 600_000,
      lastUsedLagMs: 1000,
      errorShape: "plain",
      tokenLifetimeSeconds: 60,
      retentionDays: 7,
    };
    expect(Object.keys(changes).sort()).toEqual(Object.keys(defaultBehaviour).sort());
    expect((await admin("GET", "behaviour")).json).toEqual(defaultBehaviour);
    expect((await admin("PATCH", "behaviour", changes)).json).toEqual(changes);
    expect((await admin("PATCH", "behaviour", { namesOnly: false })).json).toEqual({ ...changes, namesOnly: false });
  });

  test.each([
    ["PUT", "faults", [{ kind: "earthquake" }]],
    ["PUT", "faults", [{ kind: "reset", count: 0 }]],
    ["PUT", "faults", [{ kind: "reset", paths: "/" }]],
    ["PUT", "faults", { kind: "reset" }],
    ["PATCH", "behaviour", { uniqueName: true }],
    ["PATCH", "behaviour", { secondDelete: 500 }],
    ["POST", "clock", { advanceSeconds: -1 }],
  ])("%s %s with %j is refused with 422", async (method, path, body) => {
    const answer = await admin(method, path, body);
    expect(answer.status).toBe(422);
    expect(answer.error?.fields.length).toBeGreaterThan(0);
  });

  test("requests of the API are listed and forgotten, those to admin are not among them", async () => {
    await callApi(server, { path: "/healthz" });
    const { json } = await admin("GET", "requests");
    expect(json).toMatchObject([{ method: "GET", path: "/healthz", status: 200, at: "2026-03-01T12:00:00Z" }]);
    await admin("DELETE", "requests");
    expect((await admin("GET", "requests")).json).toEqual([]);
  });

  test("faults strike no request to admin, so that they can be healed", async () => {
    await admin("PUT", "faults", [{ kind: "reset", count: "always" }]);
    await expect(callApi(server, { path: "/healthz" })).rejects.toThrow();
    expect((await admin("PUT", "faults", [])).status).toBe(200);
  });

  test("the clock can be put forward", async () => {
    expect((await admin("POST", "clock", { advanceSeconds: 7_776_000 })).json).toEqual({ now: "2026-05-30T12:00:00Z" });
    const { headers } = await callApi(server, { path: "/healthz" });
    expect(headers.get("date")).toBe("Sat, 30 May 2026 12:00:00 GMT");
  });
});
