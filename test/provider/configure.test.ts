import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { UNKNOWN } from "../../src/framework";
import { keyturnProvider } from "../../src/provider/keyturn-provider";
import { FakeClock, startEmbeddedServer, testWorld, type EmbeddedServer } from "../../src/testing";
import { KeyWorld, goodConfig } from "../support/key-world";
import { ProviderHarness, type ShownDiagnostic } from "../support/provider-harness";

describe("configuring the provider", () => {
  let api: EmbeddedServer;
  let website: Server;
  beforeAll(async () => {
    api = await startEmbeddedServer();
    website = createServer((request, response) => {
      response
        .writeHead(request.url?.startsWith("/broken") ? 502 : 200, { "content-type": "text/html" })
        .end("<html>hello</html>");
    });
    await new Promise<void>((resolve) => website.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    await api.close();
    await new Promise<void>((resolve) => {
      website.close(() => {
        resolve();
      });
    });
  });

  async function configure(config: object, environment: Record<string, string>): Promise<readonly ShownDiagnostic[]> {
    // Waiting between tries costs no time.
    const clock = new FakeClock();
    clock.sleep = async ({ ms }) => {
      clock.advance({ ms });
      await Promise.resolve();
    };
    const definition = keyturnProvider({
      environment: { KEYTURN_ENDPOINT: api.url, ...environment },
      clock,
      version: "0.0.0",
    });
    return await new ProviderHarness(definition).configure(config);
  }

  const key = testWorld.managementKey.reveal();
  const login = { KEYTURN_EMAIL: testWorld.email, KEYTURN_PASSWORD: testWorld.password.reveal() };

  test.each<[string, object, Record<string, string>]>([
    ["a key from the environment", {}, { KEYTURN_API_KEY: key }],
    ["a login from the environment", {}, login],
    ["a login and a project", { project_id: testWorld.projectId }, login],
    ["a key from the configuration, whatever the environment says", { api_key: key }, { KEYTURN_TOKEN: "stale" }],
    ["empty variables beside the one that counts", {}, { KEYTURN_API_KEY: key, KEYTURN_TOKEN: "", KEYTURN_EMAIL: "" }],
    ["a configuration that is known only after apply", { endpoint: UNKNOWN }, {}],
  ])("works with %s", async (_name, config, environment) => {
    expect(await configure(config, environment)).toEqual([]);
  });

  test.each<[string, object, Record<string, string>, string, RegExp]>([
    [
      "no credential",
      {},
      {},
      "Invalid provider configuration",
      /no credential for the API; set one of .* KEYTURN_API_KEY/,
    ],
    [
      "two credentials",
      {},
      { KEYTURN_API_KEY: key, ...login },
      "Invalid provider configuration",
      /several credentials .* a key and login; leave one/,
    ],
    [
      "a key that the API does not know",
      {},
      { KEYTURN_API_KEY: "pb_live_wrong" },
      "The API does not accept the credential",
      /request id/i,
    ],
    [
      "a wrong password",
      {},
      { ...login, KEYTURN_PASSWORD: "wrong-password" },
      "The API does not accept the credential",
      /request id/i,
    ],
    [
      "an address that nothing listens on",
      { endpoint: "http://127.0.0.1:1" },
      { KEYTURN_API_KEY: key },
      "The API cannot be reached",
      /127\.0\.0\.1:1/,
    ],
    [
      "an address that is none",
      { endpoint: "api.example" },
      { KEYTURN_API_KEY: key },
      "Invalid provider configuration",
      /the endpoint cannot be used: it is not a URL/i,
    ],
    [
      "time for nothing",
      { request_timeout: "0s" },
      { KEYTURN_API_KEY: key },
      "Invalid value",
      /leaves no time for an answer/,
    ],
    ["too many retries", { max_retries: 21 }, { KEYTURN_API_KEY: key }, "Invalid value", /from 0 to 20/],
  ])("refuses %s with one clear error", async (_name, config, environment, summary, detail) => {
    const diagnostics = await configure(config, environment);
    expect(diagnostics).toEqual([
      expect.objectContaining({ severity: "error", summary, detail: expect.stringMatching(detail) as string }),
    ]);
    const text = JSON.stringify(diagnostics);
    for (const secret of [key, "pb_live_wrong", "wrong-password"]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/\\n\s+at /);
  });

  test.each([
    ["a web site", "", "Unexpected answer", /html/i],
    ["a proxy that cannot reach the API", "/broken", "The API failed", /502/],
  ])("refuses %s with one clear error", async (_name, path, summary, detail) => {
    const endpoint = `http://127.0.0.1:${(website.address() as AddressInfo).port}${path}`;
    expect(await configure({ endpoint }, { KEYTURN_API_KEY: key })).toEqual([
      expect.objectContaining({ severity: "error", summary, detail: expect.stringMatching(detail) as string }),
    ]);
  });

  test("refuses a key of another environment than the workspace's", async () => {
    const world = await KeyWorld.start({ provider: { environment: "staging" } });
    try {
      const plan = await world.key().plan(goodConfig);
      expect(plan.action).toBe("refused");
      expect(plan.diagnostics).toEqual([
        expect.objectContaining({
          path: "environment",
          detail: expect.stringContaining('for the environment "prod", but its provider is for "staging"') as string,
        }),
      ]);
    } finally {
      await world.close();
    }
  });
});
