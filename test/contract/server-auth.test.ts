import { Duration } from "../../src/model/duration";
import { Secret } from "../../src/model/secret";
import { createEmbeddedServer } from "../../src/server";
import { FakeClock, startEmbeddedServer, testWorld, type EmbeddedServer, type Seed } from "../../src/testing";
import { callApi, createKey, logIn, withBearer, withKey } from "../support/call-api";
import { anyText, objectWith, textMatching } from "../support/expectations";

const twoProjects: Seed = {
  projects: [
    { id: "p-prod", name: "prod" },
    { id: "p-sandbox", name: "sandbox", environment: "sandbox" },
  ],
  users: [{ email: testWorld.email, password: testWorld.password }],
  keys: [{ name: "ci", secret: testWorld.managementKey }],
};

describe("a credential", () => {
  let server: EmbeddedServer;
  beforeAll(async () => {
    server = await startEmbeddedServer();
  });
  afterAll(() => server.close());

  const goodKey = testWorld.managementKey.reveal();

  test.each([
    ["a key in X-API-Key", withKey(goodKey), 200],
    ["a key as a bearer credential", withBearer(goodKey), 200],
    ["a bearer credential in other letters", { authorization: `bearer ${goodKey}` }, 200],
    ["no credential", {}, 401],
    ["an unknown key", withKey("pb_live_unknown"), 401],
    ["an unknown bearer credential", withBearer("pb_live_unknown"), 401],
    ["a forged token", withBearer("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA"), 401],
    ["basic authentication", { authorization: "Basic YTpi" }, 401],
    ["a bad X-API-Key before a good bearer credential", { ...withKey("pb_live_x"), ...withBearer(goodKey) }, 401],
    ["a good X-API-Key before a bad bearer credential", { ...withKey(goodKey), ...withBearer("x") }, 200],
  ])("%s answers %i", async (_name, headers, status) => {
    const answer = await callApi(server, { path: "/v1/pinterest/accounts", headers });
    expect(answer.status).toBe(status);
    expect(answer.error === undefined).toBe(status === 200);
  });

  test("that is revoked answers 401 from then on", async () => {
    const { id, secret } = await createKey(server, { name: "short-lived" });
    const probe = { path: "/v1/pinterest/accounts", headers: withKey(secret) };
    expect((await callApi(server, probe)).status).toBe(200);
    expect((await callApi(server, { method: "DELETE", path: `/v1/api-keys/${id}` })).status).toBe(204);
    const refused = await callApi(server, probe);
    expect(refused.status).toBe(401);
    expect(refused.error?.code).toBe("invalid_api_key");
  });

  test.each([["/healthz"], ["/readyz"]])("is not needed for %s", async (path) => {
    expect((await callApi(server, { path, headers: {} })).status).toBe(200);
  });

  test.each([
    ["GET", "/v1/api-keys", "read"],
    ["POST", "/v1/api-keys", "write"],
    ["PATCH", "/v1/api-keys/x", "write"],
    ["DELETE", "/v1/api-keys/x", "destructive"],
    ["GET", "/v1/activity-logs", "read"],
    ["GET", "/v1/projects", "read"],
    ["GET", "/v1/pinterest/accounts", "read"],
    ["POST", "/v1/pins", "write"],
  ])("that may do all but %s %s is refused with 403", async (method, path, scope) => {
    const others = ["read", "write", "destructive"].filter((other) => other !== scope);
    const { secret } = await createKey(server, { name: `all but ${scope}`, scopes: others });
    const answer = await callApi(server, { method, path, headers: withKey(secret) });
    expect(answer.status).toBe(403);
    expect(answer.error).toMatchObject({ code: "insufficient_scope", requestId: answer.headers.get("x-request-id") });
  });

  test("is never found in an answer to a refusal", async () => {
    const answer = await callApi(server, { path: "/v1/api-keys", headers: withKey("pb_live_wrong-secret") });
    expect(answer.text).not.toContain("wrong-secret");
  });
});

