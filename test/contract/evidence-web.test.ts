/** Prometheus and the HTTP probe over real sockets: what is sent to them, and every way in which they can fail. */
import { createHttpProbeSource } from "../../src/evidence/http-probe";
import { createPrometheusSource } from "../../src/evidence/prometheus";
import type { EvidenceSource, EvidenceWindow } from "../../src/evidence/evidence-source";
import { systemClock } from "../../src/model/clock";
import { Duration } from "../../src/model/duration";
import { Instant } from "../../src/model/instant";
import {
  httpAnswer,
  jsonAnswer,
  startRawHttpServer,
  type RawHttpServer,
  type Respond,
} from "../support/raw-http-server";
import { watchedKey } from "../support/watched-key";

const now = Instant.parse("2026-03-01T12:00:00Z");
const window: EvidenceWindow = { since: now.minus(Duration.hours(1)), now };
const token = "secret-token-leaked";
const date = { date: "Sun, 01 Mar 2026 12:00:10 GMT" };

const query = 'sum(increase(requests_total{key="$key_id",env="$environment"}[$window])) or vector(0)';

/** Makes a source of the address of a server. */
type MakeSource = (url: string, bearerTokenVariable?: string) => EvidenceSource;
const parts = {
  clock: systemClock,
  variables: { TOKEN: token, BROKEN: `${token}\n`, EMPTY: "" },
  userAgent: "keyturn/0.0.0",
};
const probe: MakeSource = (url, bearerTokenVariable) =>
  createHttpProbeSource({ url: `${url}/usage/$key_id?name=$key_name&since=$since`, bearerTokenVariable }, parts);
const prometheus: MakeSource = (url, bearerTokenVariable) =>
  createPrometheusSource({ url: `${url}/prom/`, query, bearerTokenVariable }, parts);

async function withServer<T>(respond: Respond, test: (server: RawHttpServer) => Promise<T>): Promise<T> {
  const server = await startRawHttpServer(respond);
  try {
    return await test(server);
  } finally {
    await server.close();
  }
}

/** What a source makes of one answer. */
const observe = (make: MakeSource, answer: Buffer, variable?: string) =>
  withServer(
    (_request, socket) => socket.write(answer),
    (server) => make(server.url, variable).observe(watchedKey(), window),
  );

const matrix = { status: "success", data: { resultType: "matrix", result: [{ metric: {}, values: [] }] } };

describe("what is sent", () => {
  test("to the probe is the key, encoded, and the token", async () => {
    await withServer(
      (_request, socket) => socket.write(jsonAnswer(200, { last_used_at: null })),
      async (server) => {
        const names = [
          { name: "a b&c=d", from: undefined, to: undefined },
          { name: "before", from: undefined, to: now },
        ];
        await probe(server.url, "TOKEN").observe(watchedKey({ id: "../x?y#z", names }), window);
        expect(server.requests).toEqual([
          expect.objectContaining({
            method: "GET",
            path: "/usage/..%2Fx%3Fy%23z?name=a%20b%26c%3Dd&since=2026-03-01T11%3A00%3A00Z",
            headers: expect.objectContaining({
              authorization: `Bearer ${token}`,
              "user-agent": "keyturn/0.0.0",
            }) as unknown,
          }),
        ]);
      },
    );
  });

  test("to Prometheus is one range query, with the values escaped, and no token if there is none", async () => {
    await withServer(
      (_request, socket) => socket.write(jsonAnswer(200, matrix)),
      async (server) => {
        await prometheus(server.url).observe(watchedKey({ id: 'a"} or vector(1) #\n\\' }), window);
        const [request] = server.requests;
        expect(server.requests).toHaveLength(1);
        expect(request).toMatchObject({ method: "POST", path: "/prom/api/v1/query_range" });
        expect(request?.headers).toMatchObject({ "content-type": "application/x-www-form-urlencoded" });
        expect(request?.headers).not.toHaveProperty("authorization");
        expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
          query: String.raw`sum(increase(requests_total{key="a\u0022} or vector(1) #\u000a\u005c",env="prod"}[5m])) or vector(0)`,
          start: "1772362800.000",
          end: "1772366400.000",
          step: "150.000",
        });
      },
    );
  });

  test("to Prometheus about names is one query for each that the key has had in that time", async () => {
    await withServer(
      (_request, socket) => socket.write(jsonAnswer(200, matrix)),
      async (server) => {
        const byName = createPrometheusSource({ url: server.url, query: 'm{k="$key_name"}[$window]' }, parts);
        const border = now.minus(Duration.minutes(30));
        const names = [
          { name: "long-ago", from: undefined, to: now.minus(Duration.hours(2)) },
          { name: "active", from: now.minus(Duration.hours(2)), to: border },
          { name: "retiring", from: border, to: undefined },
        ];
        await byName.observe(watchedKey({ names }), window);
        expect(server.requests.map(({ body }) => new URLSearchParams(body).get("query"))).toEqual([
          'm{k="active"}[5m]',
          'm{k="retiring"}[5m]',
        ]);
      },
    );
  });
});

