/**
 * The client against an API that fails: what is sent again, what is not, and what the caller learns.
 *
 * The server counts. Above all, making a key is never sent again once it may have happened.
 */
import type { KeyApiClient } from "../../src/client";
import {
  startEmbeddedServer,
  testWorld,
  type EmbeddedServer,
  type FaultKind,
  type FaultTarget,
} from "../../src/testing";
import { skippingClock, withClient } from "../support/client";

const newKey = { name: "scheduler-prod~pending~abc", scopes: ["read"] };

let server: EmbeddedServer;

beforeEach(async () => {
  server = await startEmbeddedServer();
});

afterEach(() => server.close());

/** The requests of a kind that reached the server. */
function count(method: string): number {
  return server.requests().filter((request) => request.method === method && request.path.startsWith("/v1/api-keys"))
    .length;
}

function plan(kind: FaultKind, target: FaultTarget = {}): void {
  server.setFaults([{ ...kind, path: "/v1/api-keys*", ...target }]);
}

const transient: [string, FaultKind][] = [
  ["500", { kind: "error", status: 500 }],
  ["502 with a page", { kind: "bad-gateway" }],
  ["503", { kind: "error", status: 503 }],
  ["504", { kind: "error", status: 504 }],
  ["429 with a header", { kind: "rate-limit", retryAfterSeconds: 2, toldIn: "header" }],
  ["429 with a body", { kind: "rate-limit", retryAfterSeconds: 2, toldIn: "body" }],
  ["429 without a time", { kind: "rate-limit", toldIn: "nowhere" }],
  ["a reset before anything is done", { kind: "reset" }],
  ["a lost answer", { kind: "lost-response" }],
  ["502 with a page after it is done", { kind: "bad-gateway-after" }],
];

const repeatable: [string, string, (client: KeyApiClient) => Promise<unknown>][] = [
  ["GET", "reading the list", (client) => client.list()],
  ["PATCH", "changing a key", (client) => client.update(testWorld.managementKeyId, { name: "renamed" })],
  ["DELETE", "revoking a key", async (client) => client.revoke((await client.create(newKey)).key.id)],
];

describe.each(repeatable)("%s: %s", (method, _name, act) => {
  test.each(transient)("gets through %s, twice", async (_fault, kind) => {
    plan(kind, { method, count: 2 });
    await withClient({ endpoint: server.url }, act);
    expect(count(method)).toBe(3);
  });

  test("gets through when no answer comes in time, twice", async () => {
    plan({ kind: "latency", ms: 900 }, { method, count: 2 });
    await withClient({ endpoint: server.url, requestTimeout: { ms: 300 } }, act);
    // The server notes a request when it has ended.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(count(method)).toBe(3);
  });

  test.each([
    ["a limit that does not end", { kind: "rate-limit", toldIn: "nowhere" }, "RATE_LIMITED"],
    ["a failure that does not end", { kind: "error", status: 503 }, "API_FAILED"],
    ["a proxy's page that does not end", { kind: "bad-gateway" }, "API_FAILED"],
    ["resets that do not end", { kind: "reset" }, "UNREACHABLE"],
  ] as const)("gives up at %s", async (_fault, kind, code) => {
    plan(kind, { method, count: "always" });
    const failing = withClient({ endpoint: server.url, maxRetries: 2 }, act);
    await expect(failing).rejects.toMatchObject({ code, method });
    await expect(failing).rejects.toThrow(/after 3 tries/);
    expect(count(method)).toBe(3);
  });

  test.each([
    [400, "REQUEST_REFUSED"],
    [402, "FORBIDDEN"],
    [403, "FORBIDDEN"],
    [409, "CONFLICT"],
    [422, "REQUEST_REFUSED"],
  ])("does not repeat what is refused with %i", async (status, code) => {
    plan({ kind: "error", status }, { method, count: "always" });
    await expect(withClient({ endpoint: server.url }, act)).rejects.toMatchObject({ code, status });
    expect(count(method)).toBe(1);
  });
});