describe("a login", () => {
  test("answers a token for the active project, with everything of the contract", async () => {
    const server = await startEmbeddedServer({ seed: twoProjects, behaviour: { tokenLifetimeSeconds: 600 } });
    const { status, json } = await callApi(server, {
      method: "POST",
      path: "/v1/auth/login",
      headers: {},
      body: { email: testWorld.email.toUpperCase(), password: testWorld.password.reveal() },
    });
    expect(status).toBe(200);
    const project = { id: "p-prod", name: "prod", environment: "production", plan: "pro" };
    expect(json).toEqual({
      access_token: textMatching(/^ey[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: "bearer",
      expires_in: 600,
      user: { id: anyText(), email: testWorld.email },
      organization: { id: anyText(), name: "Example organization" },
      active_project: objectWith(project),
      projects: [objectWith(project), objectWith({ id: "p-sandbox", environment: "sandbox" })],
    });
    await server.close();
  });

  test.each([
    ["a wrong password", { email: testWorld.email, password: "wrong" }, 401, "invalid_credentials"],
    ["an unknown person", { email: "x@acme.example", password: "wrong" }, 401, "invalid_credentials"],
    ["no password", { email: testWorld.email }, 422, undefined],
    ["nothing", {}, 422, undefined],
  ])("with %s is refused", async (_name, body, status, code) => {
    const server = await startEmbeddedServer();
    const answer = await callApi(server, { method: "POST", path: "/v1/auth/login", headers: {}, body });
    expect(answer.status).toBe(status);
    expect(answer.error?.code).toBe(code);
    await server.close();
  });

  test.each([
    ["one second before its token expires", 3599, 200],
    ["at the instant its token expires", 3600, 401],
  ])("%s, after %i seconds, answers %i", async (_name, seconds, status) => {
    const clock = new FakeClock();
    const server = await startEmbeddedServer({ clock });
    const headers = withBearer(await logIn(server));
    clock.advance(Duration.seconds(seconds));
    expect((await callApi(server, { path: "/v1/api-keys", headers })).status).toBe(status);
    await server.close();
  });
});

describe("a project", () => {
  let server: EmbeddedServer;
  beforeEach(async () => {
    server = await startEmbeddedServer({ seed: twoProjects });
  });
  afterEach(() => server.close());

  const switchTo = async (token: string, projectId: unknown) =>
    callApi(server, {
      method: "POST",
      path: "/v1/projects/switch",
      headers: withBearer(token),
      body: { project_id: projectId },
    });

  test("is listed with the others, the active one named", async () => {
    const { json } = await callApi(server, { path: "/v1/projects" });
    expect(json).toMatchObject({
      organization: { name: "Example organization" },
      active_project: { id: "p-prod" },
      projects: [{ id: "p-prod" }, { id: "p-sandbox" }],
    });
  });

  test("that is switched to is the one that the fresh token is for, and the next login", async () => {
    const first = await logIn(server);
    const { status, json } = await switchTo(first, "p-sandbox");
    expect(status).toBe(200);
    const { access_token: second } = json as { access_token: string };
    const created = await createKey(server, { name: "sandbox key" }, withBearer(second));
    expect(created.secret).toMatch(/^pb_test_[\w-]{43}$/);
    const namesFor = async (token: string): Promise<string[]> => {
      const list = await callApi(server, { path: "/v1/api-keys", headers: withBearer(token) });
      return (list.json as { name: string }[]).map(({ name }) => name);
    };
    expect(await namesFor(second)).toEqual(["sandbox key"]);
    expect(await namesFor(first)).toEqual(["ci"]);
    expect(await namesFor(await logIn(server))).toEqual(["sandbox key"]);
  });

  test("of another is out of reach: its keys are not found", async () => {
    const token = await logIn(server);
    const { json } = await switchTo(token, "p-sandbox");
    const other = withBearer((json as { access_token: string }).access_token);
    const { id } = await createKey(server, { name: "sandbox key" }, other);
    expect((await callApi(server, { method: "DELETE", path: `/v1/api-keys/${id}` })).status).toBe(404);
  });

  test.each([
    ["an unknown one", "p-none", 404],
    ["none", undefined, 422],
  ])("switch to %s answers an error", async (_name, projectId, status) => {
    expect((await switchTo(await logIn(server), projectId)).status).toBe(status);
  });

  test("cannot be switched with a key", async () => {
    const headers = withKey(testWorld.managementKey.reveal());
    const body = { project_id: "p-sandbox" };
    const answer = await callApi(server, { method: "POST", path: "/v1/projects/switch", headers, body });
    expect(answer.status).toBe(403);
  });
});

describe("a server without a seed", () => {
  test.each([
    [false, /^pb_live_/],
    [true, /^pb_test_/],
  ])("and sandbox %s has one person, whose keys are of that kind", async (sandbox, form) => {
    const server = await createEmbeddedServer({ sandbox });
    expect(server.login?.password).toBeInstanceOf(Secret);
    const { json } = await callApi(server, {
      method: "POST",
      path: "/v1/auth/login",
      headers: {},
      body: { email: server.login?.email, password: server.login?.password.reveal() },
    });
    const headers = withBearer((json as { access_token: string }).access_token);
    expect((await createKey(server, { name: "first" }, headers)).secret).toMatch(form);
    await server.close();
  });
});