describe("the answer of the probe", () => {
  const span = (from: string, to: Instant) => ({ from: Instant.parse(from), to });
  test.each<[string, object, object]>([
    [
      "with both instants",
      { last_used_at: "2026-03-01T11:30:00Z", watched_since: "2026-02-01T00:00:00+01:00" },
      { lastUsedAt: Instant.parse("2026-03-01T11:30:00Z"), watched: span("2026-01-31T23:00:00Z", now) },
    ],
    [
      "with no use",
      { last_used_at: null, watched_since: "2026-02-01T00:00:00Z" },
      { watched: span("2026-02-01T00:00:00Z", now) },
    ],
    ["with nothing", { last_used_at: null, watched_since: null }, {}],
    ["without the second", { last_used_at: null }, {}],
    ["with more than is asked for", { last_used_at: null, watched_since: null, requests: 3 }, {}],
  ])("%s is read", async (_name, body, expected) => {
    expect(await observe(probe, jsonAnswer(200, body, date))).toEqual({ source: "the HTTP probe", ...expected });
  });

  test("counts no longer than it was given", async () => {
    const body = { last_used_at: null, watched_since: "2026-02-01T00:00:00Z" };
    const early = { date: "Sun, 01 Mar 2026 11:59:00 GMT" };
    expect((await observe(probe, jsonAnswer(200, body, early))).watched?.to).toEqual(now.minus(Duration.minutes(1)));
  });

  test.each<[string, unknown, RegExp]>([
    ["without the first", { watched_since: null }, /cannot be read at last_used_at; it must be \{"last_used_at"/],
    ["with a date alone", { last_used_at: "2026-03-01" }, /cannot be read at last_used_at/],
    ["with a number", { last_used_at: null, watched_since: 1772366400 }, /cannot be read at watched_since/],
    ["that is a list", [], /cannot be read at its top/],
  ])("%s is a problem", async (_name, body, problem) => {
    const observation = await observe(probe, jsonAnswer(200, body));
    expect(observation).toEqual({ source: "the HTTP probe", problem: expect.stringMatching(problem) as string });
  });
});

describe.each([
  ["the HTTP probe", probe],
  ["Prometheus", prometheus],
])("%s", (source, make) => {
  test.each<[string, Buffer, string | undefined, RegExp]>([
    [
      "a page",
      httpAnswer(200, "<html>leaked", { "content-type": "text/html" }),
      undefined,
      /200 with something else than JSON/,
    ],
    ["nothing", httpAnswer(204), undefined, /204 without content; check the address/],
    [
      "half of its JSON",
      httpAnswer(200, '{"a', { "content-type": "application/json" }),
      undefined,
      /not complete JSON/,
    ],
    [
      "401 without a token",
      jsonAnswer(401, {}),
      undefined,
      /answered 401; it wants a token: name the environment variable/,
    ],
    ["401 with a token", jsonAnswer(401, { error: token }), "TOKEN", /answered 401; check the token in .* TOKEN$/],
    ["403 with a token", jsonAnswer(403, {}), "TOKEN", /answered 403; check the token in .* TOKEN$/],
    ["404", jsonAnswer(404, { detail: "leaked" }), undefined, /answered 404; check the address/],
    ["503", httpAnswer(503, "leaked"), undefined, /answered 503$/],
    [
      "a redirect",
      httpAnswer(302, "", { location: "http://127.0.0.1:1/leaked" }),
      "TOKEN",
      /302, a redirect elsewhere that is not/,
    ],
    ["no HTTP", Buffer.from("leaked\r\n\r\n"), undefined, /not complete, or not HTTP/],
  ])("that answers %s is a problem, in words without any secret", async (_name, answer, variable, problem) => {
    const observation = await observe(make, answer, variable);
    expect(observation).toMatchObject({ source, lastUsedAt: undefined, watched: undefined });
    expect(observation.problem).toMatch(/^127\.0\.0\.1:\d+/);
    expect(observation.problem).toMatch(problem);
    expect(JSON.stringify(observation)).not.toContain("leaked");
  });

  test("that is not there is a problem", async () => {
    const { url } = await withServer(
      () => undefined,
      (server) => Promise.resolve(server),
    );
    expect((await make(url).observe(watchedKey(), window)).problem).toMatch(
      /no connection \(ECONNREFUSED\); check that it runs/,
    );
  });

  test.each([
    ["that is not set", "UNSET", "the environment variable UNSET, which is to hold the token, is not set"],
    ["that is empty", "EMPTY", "the environment variable EMPTY, which is to hold the token, is not set"],
    ["with a line break", "BROKEN", "the token in the environment variable BROKEN has a blank, a line break"],
  ])("is not asked with a token %s", async (_name, variable, problem) => {
    await withServer(
      () => undefined,
      async (server) => {
        const observation = await make(server.url, variable).observe(watchedKey(), window);
        expect(observation.problem).toContain(problem);
        expect(observation.problem).not.toContain("leaked");
        expect(server.requests).toEqual([]);
      },
    );
  });

  test("that does not answer is let go by who does not wait any longer", async () => {
    const leaving = new AbortController();
    await withServer(
      () => {
        leaving.abort();
      },
      async (server) => {
        const asking = make(server.url).observe(watchedKey(), window, leaving.signal);
        await expect(asking).rejects.toMatchObject({ code: "ABORTED" });
      },
    );
  });
});

test.each([
  ["Prometheus", prometheus, "environment"],
  ["the HTTP probe", (url: string) => createHttpProbeSource({ url: `${url}/$service` }, parts), "service"],
] as const)("%s is not asked about what is not known of the key", async (_name, make, missing) => {
  await withServer(
    () => undefined,
    async (server) => {
      const { problem } = await make(server.url).observe(watchedKey({ id: "k1", [missing]: undefined }), window);
      expect(problem).toBe(`it is asked with $${missing}, and the ${missing} of the key k1 is not known`);
      expect(server.requests).toEqual([]);
    },
  );
});

test("Prometheus that explains a refusal is quoted, without what looks like a secret", async () => {
  const body = { status: "error", errorType: "bad_data", error: `parse error near ${token} pb_live_leaked\n` };
  const { problem } = await observe(prometheus, jsonAnswer(400, body), "TOKEN");
  expect(problem).toMatch(
    /answered 400 \(it says: bad_data: parse error near \(sensitive value\) \(sensitive value\)\)$/,
  );
});

test("a service that is silent is given up after ten seconds, and asked again ten seconds later", async () => {
  let isSilent = true;
  await withServer(
    (_request, socket) => {
      if (!isSilent) socket.write(jsonAnswer(200, { last_used_at: null }));
    },
    async (server) => {
      let laterMs = 0;
      const clock = { ...systemClock, now: () => systemClock.now().plus({ ms: laterMs }) };
      const source = createHttpProbeSource({ url: `${server.url}/$key_id` }, { ...parts, clock });
      const startedAt = systemClock.now();
      const first = await source.observe(watchedKey(), window);
      expect(first.problem).toMatch(/no answer in time; check that it runs/);
      isSilent = false;
      expect(await source.observe(watchedKey({ id: "another" }), window)).toEqual(first);
      expect(startedAt.msUntil(systemClock.now())).toBeLessThan(12_000);
      expect(server.requests).toHaveLength(1);
      laterMs = 10_000;
      expect((await source.observe(watchedKey(), window)).problem).toBeUndefined();
    },
  );
});
