import { startEmbeddedServer, type EmbeddedServer, type Fault } from "../../src/testing";
import { callApi, listKeys, type ApiAnswer } from "../support/call-api";

let server: EmbeddedServer;
beforeEach(async () => {
  server = await startEmbeddedServer();
});
afterEach(() => server.close());

const createCall = { method: "POST", path: "/v1/api-keys", body: { name: "scheduler-prod" } };

/** What a create gives, `reset` if the connection was. */
async function create(): Promise<ApiAnswer | "reset"> {
  try {
    return await callApi(server, createCall);
  } catch (error) {
    expect(error).toMatchObject({ cause: { code: "ECONNRESET" } });
    return "reset";
  }
}

describe("a create", () => {
  test.each<
    [string, Fault, { status: number | "reset"; keys: number; type?: string; retryAfter?: string; body?: object }]
  >([
    ["a reset before it", { kind: "reset" }, { status: "reset", keys: 0 }],
    ["a lost response", { kind: "lost-response" }, { status: "reset", keys: 1 }],
    ["a proxy's error before it", { kind: "bad-gateway" }, { status: 502, keys: 0, type: "text/html; charset=UTF-8" }],
    [
      "a proxy's error after it",
      { kind: "bad-gateway-after" },
      { status: 502, keys: 1, type: "text/html; charset=UTF-8" },
    ],
    [
      "an internal error",
      { kind: "error", status: 500 },
      { status: 500, keys: 0, type: "application/json", body: { message: "Internal server error" } },
    ],
    ["an unavailable server", { kind: "error", status: 503 }, { status: 503, keys: 0, type: "application/json" }],
    [
      "a rate limit told in the header",
      { kind: "rate-limit", retryAfterSeconds: 7 },
      { status: 429, keys: 0, retryAfter: "7", body: { code: "rate_limited" } },
    ],
    [
      "a rate limit told in the body",
      { kind: "rate-limit", retryAfterSeconds: 7, toldIn: "body" },
      { status: 429, keys: 0, body: { code: "rate_limited", retryAfterSeconds: 7 } },
    ],
    [
      "a rate limit told nowhere",
      { kind: "rate-limit", toldIn: "nowhere" },
      { status: 429, keys: 0, body: { code: "rate_limited" } },
    ],
  ])("under %s leaves the keys that the fault says", async (_name, fault, expected) => {
    server.setFaults([{ ...fault, method: "POST", path: "/v1/api-keys" }]);
    const answer = await create();
    if (answer === "reset") {
      expect(expected.status).toBe("reset");
    } else {
      expect(answer.status).toBe(expected.status);
      expect(answer.headers.get("retry-after")).toBe(expected.retryAfter ?? null);
      if (expected.type !== undefined) expect(answer.headers.get("content-type")).toBe(expected.type);
      if (expected.body !== undefined) expect(answer.error).toMatchObject(expected.body);
      expect(answer.error?.retryAfterSeconds).toBe(
        (expected.body as { retryAfterSeconds?: number } | undefined)?.retryAfterSeconds,
      );
      expect(answer.headers.get("x-request-id")).toMatch(/^req_/);
    }
    expect(await listKeys(server)).toHaveLength(expected.keys);
  });

  test("after a fault goes through", async () => {
    server.setFaults([{ kind: "reset" }]);
    expect(await create()).toBe("reset");
    expect(await create()).toMatchObject({ status: 201 });
  });
});

describe("a fault", () => {
  test("strikes only what it is meant for", async () => {
    server.setFaults([{ kind: "error", status: 500, method: "DELETE", path: "/v1/api-keys/*", count: "always" }]);
    expect((await callApi(server, { path: "/v1/api-keys" })).status).toBe(200);
    expect((await callApi(server, { method: "DELETE", path: "/v1/api-keys/1" })).status).toBe(500);
    expect((await callApi(server, { method: "DELETE", path: "/v1/api-keys/2" })).status).toBe(500);
    server.setFaults([]);
    expect((await callApi(server, { method: "DELETE", path: "/v1/api-keys/1" })).status).toBe(404);
  });

  test("may strike the second of three requests", async () => {
    server.setFaults([{ kind: "error", status: 503, after: 1 }]);
    const statuses = [];
    for (let index = 0; index < 3; index++) statuses.push((await callApi(server, { path: "/healthz" })).status);
    expect(statuses).toEqual([200, 503, 200]);
  });

  test("of latency holds the request, which then goes through", async () => {
    server.setFaults([{ kind: "latency", ms: 120 }]);
    const start = performance.now();
    expect((await callApi(server, { path: "/healthz" })).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(115);
  });

  test("of latency does not keep the server from closing", async () => {
    server.setFaults([{ kind: "latency", ms: 60_000, path: "/healthz" }]);
    const held = callApi(server, { path: "/healthz" });
    // The connection of this one is younger, so the held request has arrived when it is answered.
    await callApi(server, { path: "/readyz" });
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).toBeLessThan(5_000);
    expect((await held).status).toBe(200);
  });

  test("is in the request log, without a status where the connection was reset", async () => {
    server.setFaults([{ kind: "reset" }, { kind: "lost-response" }, { kind: "bad-gateway" }]);
    for (let index = 0; index < 3; index++) await create();
    expect(server.requests().map(({ status }) => status)).toEqual([undefined, undefined, 502]);
  });

  test("can be there from the start", async () => {
    const struck = await startEmbeddedServer({ faults: [{ kind: "error", status: 503 }] });
    expect((await callApi(struck, { path: "/readyz" })).status).toBe(503);
    await struck.close();
  });
});
