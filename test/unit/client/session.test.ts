/** Logging in: when, how often, and what happens when the API no longer takes a token. */
import type { Answer } from "../../../src/client/answer";
import type { ApiRequest } from "../../../src/client/api-request";
import type { Exchange } from "../../../src/client/exchange";
import { failureError } from "../../../src/client/describe-error";
import { authenticate } from "../../../src/client/session";
import { readErrorBody } from "../../../src/api/error-body";
import { Instant } from "../../../src/model/instant";
import { Secret } from "../../../src/model/secret";

const login = { kind: "login", email: "ann@acme.example", password: new Secret("correct horse") } as const;
const call: ApiRequest = { method: "GET", path: "/v1/api-keys", purpose: "list the keys" };
const creation: ApiRequest = { ...call, method: "POST", purpose: "create a key", isOnceOnly: true };

type Respond = (request: ApiRequest, token: string | undefined) => { status: number; json: unknown } | "broken";

/** An API that answers at once, and notes what it was asked, with which token. */
function fakeApi(respond: Respond): { exchange: Exchange; calls: string[]; count: (path: string) => number } {
  const calls: string[] = [];
  const exchange: Exchange = async (request) => {
    const token = request.credential?.secret.reveal();
    calls.push(`${request.method} ${request.path} ${token ?? "-"}`);
    await Promise.resolve();
    const response = respond(request, token);
    const attempted = { request, host: "api.example.com", tries: 1 };
    if (response === "broken") throw failureError(attempted, { failure: "broken", reason: "it broke" });
    const answer: Answer = {
      status: response.status,
      servedAt: Instant.ofEpochMs(0),
      isDated: true,
      requestId: undefined,
      contentType: "application/json",
      json: response.json,
      location: undefined,
      retryAfter: undefined,
    };
    return { ...attempted, answer, problem: readErrorBody(response.json) };
  };
  return { exchange, calls, count: (path) => calls.filter((line) => line.includes(` ${path} `)).length };
}

const ok = { status: 200, json: [] };
const unauthorized = { status: 401, json: { detail: "Invalid token" } };

function loggedIn(token: string, activeProject?: string): { status: number; json: unknown } {
  const active = activeProject === undefined ? {} : { active_project: { id: activeProject, name: "n" } };
  return { status: 200, json: { access_token: token, token_type: "bearer", expires_in: 60, ...active } };
}

/** Issues t1, t2, … and takes those that `isGood` says. */
function apiWithTokens(isGood: (token: string) => boolean): ReturnType<typeof fakeApi> {
  let issued = 0;
  return fakeApi(({ path }, token) => {
    if (path !== "/v1/auth/login") return token !== undefined && isGood(token) ? ok : unauthorized;
    issued += 1;
    return loggedIn(`t${issued}`);
  });
}

const statusOf = async (sent: ReturnType<Exchange>): Promise<number> => (await sent).answer.status;

describe("a key or a token", () => {
  test.each([
    ["key", { kind: "key", secret: new Secret("pb_live_a") } as const, "x-api-key"],
    ["token", { kind: "token", token: new Secret("t0") } as const, "authorization"],
  ])("of kind %s goes with every call, and is never renewed", async (_name, credentials, header) => {
    const names: (string | undefined)[] = [];
    const api = fakeApi((request) => {
      names.push(request.credential?.name);
      return unauthorized;
    });
    expect(await statusOf(authenticate(credentials, api.exchange)(call, undefined))).toBe(401);
    expect(names).toEqual([header]);
  });
});

