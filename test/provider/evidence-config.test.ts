/** The provider's configuration of further evidence: what is refused at validation, and what comes of the rest. */
import { UNKNOWN } from "../../src/framework";
import type { ConfigureContext } from "../../src/framework";
import { keyturnProvider } from "../../src/provider/keyturn-provider";
import { FakeClock, startEmbeddedServer, testWorld, type EmbeddedServer } from "../../src/testing";
import { ProviderHarness, type ShownDiagnostic } from "../support/provider-harness";

const prometheus = {
  url: "https://prometheus.example.com",
  query: 'sum(increase(requests_total{key_id="$key_id"}[$window]))',
};
const http = { url: "https://usage.example.com/keys/$key_id?since=$since" };

describe("the evidence of a provider", () => {
  let api: EmbeddedServer;
  beforeAll(async () => {
    api = await startEmbeddedServer();
  });
  afterAll(() => api.close());

  function provider() {
    return keyturnProvider({
      environment: { KEYTURN_ENDPOINT: api.url, KEYTURN_API_KEY: testWorld.managementKey.reveal() },
      clock: new FakeClock(),
      version: "0.0.0",
    });
  }

  const configure = (evidence: unknown): Promise<readonly ShownDiagnostic[]> =>
    new ProviderHarness(provider()).configure({ evidence });

  test.each<[string, unknown]>([
    ["both sources", { prometheus, http }],
    [
      "Prometheus alone",
      { prometheus: { ...prometheus, resolution: "1m", bearer_token_variable: "PROMETHEUS_TOKEN" } },
    ],
    [
      "a probe on this machine with a token",
      { http: { url: "http://127.0.0.1:1/$service", bearer_token_variable: "T" } },
    ],
    ["nothing", {}],
    ["an address that is known after apply", { prometheus: { ...prometheus, url: UNKNOWN } }],
    ["a source that is known after apply", { http: UNKNOWN }],
  ])("may have %s", async (_name, evidence) => {
    expect(await configure(evidence)).toEqual([]);
  });

  test.each<[string, unknown, string, RegExp]>([
    [
      "a query without a window",
      { prometheus: { ...prometheus, query: 'requests_total{key_id="$key_id"}' } },
      "evidence.prometheus.query",
      /^The query must have \$window where its time range goes, as in /,
    ],
    [
      "a query without a key",
      { prometheus: { ...prometheus, query: "sum(increase(requests_total[$window]))" } },
      "evidence.prometheus.query",
      /^The query must say which key is meant; write \$key_id, \$key_name or \$service into it\.$/,
    ],
    [
      "a misspelt placeholder",
      { prometheus: { ...prometheus, query: 'm{k="$key"}[$window]' } },
      "evidence.prometheus.query",
      /^The query has a placeholder that is not known/,
    ],
    [
      "a password in the address",
      { prometheus: { ...prometheus, url: "https://me:leaked@prometheus.example.com" } },
      "evidence.prometheus.url",
      /must not have a user name or a password in it/,
    ],
    [
      "a token over plain http",
      { prometheus: { ...prometheus, url: "http://prometheus.internal:9090", bearer_token_variable: "T" } },
      "evidence.prometheus.url",
      /because plain http would show the token/,
    ],
    [
      "a resolution that is no duration",
      { prometheus: { ...prometheus, resolution: "often" } },
      "evidence.prometheus.resolution",
      /"often" is not a duration/,
    ],
    [
      "a resolution that is too short",
      { prometheus: { ...prometheus, resolution: "0s" } },
      "evidence.prometheus.resolution",
      /^The resolution must be 2s or longer\.$/,
    ],
    [
      "a token in place of a variable's name",
      { http: { ...http, bearer_token_variable: "leaked.token" } },
      "evidence.http.bearer_token_variable",
      /^The name of the variable must be letters, digits and _/,
    ],
    [
      "a probe without a key",
      { http: { url: "https://usage.example.com/" } },
      "evidence.http.url",
      /must say which key/,
    ],
    ["no address at all", { http: { url: "usage" } }, "evidence.http.url", /must begin with https:\/\/ or http:\/\//],
  ])("may not have %s", async (_name, evidence, path, detail) => {
    const diagnostics = await configure(evidence);
    expect(diagnostics).toEqual([
      expect.objectContaining({
        severity: "error",
        summary: "Invalid value",
        path,
        detail: expect.stringMatching(detail) as string,
      }),
    ]);
    expect(JSON.stringify(diagnostics)).not.toContain("leaked");
  });

  test("is everything that is wrong, at once", async () => {
    const wrong = {
      prometheus: { url: "p", query: "q", resolution: "r", bearer_token_variable: "v v" },
      http: { url: "h" },
    };
    expect((await configure(wrong)).map(({ path }) => path)).toEqual([
      "evidence.prometheus.url",
      "evidence.prometheus.query",
      "evidence.prometheus.resolution",
      "evidence.prometheus.bearer_token_variable",
      "evidence.http.url",
    ]);
  });

  const nothing = {
    environment: null,
    endpoint: null,
    api_key: null,
    token: null,
    login: null,
    project_id: null,
    request_timeout: null,
    max_retries: null,
  };
  const context = { terraformVersion: "1.11.4", signal: new AbortController().signal } as ConfigureContext;

  test.each<[string, object | null, string[]]>([
    ["the activity log alone", null, ["the activity log"]],
    [
      "the activity log first, and then what is configured",
      {
        prometheus: { ...prometheus, resolution: null, bearer_token_variable: null },
        http: { ...http, bearer_token_variable: null },
      },
      ["the activity log", "Prometheus", "the HTTP probe"],
    ],
  ])("comes from %s", async (_name, evidence, expected) => {
    const data = await provider().configure({ ...nothing, evidence } as never, context);
    expect(data.evidence.map(({ name }) => name)).toEqual(expected);
    await data.client().close();
  });

  test("is checked again when a value is known at last", async () => {
    const evidence = { prometheus: null, http: { url: "leaked", bearer_token_variable: null } };
    await expect(provider().configure({ ...nothing, evidence }, context)).rejects.toMatchObject({
      code: "INVALID_CONFIGURATION",
      message: "the address must begin with https:// or http://, and have a host",
    });
  });
});