describe("making a key", () => {
  const create = (client: KeyApiClient): Promise<unknown> => client.create(newKey);

  async function keysMade(): Promise<number> {
    server.setFaults([]);
    return withClient({ endpoint: server.url }, async (client) => {
      const { keys } = await client.list({ fresh: true });
      return keys.filter(({ name }) => name === newKey.name).length;
    });
  }

  test.each<[string, FaultKind, number]>([
    ["500", { kind: "error", status: 500 }, 0],
    ["501", { kind: "error", status: 501 }, 0],
    ["502 with a page", { kind: "bad-gateway" }, 0],
    ["503", { kind: "error", status: 503 }, 0],
    ["504", { kind: "error", status: 504 }, 0],
    ["a reset before anything is done", { kind: "reset" }, 0],
    ["a lost answer", { kind: "lost-response" }, 1],
    ["502 with a page after it is done", { kind: "bad-gateway-after" }, 1],
  ])("is sent once at %s, and the outcome is unknown", async (_fault, kind, made) => {
    plan(kind, { method: "POST", count: "always" });
    await expect(withClient({ endpoint: server.url }, create)).rejects.toMatchObject({
      code: "OUTCOME_UNKNOWN",
      method: "POST",
      path: "/v1/api-keys",
    });
    expect(count("POST")).toBe(1);
    expect(await keysMade()).toBe(made);
  });

  test("is sent once when no answer comes in time, although the key is made later", async () => {
    plan({ kind: "latency", ms: 400 }, { method: "POST" });
    const creating = withClient({ endpoint: server.url, requestTimeout: { ms: 200 } }, create);
    await expect(creating).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(count("POST")).toBe(1);
    expect(await keysMade()).toBe(1);
  });

  test("that is ended by its caller while it is under way has an unknown outcome", async () => {
    plan({ kind: "latency", ms: 300 }, { method: "POST" });
    const ending = new AbortController();
    setTimeout(() => {
      ending.abort();
    }, 100);
    const creating = withClient({ endpoint: server.url }, (client) => client.create(newKey, { signal: ending.signal }));
    await expect(creating).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  });

  test("that is ended before it begins is not sent", async () => {
    const creating = withClient({ endpoint: server.url }, (client) =>
      client.create(newKey, { signal: AbortSignal.abort() }),
    );
    await expect(creating).rejects.toMatchObject({ code: "ABORTED" });
    expect(count("POST")).toBe(0);
  });

  test("carries the request id of a failure whose outcome is unknown", async () => {
    plan({ kind: "error", status: 500 }, { method: "POST" });
    const failure: unknown = await withClient({ endpoint: server.url }, create).catch((error: unknown) => error);
    expect(failure).toMatchObject({ requestId: server.requests().at(-1)?.requestId });
  });

  test.each(["header", "body", "nowhere"] as const)(
    "waits and is sent again at a limit told in the %s",
    async (toldIn) => {
      plan({ kind: "rate-limit", retryAfterSeconds: 1, toldIn }, { method: "POST", count: 2 });
      await withClient({ endpoint: server.url }, create);
      expect(count("POST")).toBe(3);
      expect(await keysMade()).toBe(1);
    },
  );

  test("ends as a limit that does not end, which is no unknown outcome", async () => {
    plan({ kind: "rate-limit", toldIn: "nowhere" }, { method: "POST", count: "always" });
    await expect(withClient({ endpoint: server.url }, create)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    expect(await keysMade()).toBe(0);
  });

  test.each([400, 402, 403, 409, 422])("is refused with %i, which is no unknown outcome", async (status) => {
    plan({ kind: "error", status }, { method: "POST", count: "always" });
    const failure = await withClient({ endpoint: server.url }, create).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status });
    expect(failure).not.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(count("POST")).toBe(1);
  });
});

describe("the pause between tries", () => {
  test.each(["header", "body"] as const)("is what the API asks for in the %s", async (toldIn) => {
    plan({ kind: "rate-limit", retryAfterSeconds: 7, toldIn });
    const clock = skippingClock();
    await withClient({ endpoint: server.url, clock }, (client) => client.list());
    expect(clock.waitsMs).toEqual([7_000]);
  });

  test("grows, and stays within its limit", async () => {
    plan({ kind: "error", status: 503 }, { count: 6 });
    const clock = skippingClock();
    const options = { clock, random: () => 0.999_999, maxRetries: 6, maxRetryDelay: { ms: 3_000 } };
    await withClient({ endpoint: server.url, ...options }, (client) => client.list());
    expect(clock.waitsMs.map(Math.round)).toEqual([250, 500, 1_000, 2_000, 3_000, 3_000]);
  });

  test("is not waited for if the API asks for more than the limit", async () => {
    plan({ kind: "rate-limit", retryAfterSeconds: 600, toldIn: "header" });
    const clock = skippingClock();
    const listing = withClient({ endpoint: server.url, clock }, (client) => client.list());
    await expect(listing).rejects.toThrow(/try again in 600 seconds/);
    expect(clock.waitsMs).toEqual([]);
    expect(count("GET")).toBe(1);
  });
});

describe("trying a secret", () => {
  test.each<[string, FaultKind, string]>([
    ["a failing API", { kind: "error", status: 500 }, "API_FAILED"],
    ["a proxy's page", { kind: "bad-gateway" }, "API_FAILED"],
    ["an account in arrears", { kind: "error", status: 402 }, "FORBIDDEN"],
    ["an unknown path", { kind: "error", status: 404 }, "NOT_FOUND"],
    ["a broken connection", { kind: "reset" }, "UNREACHABLE"],
  ])("says neither yes nor no at %s", async (_fault, kind, code) => {
    server.setFaults([{ ...kind, count: "always" }]);
    const trying = withClient({ endpoint: server.url }, (client) => client.authenticates(testWorld.managementKey));
    await expect(trying).rejects.toMatchObject({ code });
  });
});