describe("a login", () => {
  test("waits for the first call, and happens once for many", async () => {
    const api = apiWithTokens(() => true);
    const send = authenticate(login, api.exchange);
    expect(api.calls).toEqual([]);
    await Promise.all(Array.from({ length: 20 }, () => send(call, undefined)));
    await send(call, undefined);
    expect(api.count("/v1/auth/login")).toBe(1);
    expect(api.calls.filter((line) => line.endsWith(" t1"))).toHaveLength(21);
  });

  test.each([
    [
      "another project is active",
      "other",
      ["POST /v1/auth/login -", "POST /v1/projects/switch t1", "GET /v1/api-keys t2"],
    ],
    [
      "no project is named as active",
      undefined,
      ["POST /v1/auth/login -", "POST /v1/projects/switch t1", "GET /v1/api-keys t2"],
    ],
    ["it is active already", "wanted", ["POST /v1/auth/login -", "GET /v1/api-keys t1"]],
  ])("goes to the wanted project when %s", async (_name, active, expected) => {
    const api = fakeApi(({ path }) => {
      if (path === "/v1/auth/login") return loggedIn("t1", active);
      return path === "/v1/projects/switch" ? loggedIn("t2") : ok;
    });
    await authenticate({ ...login, projectId: "wanted" }, api.exchange)(call, undefined);
    expect(api.calls).toEqual(expected);
  });

  test("is renewed once when a token is no longer taken, for all calls together", async () => {
    let isExpired = false;
    const api = apiWithTokens((token) => token !== "t1" || !isExpired);
    const send = authenticate(login, api.exchange);
    await send(call, undefined);
    isExpired = true;
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(send(call, undefined))));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(api.count("/v1/auth/login")).toBe(2);
  });

  test("is renewed for a call that must not happen twice, too: refused, it has not happened", async () => {
    const api = apiWithTokens((token) => token === "t2");
    expect(await statusOf(authenticate(login, api.exchange)(creation, undefined))).toBe(200);
    expect(api.calls).toEqual([
      "POST /v1/auth/login -",
      "POST /v1/api-keys t1",
      "POST /v1/auth/login -",
      "POST /v1/api-keys t2",
    ]);
  });

  test("is not renewed again and again when the renewed token never works", async () => {
    const api = apiWithTokens(() => false);
    const send = authenticate(login, api.exchange);
    for (let turn = 0; turn < 5; turn += 1) expect(await statusOf(send(call, undefined))).toBe(401);
    expect(api.count("/v1/auth/login")).toBe(2);
  });

  test("is renewed a second time when the renewed token has worked in between", async () => {
    let good = "t1";
    const api = apiWithTokens((token) => token === good);
    const send = authenticate(login, api.exchange);
    for (const next of ["t1", "t2", "t3"]) {
      good = next;
      expect(await statusOf(send(call, undefined))).toBe(200);
    }
    expect(api.count("/v1/auth/login")).toBe(3);
  });

  test("that is refused is not tried again, so that nobody is locked out", async () => {
    const api = fakeApi(() => unauthorized);
    const send = authenticate(login, api.exchange);
    for (let turn = 0; turn < 3; turn += 1) {
      await expect(send(call, undefined)).rejects.toMatchObject({ code: "UNAUTHENTICATED", path: "/v1/auth/login" });
    }
    expect(api.calls).toHaveLength(1);
  });

  test("that fails for another reason is tried again by the next call", async () => {
    let isBroken = true;
    const api = fakeApi(({ path }) => {
      if (path !== "/v1/auth/login") return ok;
      return isBroken ? "broken" : loggedIn("t1");
    });
    const send = authenticate(login, api.exchange);
    await expect(send(call, undefined)).rejects.toMatchObject({ code: "UNREACHABLE" });
    isBroken = false;
    expect(await statusOf(send(call, undefined))).toBe(200);
  });

  test("goes on when one of those who wait for it gives up", async () => {
    const api = apiWithTokens(() => true);
    const send = authenticate(login, api.exchange);
    const giving = new AbortController();
    const given = send(call, giving.signal);
    const kept = send(call, undefined);
    giving.abort();
    await expect(given).rejects.toMatchObject({ code: "ABORTED" });
    expect(await statusOf(kept)).toBe(200);
    expect(api.calls).toEqual(["POST /v1/auth/login -", "GET /v1/api-keys t1"]);
  });

  test.each([
    ["no token", { access_token: "" }],
    ["no content", undefined],
  ])("that answers with %s is an answer that was not expected", async (_name, json) => {
    const api = fakeApi(() => ({ status: 200, json }));
    await expect(authenticate(login, api.exchange)(call, undefined)).rejects.toMatchObject({
      code: "UNEXPECTED_ANSWER",
      path: "/v1/auth/login",
    });
  });
});
